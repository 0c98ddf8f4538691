"""The roles a capacity can have. A role opens screens; rules (``perms.py``) say what may be done there."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AGENT = "agent"
MANAGER = "manager"
HOST = "host"
COORDINATOR = "coordinator"
HR = "hr"
VOLUNTEER = "volunteer"
DIRECTOR = "director"
ELECTED = "elected"
DPO = "dpo"
ADMINISTRATOR = "administrator"
FACILITATOR = "facilitator"
RESIDENT = "resident"
SUPERVISOR = "supervisor"
CALLER = "caller"
NAVIGATOR = "navigator"
OUTREACH = "outreach"

ROLES: dict[str, "str | Promise"] = {
    AGENT: _("agent"),
    MANAGER: _("manager"),
    HOST: _("host"),
    COORDINATOR: _("coordinator of the cell"),
    HR: _("human resources"),
    VOLUNTEER: _("volunteer"),
    DIRECTOR: _("director"),
    ELECTED: _("elected member"),
    DPO: _("data-protection officer"),
    ADMINISTRATOR: _("administrator"),
    FACILITATOR: _("participation officer"),
    RESIDENT: _("resident"),
    SUPERVISOR: _("in charge of calls"),
    CALLER: _("caller"),
    NAVIGATOR: _("navigator"),
    OUTREACH: _("member of a proximity unit"),
}


def role_name(role: str) -> "str | Promise":
    """Return a role in words; a slug this version does not know is shown as it is."""
    return ROLES.get(role, role)
