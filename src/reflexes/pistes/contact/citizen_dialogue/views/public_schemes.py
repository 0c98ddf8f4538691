"""Open to all: what is tried, what tells whether it works, what people saw and said, what was decided and why."""

import io

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.assembly.services.consultations import is_open
from reflexes.mechanisms.assembly.services.contributions import find_contributions
from reflexes.pistes.contact.citizen_dialogue.circles import DIALOGUE
from reflexes.pistes.contact.citizen_dialogue.evidence import OF_USE, by_channel, evidence_of, feelings
from reflexes.pistes.contact.citizen_dialogue.models import Indicator, Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import access_scheme
from reflexes.pistes.contact.citizen_dialogue.scheme_life import life_of
from reflexes.pistes.contact.citizen_dialogue.services import booklets, field_notes, measures, schemes
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate

PER_PAGE = 20
SAID = 5
STATES = [
    ("", gettext_lazy("All")),
    ("open", gettext_lazy("On trial")),
    ("late", gettext_lazy("Decision overdue")),
    ("ended", gettext_lazy("Ended")),
]
VERDICT_TONES = {Outcome.Verdict.KEEP: "done", Outcome.Verdict.ADAPT: "going", Outcome.Verdict.REMOVE: "stopped"}
TITLES = ("what", "indicator", "unit", "at", "value", "minutes", "place", "source", "channel")


class SearchForm(forms.Form):
    """What is looked for, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Street or words"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False, choices=STATES)


@open_to_all
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """List what is tried on the territory, decisions overdue first."""
    form = SearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = schemes.find_schemes(request.actor, text=wanted.get("q", ""), state=wanted.get("state", ""))
    rows = paginate(request, found, PER_PAGE)
    return page(request, "citizen_dialogue/schemes/public_list.html", {"form": form, "rows": rows})


@open_to_all
@require_safe
def scheme_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one: three questions, figures and field notes on the same page, what people say, decisions (P11 (9))."""
    scheme = access_scheme(request.actor, slug)
    outcomes = list(scheme.outcomes.select_related("by").order_by("on", "pk"))
    noted = list(field_notes.notes(scheme))
    evidence = evidence_of(scheme)
    door = scheme.consultation
    said = find_contributions(request.actor, door, state="shown") if door else None
    context = {
        "scheme": scheme,
        "life": life_of(scheme, outcomes),
        "outcomes": [(one, VERDICT_TONES[Outcome.Verdict(one.verdict)]) for one in reversed(outcomes)],
        "of_use": [one for one in evidence if one.indicator.kind in OF_USE],
        "effects": [one for one in evidence if one.indicator.kind not in OF_USE],
        "proposed": [] if evidence else list(scheme.indicators.order_by("pk")),
        "aside": list(scheme.indicators.filter(state=Indicator.State.ASIDE).order_by("pk")),
        "struck": list(measures.struck(scheme)) if evidence else [],
        "feelings": feelings(noted),
        "rows": paginate(request, noted, PER_PAGE),
        "channels": by_channel(door, noted),
        "heard": bool(door or noted),
        "door": door,
        "speak": DIALOGUE.public("speak", door.slug) if door and is_open(door) else "",
        "said": list(said[:SAID]) if said is not None else [],
        "observers": scheme.evaluators.filter(left_at=None).count(),
        "booklets": list(booklets.published(scheme=scheme)),
        "questions": schemes.QUESTIONS,
    }
    return page(request, "citizen_dialogue/schemes/public_scheme.html", context)


@open_to_all
@require_safe
def scheme_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give every figure and every count as a sheet, as they were written: anybody may compute again."""
    scheme = access_scheme(request.actor, slug)
    out = io.BytesIO()
    write_tables(out, {"releves": (list(TITLES), readings(scheme))}, "csv")
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{scheme.slug}.csv"'
    return answer


def readings(scheme: Scheme) -> list[list[object]]:
    """Return one row a figure and one row a count; struck figures and hidden notes are not there."""
    figures = [
        [
            "figure",
            one.indicator.title,
            one.indicator.unit,
            one.on.isoformat(),
            float(one.value),
            "",
            "",
            one.source,
            "",
        ]
        for one in measures.figures(scheme)
    ]
    counts = [
        [
            "count",
            one.indicator.title,
            one.indicator.unit,
            one.note.at.isoformat(timespec="minutes"),
            one.value,
            one.note.minutes or "",
            one.note.where,
            "citizen evaluators",
            one.note.channel,
        ]
        for one in field_notes.counts_of(scheme)
    ]
    return figures + counts
