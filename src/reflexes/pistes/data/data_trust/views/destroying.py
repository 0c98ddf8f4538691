"""The end of a dataset: exactly what goes and what stays is said, counted, before the button (P04 (5))."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.roles import role_name
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import destruction, holdings
from reflexes.pistes.data.data_trust.views.watching import MENU
from reflexes.web.answers import done
from reflexes.web.forms import few_lines
from reflexes.web.pages import CONFLICT, INVALID, page

PAGE = "data_trust/destroy.html"


class DestroyForm(forms.Form):
    """Why, and that one has understood that nothing brings it back."""

    why = forms.CharField(
        label=gettext_lazy("Why it is destroyed"),
        help_text=gettext_lazy("The record keeps your sentence. “The campaign is over” is enough."),
        widget=few_lines(3),
        max_length=1000,
    )
    understood = forms.BooleanField(
        label=gettext_lazy("I have understood: nothing will bring these data back, not even a backup"),
        error_messages={"required": gettext_lazy("Tick it, or go back: nothing is destroyed yet.")},
    )


@require_http_methods(["GET", "POST"])
def destroy(request: HttpRequest, slug: str) -> HttpResponse:
    """Say exactly what goes and what stays, then destroy it."""
    dataset = perms.access_kept_dataset(request.actor, slug)
    if dataset.state == Dataset.State.DRAFT:
        raise Http404
    form, status = DestroyForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = INVALID
        try:
            if form.is_valid():
                destruction.do_destroy(actor=request.actor, dataset=dataset, why=form.cleaned_data["why"])
                sentence = _("These data are destroyed. The record is below.")
                return done(request, sentence, reverse("data_trust:dataset", args=[dataset.slug]))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT if refusal.conflict else INVALID
    return page(request, PAGE, {"form": form, **_context(request, dataset)}, status=status)


def _context(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    """Return what the page says before the button: the same figures are those of the record."""
    goes, stays, figures, blocked = frozenset[str](), (), {}, ""
    try:
        keeper = holdings.keeper_of(dataset.piste)
        goes, stays = keeper.goes, keeper.stays
        figures = destruction.foresee(dataset) if dataset.state != Dataset.State.DESTROYED else {}
        destruction.check_destroyable(dataset)
    except Refusal as refusal:
        blocked = str(refusal)
    said = [(holdings.word(dataset.piste, what), number, what in goes) for what, number in figures.items()]
    return {
        "dataset": dataset,
        "goes": [(words, number) for words, number, gone in said if gone],
        "remains": [(words, number) for words, number, gone in said if not gone],
        "stays": stays,
        "blocked": blocked,
        "signs": Person.objects.filter(pk=request.actor.person_id).first(),
        "role": role_name(request.actor.role),
        "menu_here": MENU,
    }
