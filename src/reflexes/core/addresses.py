"""What stands for a network address where tries are counted."""

import ipaddress


def household(address: str) -> str:
    """Return the address of a whole home: IPv6 counts by network, since one home has 2^64 addresses.

    What is no address stays as it is.

    >>> household("2001:db8:1:2::7"), household("::ffff:192.0.2.7"), household("")
    ('2001:db8:1:2::', '192.0.2.7', '')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)
