"""The desk of the editions: one is prepared from the one before, opened, ruled, and ended with what was learned."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Body
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.line import line_of, now_of
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step
from reflexes.pistes.contact.citizen_dialogue.services import editions
from reflexes.pistes.contact.citizen_dialogue.views.doing import next_things
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, EurosField, few_lines, needed
from reflexes.web.pages import page, paginate

PER_PAGE = 20
MENU = "citizen_dialogue:keeper_editions"
TONES = {Edition.State.DRAFT: "note", Edition.State.OPEN: "going", Edition.State.ENDED: "done"}


def home_of(edition: Edition) -> str:
    """Return the address of an edition at the desk."""
    return reverse("citizen_dialogue:keeper_edition", args=[edition.slug])


def sheet_of(edition: Edition, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about an edition, and comes back to it."""
    return Sheet(title, why, button, home_of(edition), edition.title, MENU, **more)


def answerers(actor: Actor) -> "list[Person]":
    """Return who may owe an answer: elected members and directors of the organisation."""
    found = [
        one
        for role in (roles.ELECTED, roles.DIRECTOR)
        for one in people_holding(role, organisation_id=actor.organisation_id)
    ]
    return list({one.pk: one for one in found}.values())


class SearchForm(forms.Form):
    """The filters of the list, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"),
        required=False,
        choices=[("", gettext_lazy("All")), *Edition.State.choices],
    )


@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """Show the editions one keeps, the latest first, with the step each is at."""
    access_keeper(request.actor)
    form = SearchForm(request.GET)
    form.is_valid()
    typed = form.cleaned_data
    found = editions.find_editions(request.actor, text=typed.get("q", ""), state=typed.get("state", ""))
    rows = paginate(request, found.filter(organisation_id=request.actor.organisation_id), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, TONES[Edition.State(one.state)], now_of(line_of(one))) for one in rows],
        "to_play": list(editions.to_play(request.actor)),
        "menu_here": MENU,
    }
    return page(request, "citizen_dialogue/keeper/editions.html", context)


@require_POST
def edition_play(request: HttpRequest, edition: str) -> HttpResponse:
    """Copy a real edition into the exercise one plays."""
    access_keeper(request.actor)
    found = editions.to_play(request.actor).filter(slug=edition).first()
    made: list[Edition] = []

    def act() -> str:
        if found is not None:
            made.append(editions.do_play_edition(actor=request.actor, edition=found))
        return _("It is copied into the exercise: nothing real moves.")

    answer = pressed(request, act, reverse(MENU))
    if made:
        answer["Location"] = home_of(made[0])
    return answer


class EditionForm(forms.Form):
    """What an edition says before it opens."""

    title = needed(forms.CharField(label=gettext_lazy("In a few words"), max_length=160, required=False))
    purpose = forms.CharField(
        label=gettext_lazy("What people decide on, in a few sentences"),
        widget=few_lines(3),
        max_length=2000,
        required=False,
    )
    budget_cents = EurosField(label=gettext_lazy("The sum that people decide on, in euros"), required=False)
    youngest = forms.IntegerField(label=gettext_lazy("From which age"), min_value=0, max_value=120, required=False)
    oldest = forms.IntegerField(label=gettext_lazy("Until which age"), min_value=0, max_value=120, required=False)
    answerer = forms.ModelChoiceField(
        label=gettext_lazy("Who owes an answer to what people propose"),
        queryset=Person.objects.none(),
        required=False,
    )
    answerer_words = forms.CharField(
        label=gettext_lazy("In which capacity"),
        help_text=gettext_lazy("For instance: deputy mayor in charge of participation."),
        max_length=160,
        required=False,
    )
    body = forms.ModelChoiceField(
        label=gettext_lazy("The committee that follows it"), queryset=Body.objects.none(), required=False
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(pk__in=[one.pk for one in answerers(actor)])
        self.fields["answerer"].queryset = people.order_by("search", "pk")
        bodies = Body.objects.filter(organisation_id=actor.organisation_id, state=Body.State.OPEN, exercise=None)
        self.fields["body"].queryset = bodies.order_by("search", "pk")


class NewForm(EditionForm):
    """The same, with the first day and the edition that it follows, from which the rest is copied."""

    begins_on = forms.DateField(
        label=gettext_lazy("The day it begins"),
        help_text=gettext_lazy("Its seven steps follow one another from that day; you change each afterwards."),
        widget=DayInput,
    )
    before = forms.ModelChoiceField(
        label=gettext_lazy("The edition before"),
        help_text=gettext_lazy("Its rules, steps and channels are copied, and you say what changes."),
        queryset=Edition.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("None: it is the first"),
    )
    field_order = ("title", "before", "begins_on")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        found = editions.find_editions(actor).filter(organisation_id=actor.organisation_id)
        self.fields["before"].queryset = found.exclude(state=Edition.State.DRAFT)


@require_http_methods(["GET", "POST"])
def edition_new(request: HttpRequest) -> HttpResponse:
    """Prepare an edition, from the one before when there is one: what is left empty is copied from it."""
    access_keeper(request.actor)
    form = bound(NewForm, request, actor=request.actor, initial={"before": request.GET.get("avant", "")})
    sheet = Sheet(
        _("Prepare an edition"),
        _("A title and a first day are enough to begin; its page says what is missing."),
        _("Prepare it"),
        reverse(MENU),
        _("Budgets"),
        MENU,
        note=_("What you leave empty is copied from the edition before. It opens once it says what changes, and why."),
    )
    made: list[Edition] = []

    def act(typed: dict[str, Any]) -> str:
        given = {name: value for name, value in typed.items() if value not in (None, "")}
        before, begins_on = given.pop("before", None), given.pop("begins_on")
        made.append(
            editions.do_prepare_edition(
                actor=request.actor, title=given.pop("title", ""), begins_on=begins_on, before=before, fields=given
            )
        )
        return _("It is prepared. Nobody else sees it yet.")

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


@require_GET
def edition_page(request: HttpRequest, edition: str) -> HttpResponse:
    """Show one edition: its line of steps, what to do now, its diary and where each part is kept."""
    kept = perms.access_kept_edition(request.actor, edition)
    line = line_of(kept)
    lacks = editions.missing(kept) if kept.state == Edition.State.DRAFT else []
    context = {
        "edition": kept,
        "tone": TONES[Edition.State(kept.state)],
        "line": line,
        "done": [one for one in line if one.tone == "done"],
        "left": [one for one in line if one.tone != "done"],
        "now": now_of(line),
        "things": next_things(kept, line),
        "checks": [(code not in lacks, words) for code, words in editions.MISSING.items() if code != "title"],
        "ready": not lacks,
        "draft": kept.state == Edition.State.DRAFT,
        "under_way": kept.state == Edition.State.OPEN,
        "variables": list(kept.variables.order_by("pk")),
        "may_write_steps": kept.state != Edition.State.ENDED,
        "menu_here": MENU,
    }
    return page(request, "citizen_dialogue/keeper/edition.html", context)


class WordsForm(EditionForm):
    """What may be written of an edition, and why nothing changes when nothing does."""

    unchanged_why = forms.CharField(
        label=gettext_lazy("Why nothing changes, when nothing does"),
        help_text=gettext_lazy("Only when the diary is empty: else say there what changes."),
        widget=few_lines(2),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("budget_cents", "answerer"):
            needed(self.fields[name])


FIXED = ("budget_cents", "youngest", "oldest")


@require_http_methods(["GET", "POST"])
def edition_write(request: HttpRequest, edition: str) -> HttpResponse:
    """Change what an edition says; its sum and ages stay once the rules are published."""
    kept = perms.access_kept_edition(request.actor, edition)
    names = [*EditionForm.base_fields, "unchanged_why"]
    known = {name: getattr(kept, name) for name in names}
    form = bound(WordsForm, request, actor=request.actor, initial=known)
    for name in (*(FIXED if kept.rules_published_at else ()), *(() if kept.before_id else ("unchanged_why",))):
        del form.fields[name]
    sheet = sheet_of(kept, _("Change this edition"), _("What you write here is what everybody reads."), _("Save"))

    def act(typed: dict[str, Any]) -> str:
        amounts = {"budget_cents": typed["budget_cents"] or 0} if "budget_cents" in typed else {}
        editions.do_change_edition(actor=request.actor, edition=kept, fields={**typed, **amounts})
        return _("It is saved.")

    return asked(request, sheet, form, act)


@require_POST
def edition_open(request: HttpRequest, edition: str) -> HttpResponse:
    """Open an edition to everybody."""
    kept = perms.access_kept_edition(request.actor, edition)

    def act() -> str:
        editions.do_open_edition(actor=request.actor, edition=kept)
        return _("It is open: everybody reads its steps. Publish its rules before the first idea.")

    return pressed(request, act, home_of(kept))


class RulesForm(forms.Form):
    """The rules, and how they were written."""

    rules = needed(
        forms.CharField(
            label=gettext_lazy("The rules, in plain words"),
            help_text=gettext_lazy("Who may propose, on what, how much, who decides, what cannot be funded."),
            widget=few_lines(14),
            max_length=20_000,
            required=False,
        )
    )
    how = needed(
        forms.CharField(label=gettext_lazy("How they were written, and with whom"), max_length=400, required=False)
    )


@require_http_methods(["GET", "POST"])
def rules_publish(request: HttpRequest, edition: str) -> HttpResponse:
    """Publish the rules, before anybody proposes."""
    kept = perms.access_kept_edition(request.actor, edition)
    step = kept.steps.get(kind=Step.Kind.RULES)
    form = bound(RulesForm, request, initial={"rules": kept.rules, "how": step.done_words})
    sheet = sheet_of(
        kept,
        _("Publish the rules"),
        _("They are written first: the door for ideas opens afterwards, and they no longer change then."),
        _("Publish these rules"),
        icon="book-open",
    )

    def act(typed: dict[str, Any]) -> str:
        editions.do_publish_rules(actor=request.actor, edition=kept, **typed)
        return _("The rules are published. Ideas may be asked for.")

    return asked(request, sheet, form, act)


class EndForm(forms.Form):
    """What was learned, of each thing that changed and of the whole."""

    learned = needed(
        forms.CharField(
            label=gettext_lazy("What was learned of the whole edition"),
            widget=few_lines(6),
            max_length=5000,
            required=False,
        )
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in edition.variables.order_by("pk"):
            learned = forms.CharField(
                label=_("What was learned of “%(name)s”") % {"name": one.name},
                help_text=one.becomes,
                initial=one.learned,
                widget=few_lines(2),
                max_length=600,
                required=False,
            )
            self.fields[f"variable_{one.pk}"] = needed(learned)


@require_http_methods(["GET", "POST"])
def edition_end(request: HttpRequest, edition: str) -> HttpResponse:
    """End an edition with what was learned: the next one begins with it."""
    kept = perms.access_kept_edition(request.actor, edition)
    sheet = sheet_of(
        kept,
        _("End this edition"),
        _("Each thing that changed was tried so that something is learned: write it before you forget."),
        _("End it"),
        icon="flag",
        note=_("Works go on: their promises stay followed after the edition has ended."),
    )

    def act(typed: dict[str, Any]) -> str:
        by_variable = {int(name.removeprefix("variable_")): words for name, words in typed.items() if name != "learned"}
        editions.do_end_edition(actor=request.actor, edition=kept, learned=typed["learned"], by_variable=by_variable)
        return _("It has ended. What was learned is public.")

    return asked(request, sheet, bound(EndForm, request, edition=kept, initial={"learned": kept.learned}), act)
