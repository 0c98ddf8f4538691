"""A plan handed out: one sheet for each site, one for each person, in a workbook or on paper."""

import io
from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reflexes.core.printing import pdf
from reflexes.core.sheets.cells import Cell
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.allocation.models import Assignment, Plan
from reflexes.mechanisms.allocation.services import exports, plan_sheets
from reflexes.mechanisms.allocation.services.plan_sheets import Going
from reflexes.pistes.resources.micro_mobility.messages.facts import reached_at
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.pistes.resources.micro_mobility.views.host_papers import band
from reflexes.pistes.resources.micro_mobility.views.sheets import TYPES
from reflexes.web.answers import invalid
from reflexes.web.pages import page
from reflexes.web.words import full_date, half_day_full

TEMPLATE = "micro_mobility/cell/plan_sheets.html"
KINDS = (
    ("sites", gettext_lazy("On paper, one sheet for each site (PDF)")),
    ("people", gettext_lazy("On paper, one sheet for each person (PDF)")),
    ("xlsx", gettext_lazy("Excel: the plan, one tab for each site, everyone’s missions")),
    ("ods", gettext_lazy("LibreOffice: the plan, one tab for each site, everyone’s missions")),
)
LONGEST_TAB = 31


class LeavesForm(forms.Form):
    """How the plan is handed out."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How do you hand it out?"), choices=KINDS, widget=forms.RadioSelect, initial="sites"
    )


@require_http_methods(["GET", "POST"])
def plan_sheets_page(request: HttpRequest, number: int) -> HttpResponse:
    """Choose how a plan is handed out, all of it or one wave (``?vague=``); what leaves is written in the journal."""
    access_cell(request.actor)
    wave = request.GET.get("vague", "")
    plan, lines = plan_sheets.access_plan_sheets(request.actor, number, int(wave) if wave.isdecimal() else None)
    form = LeavesForm(request.POST if request.method == "POST" else None)
    shown = {
        "plan": plan,
        "form": form,
        "sites": len(plan_sheets.by_site(lines)),
        "people": len(plan_sheets.by_person(lines)),
        "wave": wave,
    }
    if request.method == "GET":
        return page(request, TEMPLATE, shown)
    if not form.is_valid():
        return invalid(request, TEMPLATE, shown)
    kind = form.cleaned_data["kind"]
    content, suffix = _content(request, plan, lines, kind)
    exports.do_note_export(actor=request.actor, what=f"plan {plan.number}", count=len(lines), kind=kind)
    answer = HttpResponse(content, content_type=TYPES.get(suffix, "application/pdf"))
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-{plan.number}-{kind}.{suffix}"'
    return answer


def _content(request: HttpRequest, plan: Plan, lines: list[Going], kind: str) -> tuple[bytes, str]:
    if kind in {"xlsx", "ods"}:
        out = io.BytesIO()
        write_tables(out, tables(lines), kind)
        return out.getvalue(), kind
    data = {
        "title": _("Plan %(number)s") % {"number": plan.number},
        "exercise": band(request),
        "sub": _("Plan %(number)s, from %(first)s to %(last)s")
        % {"number": plan.number, "first": full_date(plan.starts_on), "last": full_date(plan.ends_on)},
        "nobody": _("Nobody goes anywhere in this plan."),
        **(site_leaves(lines) if kind == "sites" else person_leaves(lines)),
    }
    return pdf("micro_mobility/leaves", data, language=get_language() or "fr"), "pdf"


def standing(one: Going) -> str:
    """Return where a line stands, and that somebody was designated when they were."""
    if one.mission is None:
        return _("no proposal yet")
    said = one.mission.get_state_display()
    if one.mission.mode == Assignment.Mode.DESIGNATED:
        said = _("designated, %(state)s") % {"state": said}
    return str(said)


def _reach(one: Going) -> list[str]:
    """Return the two contacts: about the work, about everything else."""
    need, mission = one.line.slot.need, one.mission
    work = (mission.host_contact or mission.mentor if mission else None) or need.mentor
    support = (mission.hr_contact if mission else None) or need.contact
    said = [
        _("About the work: %(who)s.") % {"who": reached_at(work)} if work else "",
        _("About everything else: %(who)s.") % {"who": reached_at(support)} if support else "",
    ]
    return [line for line in said if line]


def _reaches(group: list[Going]) -> list[str]:
    """Return whom one person calls: each mission named as soon as two of them have not the same contacts."""
    same: dict[tuple[str, ...], list[Going]] = {}
    for one in group:
        same.setdefault(tuple(_reach(one)), []).append(one)
    if len(same) == 1:
        return list(next(iter(same)))
    titles = Counter(name for ones in same.values() for name in {_mission(one) for one in ones})
    found = []
    for reach, ones in same.items():
        names = [_mission(one) if titles[_mission(one)] == 1 else f"{_mission(one)}, {_when(one)}" for one in ones]
        if reach:
            found.append(f"{'; '.join(dict.fromkeys(names))}. {' '.join(reach)}")
    return found


def _mission(one: Going) -> str:
    title, site = one.line.slot.need.title, one.site
    return site if site.startswith(title) else f"{title}, {site}"


def _when(one: Going) -> str:
    return half_day_full(one.line.slot.day, one.line.slot.half)


def site_leaves(going: list[Going]) -> dict[str, Any]:
    """Return one leaf for each site: who comes, when, for what."""
    leaves = []
    for site, group in plan_sheets.by_site(going):
        need = group[0].line.slot.need
        place = site if need.remote or need.place is None else need.place.in_full
        lines = [place] if place != site else []
        rows = [[_when(one), str(one.line.person), one.line.slot.need.title, standing(one)] for one in group]
        leaves.append({"title": site, "lines": lines, "rows": rows, "widths": [1.5, 1.3, 1.6, 1.2]})
    return {"leaves": leaves, "headers": [_("When"), _("Who"), _("For"), _("Where it stands")]}


def person_leaves(lines: list[Going]) -> dict[str, Any]:
    """Return one leaf for each person: where they go, when, whom to call. Nothing of their health or home."""
    leaves = []
    for person, group in plan_sheets.by_person(lines):
        rows = [[_when(one), one.line.slot.need.title, _where(one), standing(one)] for one in group]
        leaves.append({"title": str(person), "lines": _reaches(group), "rows": rows, "widths": [1.4, 1.4, 1.7, 1.1]})
    return {"leaves": leaves, "headers": [_("When"), _("For"), _("Where"), _("Where it stands")]}


def _where(one: Going) -> str:
    need = one.line.slot.need
    return _("at a distance") if need.remote or need.place is None else need.place.in_full


def tables(lines: list[Going]) -> dict[str, tuple[list[str], list[list[Cell]]]]:
    """Return the tabs of the workbook: the plan, everyone's missions, one for each site."""
    headers = [_("Day"), _("Half-day"), _("Site"), _("For"), _("Skill"), _("Name"), _("Where it stands")]
    found = {
        _("Plan"): (headers, [_row(one) for one in lines]),
        _("Everyone"): (headers, [_row(one) for _person, group in plan_sheets.by_person(lines) for one in group]),
    }
    for site, group in plan_sheets.by_site(lines):
        found[_tab(site, found)] = (headers, [_row(one) for one in group])
    return found


def _row(one: Going) -> list[Cell]:
    slot = one.line.slot
    half = str(slot.get_half_display())
    skill = str(slot.skill or "")
    return [slot.day, half, one.site, slot.need.title, skill, str(one.line.person), standing(one)]


def _tab(site: str, taken: dict[str, Any]) -> str:
    """Return a name that a workbook takes: short, without its forbidden signs, one of its kind."""
    plain = "".join(" " if sign in "[]:*?/\\'" else sign for sign in site).strip()[:LONGEST_TAB] or "–"
    number, name = 1, plain
    while name.casefold() in {one.casefold() for one in taken}:
        number += 1
        name = f"{plain[: LONGEST_TAB - 4]} {number}"
    return name
