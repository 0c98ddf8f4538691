"""The script of a campaign, for whoever is in charge of it: its versions, its steps, sheets in and out."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.sheets.problems import Problem
from reflexes.core.sheets.reading import MAX_BYTES, MEGABYTE
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.demo_script import default_steps
from reflexes.pistes.contact.proactive_desks.models import Campaign, NeedKind, Script, ScriptStep
from reflexes.pistes.contact.proactive_desks.script.steps import LONGEST_SAID, SELECTS, Choice, Step, faults
from reflexes.pistes.contact.proactive_desks.services import scripts, scripts_sheets, texts
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines
from reflexes.web.pages import INVALID, page

MENU = "proactive_desks:campaigns"
SHEET_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
NO_NEED = [("", gettext_lazy("No need"))]
URGENT = {"urgent", "urgence"}


def _address(script: Script) -> str:
    return reverse("proactive_desks:script", args=[script.pk])


@require_GET
def script_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the versions of the script of a campaign: the one in writing first, the one in use marked."""
    campaign = perms.access_campaign(request.actor, slug)
    context = {
        "campaign": campaign,
        "versions": list(campaign.scripts.order_by("-number")),
        "in_use": scripts.published(campaign),
        "writing": scripts.in_writing(campaign),
        "text": texts.words(campaign) if campaign.state == Campaign.State.OPEN else "",
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/scripts/list.html", context)


@require_POST
def script_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a version to write: a copy of the last one, else the default script."""
    campaign = perms.access_campaign(request.actor, slug)
    first = not campaign.scripts.exists()
    script = scripts.do_begin_version(actor=request.actor, campaign=campaign, steps=default_steps() if first else None)
    return done(request, _("This version is yours to write. Calls change once it is published."), _address(script))


@require_POST
def forewarn(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell the next people, by text message, who will call them."""
    campaign = perms.access_campaign(request.actor, slug)

    def act() -> str:
        told = texts.do_forewarn(actor=request.actor, campaign=campaign)
        return _("%(told)s people are told; %(without)s have no mobile telephone.") % {
            "told": told.told,
            "without": told.without_mobile,
        }

    return pressed(request, act, reverse("proactive_desks:scripts", args=[campaign.slug]))


@require_GET
def script_page(request: HttpRequest, script: int) -> HttpResponse:
    """Show a version as a caller will say it, step by step; in writing, what stops it too."""
    found = scripts.access_script(request.actor, script)
    steps = scripts.steps_of(found)
    context = {
        "script": found,
        "steps": [_line(step) for step in steps],
        "wrong": [scripts.sentence_of(one) for one in faults(steps)] if found.published_at is None else [],
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/scripts/script.html", context)


def _line(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "kind": ScriptStep.Kind(step.kind).label,
        "label": scripts.said_in(step.label.get("fr", ""), step.label.get("en", "")),
        "hint": scripts.said_in(step.hint.get("fr", ""), step.hint.get("en", "")),
        "relevant": step.relevant,
        "need": NeedKind(step.need).label if step.need else "",
        "choices": [
            (
                scripts.said_in(one.label.get("fr", ""), one.label.get("en", "")),
                NeedKind(one.need).label if one.need else "",
                one.urgent,
            )
            for one in step.choices
        ],
    }


class StepForm(forms.Form):
    """One step of a script, as somebody who never saw a program writes it."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=ScriptStep.Kind.choices)
    label_fr = forms.CharField(
        label=gettext_lazy("What the caller says, in French"), widget=few_lines(2), required=False
    )
    label_en = forms.CharField(label=gettext_lazy("The same in English"), widget=few_lines(2), required=False)
    hint_fr = forms.CharField(label=gettext_lazy("A word of help, in French"), widget=few_lines(2), required=False)
    hint_en = forms.CharField(label=gettext_lazy("The same help in English"), widget=few_lines(2), required=False)
    choices = forms.CharField(
        label=gettext_lazy("Its choices, one a line"),
        help_text=gettext_lazy(
            "A short name = words in French | words in English | need | urgent. Only the name and one wording are "
            "needed, for instance: no = Non | No | food | urgent."
        ),
        widget=few_lines(5),
        required=False,
    )
    need = forms.ChoiceField(
        label=gettext_lazy("The need that an answer tells"), choices=[*NO_NEED, *NeedKind.choices], required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Its short name"),
        help_text=gettext_lazy("Letters, digits and _: conditions of later steps use it. For instance: food."),
        max_length=40,
    )
    relevant = forms.CharField(
        label=gettext_lazy("Asked only if"),
        help_text=gettext_lazy("For instance: ${food} = 'no' or selected(${link}, 'nobody'). Empty: always asked."),
        max_length=500,
        required=False,
    )
    required = forms.BooleanField(label=gettext_lazy("One does not go on without an answer"), required=False)

    def clean(self) -> dict[str, Any]:
        """Read the choices; each line that is none is named."""
        sent = super().clean() or {}
        self.read: list[Choice] = []
        for number, line in enumerate(sent.get("choices", "").splitlines(), 1):
            if line.strip():
                self._read_line(number, line)
        if any(
            len(sent.get(f"{what}_{language}", "")) > LONGEST_SAID
            for what in ("label", "hint")
            for language in ["fr", "en"]
        ):
            raise forms.ValidationError(_("These words are too long."))
        return sent

    def _read_line(self, number: int, line: str) -> None:
        value, _equal, rest = line.partition("=")
        parts = [part.strip() for part in rest.split("|")] + [""] * 4
        need = next(
            (one.value for one in NeedKind if parts[2].casefold() in {one.value, str(one.label).casefold()}), ""
        )
        wrong = not value.strip() or len(value.strip()) > 40 or not any(parts[:2]) or max(map(len, parts[:2])) > 200
        if wrong or (parts[2] and not need) or (parts[3] and parts[3].casefold() not in URGENT):
            needs = ", ".join(NeedKind.values)
            self.add_error(
                "choices",
                _("Line %(number)s: expected “name = words | words | need | urgent”. Needs: %(needs)s.")
                % {"number": number, "needs": needs},
            )
            return
        self.read.append(Choice(value.strip(), {"fr": parts[0], "en": parts[1]}, need, bool(parts[3])))

    def step(self) -> Step:
        """Return what was written as a step."""
        sent = self.cleaned_data
        return Step(
            name=sent["name"].strip(),
            kind=sent["kind"],
            label={"fr": sent["label_fr"].strip(), "en": sent["label_en"].strip()},
            hint={"fr": sent["hint_fr"].strip(), "en": sent["hint_en"].strip()},
            relevant=sent["relevant"].strip(),
            required=sent["required"],
            need=sent["need"],
            choices=tuple(self.read) if sent["kind"] in SELECTS else (),
        )


def _initial(step: Step) -> dict[str, Any]:
    told = [
        (one, one.label.get("fr", ""), one.label.get("en", ""), "urgent" if one.urgent else "") for one in step.choices
    ]
    lines = [f"{one.value} = {fr} | {en} | {one.need} | {urgent}".rstrip(" |") for one, fr, en, urgent in told]
    words = {
        f"{what}_{language}": said.get(language, "")
        for what, said in (("label", step.label), ("hint", step.hint))
        for language in ("fr", "en")
    }
    return {
        **words,
        "kind": step.kind,
        "name": step.name,
        "relevant": step.relevant,
        "required": step.required,
        "need": step.need,
        "choices": "\n".join(lines),
    }


@require_http_methods(["GET", "POST"])
def step_write(request: HttpRequest, script: int, place: int | None = None) -> HttpResponse:
    """Write one step of a version, or add one at the end."""
    found = scripts.access_script(request.actor, script)
    steps = scripts.steps_of(found)
    if found.published_at is not None or (place is not None and not 1 <= place <= len(steps)):
        raise Http404
    initial = _initial(steps[place - 1]) if place else {}
    form = bound(StepForm, request, **({} if request.method == "POST" else {"initial": initial}))
    sheet = Sheet(
        title=_("Step %(number)s") % {"number": place or len(steps) + 1},
        why=_("Short words, as one says them on the telephone. One thing at a time."),
        button=_("Keep this step"),
        back=_address(found),
        back_label=_("The script"),
        menu_here=MENU,
    )

    def keep(_sent: dict[str, Any]) -> str:
        at = scripts.do_save_step(
            actor=request.actor,
            script=found,
            place=place - 1 if place else None,
            step=form.step(),  # type: ignore[attr-defined]
        )
        return _("Step %(number)s is written.") % {"number": at + 1}

    return asked(request, sheet, form, keep)


@require_POST
def step_move(request: HttpRequest, script: int, place: int) -> HttpResponse:
    """Move a step up or down, or take it out."""
    found = scripts.access_script(request.actor, script)
    how = request.POST.get("how", "")

    def act() -> str:
        if how == "remove":
            scripts.do_remove_step(actor=request.actor, script=found, place=place - 1)
            return _("The step is taken out.")
        scripts.do_move_step(actor=request.actor, script=found, place=place - 1, by=-1 if how == "up" else 1)
        return _("The step is moved.")

    return pressed(request, act, _address(found))


@require_POST
def script_publish(request: HttpRequest, script: int) -> HttpResponse:
    """Publish a version: calls that begin from now on go by it, those under way keep theirs."""
    found = scripts.access_script(request.actor, script)

    def act() -> str:
        scripts.do_publish(actor=request.actor, script=found)
        return _("It is published. Calls under way keep the version they began with.")

    return pressed(request, act, _address(found))


@require_GET
def script_sheet(request: HttpRequest, script: int, kind: str) -> HttpResponse:
    """Give a version as a workbook with XLSForm's columns: to correct elsewhere, to hand to another town."""
    found = scripts.access_script(request.actor, script)
    if kind not in SHEET_TYPES:
        raise Http404
    answer = HttpResponse(scripts_sheets.sheet_of(found, kind), content_type=SHEET_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="script-{found.number}.{kind}"'
    return answer


class ImportForm(forms.Form):
    """A sheet of steps; as CSV, its choices in a second file."""

    sheet = forms.FileField(
        label=gettext_lazy("The sheet"),
        help_text=gettext_lazy(
            "Excel or LibreOffice with the sheets “survey” and “choices”, as in XLSForm; or a CSV of the survey."
        ),
    )
    choices = forms.FileField(label=gettext_lazy("The choices, when the sheet is a CSV"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what is far too large before it is read."""
        sent = super().clean() or {}
        if any(one.size > MAX_BYTES for one in sent.values() if one):
            raise forms.ValidationError(
                _("This file is larger than %(limit)s MB. A script is much smaller.") % {"limit": MAX_BYTES // MEGABYTE}
            )
        return sent


@require_http_methods(["GET", "POST"])
def script_import(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a script from a sheet into the version in writing; what is wrong is named by row, nothing is written."""
    campaign = perms.access_campaign(request.actor, slug)
    form = bound(ImportForm, request)
    problems: list[Problem] = []
    context: dict[str, Any] = {"campaign": campaign, "form": form, "problems": problems, "menu_here": MENU}
    template = "proactive_desks/scripts/import.html"
    if not form.is_bound:
        return page(request, template, context)
    if not form.is_valid():
        return invalid(request, template, context)
    sheet, choices = form.cleaned_data["sheet"], form.cleaned_data["choices"]
    try:
        script, found = scripts_sheets.do_import_script(
            actor=request.actor,
            campaign=campaign,
            file_name=sheet.name,
            content=sheet.read(),
            choices_name=choices.name if choices else "",
            choices=choices.read() if choices else b"",
        )
    except Refusal as refusal:
        return refused(request, template, context, refusal)
    if script is None:
        problems += found
        return page(request, template, context, status=INVALID)
    return HttpResponseRedirect(_address(script))
