"""The right to follow up, by link: call the review from its day on, then judge what became of it (P01 (5))."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.circles import Circles
from reflexes.mechanisms.assembly.links import REVIEW, row_of
from reflexes.mechanisms.assembly.models import Proposal, Review
from reflexes.mechanisms.assembly.services.proposals import is_author
from reflexes.mechanisms.assembly.services.reviews import do_call_review, do_evaluate
from reflexes.mechanisms.assembly.views.life import FETCHED, life_of
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.web.pages import CONFLICT, INVALID, page

CALL = "demander"


class VerdictForm(forms.Form):
    """What an author saw, in a verdict and in words; both are read beside the answer."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What became of it?"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("What you saw"),
        help_text=gettext_lazy("A sentence or two: they are public, without your name."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


def _asked(link: MagicLink, actor: Actor, circles: Circles) -> tuple[Review, Proposal]:
    """Return the review and its proposal to one of its authors; the link of anybody else opens nothing."""
    review = Review.objects.select_related("proposal").filter(pk=row_of(link), proposal__piste=circles.piste).first()
    if review is None or not is_author(actor, review.proposal):
        raise LinkRefused("revoked", link)
    read = Proposal.objects.select_related("body", "answerer").prefetch_related(*FETCHED)
    return review, read.get(pk=review.proposal_id)


@require_http_methods(["GET", "POST"])
@answered_by_link(REVIEW)
def review_by_link(
    request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor, circles: Circles
) -> HttpResponse:
    """Show what was answered and promised; let an author call the review, then judge."""
    review, proposal = _asked(link, actor, circles)
    calls = request.POST.get("geste") == CALL
    form = VerdictForm(request.POST if request.method == "POST" and not calls else None)
    status, refusal = 200, None
    if request.method == "POST" and (calls or form.is_valid()):
        try:
            if calls:
                do_call_review(actor=actor, review=review)
            else:
                asked = form.cleaned_data
                do_evaluate(actor=actor, review=review, verdict=asked["verdict"], words=asked["words"])
            return redirect(request.path)
        except Refusal as said:
            refusal, status = said, CONFLICT if said.conflict else INVALID
            review, proposal = _asked(link, actor, circles)
    elif form.errors:
        status = INVALID
    context = {
        "review": review,
        "proposal": proposal,
        "life": life_of(proposal),
        "today": clock.today(),
        "form": form,
        "refusal": refusal,
        "may_call": review.called_at is None and review.due_on <= clock.today(),
        "may_judge": review.called_at is not None and review.evaluated_at is None,
    }
    return page(request, "assembly/words/public/review.html", context, status=status)
