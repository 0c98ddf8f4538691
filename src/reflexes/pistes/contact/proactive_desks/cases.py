"""The desk of navigators as this piste mounts it (ADR 26, ADR 27): its keys, and who watches over readings."""

from reflexes.mechanisms.casework.desks import Desk
from reflexes.pistes.contact.proactive_desks.perms import SLUG
from reflexes.pistes.contact.proactive_desks.services.registers import do_reveal_case, key_of

DESK = Desk(piste=SLUG, reveal=do_reveal_case, key_of=key_of)
