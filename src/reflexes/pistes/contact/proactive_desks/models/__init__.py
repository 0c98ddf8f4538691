"""Campaigns and people to call, leases, scripts, proximity units: one file for each group of tables (ADR 26)."""

from reflexes.pistes.contact.proactive_desks.models.callers import *  # noqa: F403
from reflexes.pistes.contact.proactive_desks.models.campaigns import *  # noqa: F403
from reflexes.pistes.contact.proactive_desks.models.leases import *  # noqa: F403
from reflexes.pistes.contact.proactive_desks.models.scripts import *  # noqa: F403
from reflexes.pistes.contact.proactive_desks.models.units import *  # noqa: F403
