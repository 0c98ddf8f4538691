"""Open to all: proposals with their whole line of life, the remarks on each, the file anybody may take away."""

import io
import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.assembly.circles import Circles, Kept
from reflexes.mechanisms.assembly.models import Body, Proposal
from reflexes.mechanisms.assembly.services import contributions
from reflexes.mechanisms.assembly.views import speaking_public
from reflexes.mechanisms.assembly.views.life import FETCHED, life_of, lives_of
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate

PER_PAGE = 20
TITLES = (
    "proposal",
    "title",
    "words",
    "received_on",
    "voices",
    "answered_by",
    "answer_due_on",
    "state",
    "answered_on",
    "motive",
    "commitments",
    "evaluations",
)


class FilterForm(forms.Form):
    """What is looked for among the proposals, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"),
        required=False,
        choices=[("", gettext_lazy("All")), *Proposal.State.choices],
    )


def listed(request: HttpRequest, circles: Circles, kept: Kept) -> dict[str, Any]:
    """Return what ``includes/proposals.html`` shows: the proposals looked for, the longest overdue first."""
    form = FilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = circles.proposals(request.actor, kept, text=wanted.get("q", ""), state=wanted.get("state", ""))
    rows = paginate(request, found.prefetch_related(*FETCHED), PER_PAGE)
    return {
        "filters": form,
        "rows": rows,
        "lives": lives_of(rows),
        "late": circles.proposals(request.actor, kept).filter(late=True).count(),
        "today": clock.today(),
        "slug": kept.slug,
        "piste": circles.piste,
    }


@open_to_all
@require_safe
def proposal_list(request: HttpRequest, slug: str, *, circles: Circles) -> HttpResponse:
    """Show every proposal made here with its line of life, and the door to speak while one is open."""
    kept = circles.read(request.actor, slug)
    context = {
        **listed(request, circles, kept),
        "circle": circles.of(kept),
        "doors": circles.doors(request.actor, kept),
    }
    return page(request, "assembly/words/public/proposals.html", context)


@open_to_all
@require_http_methods(["GET", "POST"])
def proposal_page(request: HttpRequest, slug: str, pk: int, *, circles: Circles) -> HttpResponse:
    """Show one proposal and the remarks on it; take a remark while a door is open here."""
    kept = circles.read(request.actor, slug)
    proposal = _asked(request.actor, circles, kept, pk)
    door = next(iter(circles.doors(request.actor, kept)), None)
    form = None
    if door is not None:
        sent = request.POST if request.method == "POST" else None
        form = speaking_public.RemarkForm(sent, initial={"client_key": uuid.uuid4()})
        if request.method == "POST":
            answer = speaking_public.spoken(request, circles, door, form, about=proposal)
            if answer is not None:
                return answer
    elif request.method == "POST":
        return redirect(request.path)
    remarks = paginate(request, contributions.remarks_on(request.actor, proposal), PER_PAGE)
    context = {
        "circle": circles.of(kept),
        "slug": kept.slug,
        "piste": circles.piste,
        "proposal": proposal,
        "life": life_of(proposal),
        "today": clock.today(),
        "remarks": remarks,
        "form": form,
    }
    status = speaking_public.status_of(form)
    return page(request, "assembly/words/public/proposal.html", context, status=status)


def _asked(actor: Actor, circles: Circles, kept: Kept, pk: int) -> Proposal:
    """Return a proposal made here, with what its line of life is made of: any other does not exist."""
    found = circles.proposals(actor, kept).select_related("session")
    proposal = found.prefetch_related(*FETCHED).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    return proposal


@open_to_all
@require_safe
def proposals_csv(request: HttpRequest, slug: str, *, circles: Circles) -> HttpResponse:
    """Give the proposals made here and their answers as a sheet (open data)."""
    kept = circles.read(request.actor, slug)
    rows = [[row[title] for title in TITLES] for row in _rows(request.actor, circles, kept)]
    out = io.BytesIO()
    write_tables(out, {"proposals": (list(TITLES), rows)}, "csv")
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept.slug}.csv"'
    return answer


@open_to_all
@require_safe
def proposals_json(request: HttpRequest, slug: str, *, circles: Circles) -> HttpResponse:
    """Give the same to machines."""
    kept = circles.read(request.actor, slug)
    answer = {
        **_told(kept),
        "answered_by": str(kept.answerer),
        "page": request.build_absolute_uri(circles.of(kept).page),
        "proposals": _rows(request.actor, circles, kept),
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _told(kept: Kept) -> dict[str, Any]:
    if isinstance(kept, Body):
        return {"body": kept.name, "mandate": kept.mandate, "ends_on": kept.ends_on}
    return {"consultation": kept.title, "question": kept.question, "closes_on": kept.closes_on}


def _rows(actor: Actor, circles: Circles, kept: Kept) -> list[dict[str, Any]]:
    """Return one row a proposal, of what its page shows and nothing more: no author is in it."""
    found = circles.proposals(actor, kept).prefetch_related(*FETCHED)
    rows = []
    for life in lives_of(found):
        proposal, last = life.proposal, life.last
        voices: int = proposal.voices  # type: ignore[attr-defined]
        said = [one for one in proposal.reviews.all() if one.evaluated_at]
        rows.append(
            {
                "proposal": proposal.pk,
                "title": proposal.title,
                "words": proposal.words,
                "received_on": proposal.made_at.date().isoformat(),
                "voices": voices,
                "answered_by": str(proposal.answerer),
                "answer_due_on": proposal.answer_due_on.isoformat(),
                "state": proposal.state,
                "answered_on": last.at.date().isoformat() if last else "",
                "motive": last.motive if last else "",
                "commitments": " | ".join(
                    f"{one.words} ({one.owner}, {one.due_on:%Y-%m-%d})" for one in life.commitments
                ),
                "evaluations": " | ".join(f"{one.verdict}: {one.words}" for one in said),
            }
        )
    return rows
