"""What the officer's pages about words share, whatever the piste."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import Circles, access_keeper
from reflexes.mechanisms.assembly.models import Consultation, Proposal
from reflexes.mechanisms.directory import roles
from reflexes.web.parts import Tab

PER_PAGE = 50
ALL = ("", gettext_lazy("All"))
PROPOSAL_TONES = {
    Proposal.State.RECEIVED: "waits",
    Proposal.State.STUDIED: "going",
    Proposal.State.ADOPTED: "done",
    Proposal.State.ADAPTED: "done",
    Proposal.State.REFUSED: "stopped",
    Proposal.State.WITHDRAWN: "note",
}


# Every piste whose desk has these pages, by its slug: ``urls.words.keeper`` writes it down.
MOUNTED: dict[str, Circles] = {}


def tabs_of(circles: Circles, here: str) -> list[Tab]:
    """Return the two lists of a desk as tabs, proposals and words; then the same list of each other piste."""
    lists = {"proposals": _("Proposals"), "contributions": _("What people said")}
    own = [Tab(label, circles.desk(name), current=name == here) for name, label in lists.items()]
    others = [one for one in registry.pistes() if one.slug in MOUNTED and one.slug != circles.piste]
    return own + [Tab(one.label, MOUNTED[one.slug].desk(here)) for one in others]


def menu_of(circles: Circles) -> str:
    """Return the entry of the officer's menu that the pages of words stand under, whichever piste shows it."""
    shown = [entry.url_name for entry in registry.menu_for(roles.FACILITATOR) if entry.shared == "words"]
    return shown[0] if shown else circles.menu("proposals")


def access_kept_consultation(actor: Actor, slug: str, circles: Circles) -> Consultation:
    """Return a consultation of the piste to the officer who keeps it; for anyone else the desk does not exist."""
    access_keeper(actor)
    found = perms.access_consultation(actor, slug)
    if found.piste != circles.piste:
        raise Http404
    perms.check_keeping(actor, found)
    return found


def access_kept_proposal(actor: Actor, pk: int, circles: Circles) -> Proposal:
    """Return a proposal of the piste to the officer who keeps it."""
    access_keeper(actor)
    proposal = perms.access_proposal(actor, pk)
    if proposal.piste != circles.piste:
        raise Http404
    perms.check_keeping(actor, perms.kept_through(proposal))
    return proposal
