"""A tree of hashes over the lines of the pool, so that a person checks their own line without seeing the others.

Built as in RFC 6962 (certificate transparency): SHA-256, leaves prefixed by a zero byte, nodes by a one, split at the
largest power of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of one line."""
    return hashlib.sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two branches."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of the lines, in order."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = _split(len(leaves))
    return node_hash(root(leaves[:split]), root(leaves[split:]))


def proof(leaves: Sequence[bytes], place: int) -> list[tuple[str, bytes]]:
    """Return the way from one line to the root: at each step the side where the other branch stands, and its hash."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if place < split:
        return [*proof(leaves[:split], place), ("right", root(leaves[split:]))]
    return [*proof(leaves[split:], place - split), ("left", root(leaves[:split]))]


def follows(leaf: bytes, way: Sequence[tuple[str, bytes]], top: bytes) -> bool:
    """Tell whether the way leads from a leaf to the root."""
    for side, other in way:
        leaf = node_hash(other, leaf) if side == "left" else node_hash(leaf, other)
    return leaf == top


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1
