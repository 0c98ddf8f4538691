"""What the worker does when a need moves or the morning comes: words leave exactly once, with the end of the job."""

from reflexes.mechanisms.casework.messages import handle
from reflexes.pistes.contact.proactive_desks import jobs_desk, jobs_units
from reflexes.pistes.contact.proactive_desks.perms import SLUG

__all__ = ["jobs_desk", "jobs_units"]

handle(SLUG)
