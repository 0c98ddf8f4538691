"""What somebody owes an answer to, oldest first: the overdue ones say so (P01 (4))."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from reflexes.core import clock, registry
from reflexes.mechanisms.assembly.circles import Circles, proposal_address
from reflexes.mechanisms.assembly.models import Proposal, Review
from reflexes.mechanisms.assembly.services.moderation import appeals_to_answer
from reflexes.mechanisms.assembly.services.proposals import UNANSWERED, find_proposals
from reflexes.web.pages import page, paginate

PER_PAGE = 25


@require_safe
def to_answer(request: HttpRequest, *, circles: Circles) -> HttpResponse:
    """List what the person owes an answer to, then what they answered and whose authors called a review.

    One list for every piste, whichever opened it: whoever answers has one place to look at.
    """
    on = [circles.piste, *(one.slug for one in registry.pistes())]
    own = find_proposals(request.actor).filter(answerer_id=request.actor.person_id, piste__in=on)
    waiting = own.filter(state__in=UNANSWERED).order_by("answer_due_on", "pk")
    called = Review.objects.filter(~Q(called_at=None), evaluated_at=None, proposal__in=own.order_by().values("pk"))
    answered = own.exclude(state__in=(*UNANSWERED, Proposal.State.WITHDRAWN)).order_by("-answered_at", "pk")
    context = {
        "rows": paginate(request, waiting, PER_PAGE),
        "today": clock.today(),
        "called": [
            (one, proposal_address(one.proposal))
            for one in called.select_related("proposal__body", "proposal__consultation").order_by("called_at", "pk")
        ],
        "answered": list(answered[:PER_PAGE]),
        "appeals": [
            (one, reverse(f"{one.consultation.piste}:keeper_appeal", args=[one.pk]))
            for one in appeals_to_answer(request.actor).filter(consultation__piste__in=on)[:PER_PAGE]
        ],
    }
    return page(request, "assembly/words/answerer/list.html", context)
