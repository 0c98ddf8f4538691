"""Read the proposals of an edition against the 17 goals, by the link received and without an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.links import row_of
from reflexes.mechanisms.assembly.services.votes import NOT_VOTED_ON
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.links_editions import MARK
from reflexes.pistes.contact.citizen_dialogue.models import Edition, GoalCard
from reflexes.pistes.contact.citizen_dialogue.services import scoring
from reflexes.pistes.contact.citizen_dialogue.views.goals import CardForm, write_card
from reflexes.web.pages import CONFLICT, INVALID, page

CARD = "citizen_dialogue/goals/by_link.html"


@require_http_methods(["GET", "POST"])
@answered_by_link(MARK)
def goals_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """List the proposals; one of them, named in the address, is read and marked."""
    edition = Edition.objects.filter(pk=row_of(link), state=Edition.State.OPEN).first()
    if edition is None:
        raise LinkRefused("revoked", link)
    wanted = request.GET.get("proposition", "")
    found = perms.proposals_of(edition).exclude(state__in=NOT_VOTED_ON)
    proposal = found.filter(pk=int(wanted[:15])).first() if wanted.isdecimal() else None
    if proposal is None:
        done = set(GoalCard.objects.filter(edition=edition, person=person).values_list("proposal_id", flat=True))
        rows = [(one, one.pk in done) for one in found]
        context: dict[str, Any] = {"edition": edition, "rows": rows, "left": sum(not read for _one, read in rows)}
        return page(request, "citizen_dialogue/goals/list_by_link.html", context)
    form = CardForm(request.POST if request.method == "POST" else None, card=scoring.own_card(actor, proposal))
    context = {"edition": edition, "proposal": proposal, "form": form}
    if not form.is_bound:
        return page(request, CARD, context)
    if not form.is_valid():
        return page(request, CARD, context, status=INVALID)
    try:
        write_card(actor, edition, proposal, form)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, CARD, context, status=CONFLICT if refusal.conflict else INVALID)
    return redirect(request.path)
