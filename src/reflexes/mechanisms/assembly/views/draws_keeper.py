"""The draws of the participation officer: their list, where each stands, what is announced, what is published."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Body, College, Draw
from reflexes.mechanisms.assembly.perms import LIVE_SEATS, is_keeper, visible_bodies
from reflexes.mechanisms.assembly.perms_draws import can_keep_draw, visible_draws
from reflexes.mechanisms.assembly.services import draws, draws_plan, draws_public, pool_picture
from reflexes.mechanisms.assembly.views.draws import percent
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, MomentInput
from reflexes.web.pages import page, paginate

PER_PAGE = 20
COMMIT = "assembly/draws/keeper/commit.html"
State = Draw.State
TONES = {
    State.PREPARING: "note",
    State.COMPUTING: "going",
    State.COMMITTED: "waits",
    State.DRAWN: "done",
    State.ERASED: "stopped",
}
STEPS = (
    gettext_lazy("Announce"),
    gettext_lazy("Quotas"),
    gettext_lazy("Pool"),
    gettext_lazy("Publish"),
    gettext_lazy("Draw"),
    gettext_lazy("Panel"),
    gettext_lazy("Erase"),
)


def at(piste: str, name: str, *args: object) -> str:
    """Return the address of a page of the desk."""
    return reverse(f"{piste}:keeper_{name}", args=args)


def seen_at(piste: str, name: str, *args: object) -> str:
    """Return the address of a page open to all; nothing where the piste has none."""
    try:
        return reverse(f"{piste}_public:{name}", args=args)
    except NoReverseMatch:
        return ""


def menu_of(piste: str) -> str:
    """Return the entry of the menu under which the desk of draws stands: that of the bodies whose seats are drawn."""
    return f"{piste}:keeper_bodies"


def kept_draw(request: HttpRequest, slug: str, piste: str) -> Draw:
    """Return a draw of this piste to the officer who keeps it; for anyone else the desk does not exist."""
    found = visible_draws(request.actor).filter(slug=slug, piste=piste)
    draw = found.select_related("organisation", "body", "college__body").first()
    if draw is None or not can_keep_draw(request.actor, draw):
        raise Http404
    return draw


def sheet_of(draw: Draw, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a draw, and comes back to it."""
    return Sheet(title, why, button, at(draw.piste, "draw", draw.slug), draw.title, menu_of(draw.piste), **more)


@dataclass(frozen=True, slots=True)
class Next:
    """What to do now: how far the draw is (from 1), a sentence, the page that does it and its words."""

    step: int
    sentence: "str | Promise"
    url: str = ""
    label: "str | Promise" = ""


def next_of(draw: Draw, *, quotas: int, people: int) -> Next:
    """Return the one thing to do next."""
    to: Callable[[str], str] = lambda name: at(draw.piste, name, draw.slug)  # noqa: E731
    if draw.state == State.COMPUTING:
        return Next(4, _("The tickets are being made. You may leave this page: the work goes on."))
    if draw.state == State.COMMITTED:
        if clock.now() < draw.drawn_from:
            return Next(
                5, _("Everything is published. Wait for the announced moment."), to("draw_day"), _("See the day")
            )
        return Next(5, _("Chance may speak: gather people and throw the dice."), to("draw_day"), _("Hold the draw"))
    if draw.state == State.DRAWN:
        return Next(6, _("The panel is drawn. Follow who answers."), to("draw_panel"), _("See the panel"))
    if draw.state == State.ERASED:
        return Next(len(STEPS) + 1, _("The pool is erased, the record stays."))
    if draw.trouble == Draw.Trouble.TOO_LATE:
        return Next(
            1, _("The announced moment has passed. Announce another."), to("draw_write"), _("Change the moment")
        )
    if not quotas or draw.trouble == Draw.Trouble.IMPOSSIBLE:
        return Next(2, _("Write the balances sought."), to("draw_quotas"), _("Write the quotas"))
    if people < draw.size or draw.trouble == Draw.Trouble.TOO_SMALL:
        return Next(3, _("Fill the pool: it needs more people."), to("draw_pool"), _("Fill the pool"))
    return Next(
        4, _("All is ready: read it again, then publish it."), to("draw_commit"), _("Read it before publishing")
    )


@require_GET
def draw_list(request: HttpRequest, *, piste: str) -> HttpResponse:
    """Show the draws of one's organisation and what to do next in each, the latest first."""
    if not is_keeper(request.actor):
        raise Http404
    own = visible_draws(request.actor).filter(piste=piste, organisation_id=request.actor.organisation_id)
    counted = own.annotate(
        quota_count=Count("quotas", distinct=True),
        people=Count("pool", filter=Q(pool__withdrawn_at=None), distinct=True),
    )
    rows = paginate(request, own, PER_PAGE, shown=counted.select_related("college__body"))
    context = {
        "rows": rows,
        "lines": [
            (
                one,
                TONES[State(one.state)],
                at(piste, "draw", one.slug),
                next_of(one, quotas=one.quota_count, people=one.people),
            )
            for one in rows
        ],
        "new": at(piste, "draw_new"),
        "back": at(piste, "bodies"),
        "menu_here": menu_of(piste),
    }
    return page(request, "assembly/draws/keeper/list.html", context)


class TermsForm(forms.Form):
    """What a draw announces."""

    title = forms.CharField(
        label=gettext_lazy("Its title"), help_text=gettext_lazy("It is what people read first."), max_length=160
    )
    size = forms.IntegerField(label=gettext_lazy("How many people sit"), min_value=1, max_value=draws.MOST_SEATS)
    drawn_from = forms.DateTimeField(
        label=gettext_lazy("When chance speaks"),
        help_text=gettext_lazy(
            "The day and hour of the public draw. From it comes the number of the drand round: nobody can foresee "
            "what it will say."
        ),
        widget=MomentInput,
    )
    second_source = forms.CharField(
        label=gettext_lazy("Which source stands in, if drand stays silent"),
        help_text=gettext_lazy("In a few words, without a colon: Loto of 28 November 2026."),
        max_length=120,
    )
    erase_on = forms.DateField(
        label=gettext_lazy("When the pool is destroyed"),
        help_text=gettext_lazy(
            "Names, contacts and answers serve this draw alone. They go on this day, by themselves."
        ),
        widget=DayInput,
    )
    sealed = forms.BooleanField(
        label=gettext_lazy("Publish only the lines of those drawn"),
        help_text=gettext_lazy("In a small place, a rare set of answers tells who it is."),
        required=False,
    )


class NewForm(TermsForm):
    """The same, and which seats are drawn."""

    college = forms.ModelChoiceField(
        label=gettext_lazy("Which seats are drawn"),
        queryset=College.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the college whose seats are drawn by lot.")},
    )
    field_order = ("college",)

    def __init__(self, *args: Any, colleges: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["college"].queryset = colleges
        self.fields["college"].label_from_instance = lambda one: f"{one.body.name}, {one.name}"


@require_http_methods(["GET", "POST"])
def draw_new(request: HttpRequest, *, piste: str) -> HttpResponse:
    """Announce a draw; ``?college=`` says which seats, when one comes from the page of a body."""
    if not is_keeper(request.actor):
        raise Http404
    colleges = _drawable(request, piste)
    if not colleges:
        back = at(piste, "draws")
        return page(request, "assembly/draws/keeper/nothing.html", {"back": back, "menu_here": menu_of(piste)})
    form = bound(NewForm, request, colleges=colleges, initial=_first(request, colleges))
    sheet = Sheet(
        _("Prepare a draw by lot"),
        _("What is announced now is what everybody checks afterwards."),
        _("Keep this draw"),
        at(piste, "draws"),
        _("Draws by lot"),
        menu_of(piste),
        icon="dices",
        note=_("Nobody but you sees it before it is published. One person at most is drawn from each household."),
    )
    made: list[Draw] = []

    def act(typed: dict[str, Any]) -> str:
        college = typed.pop("college")
        made.append(
            draws.do_prepare_draw(actor=request.actor, piste=piste, terms=draws.Terms(**typed), college=college)
        )
        return _("The draw is kept: its drand round is number %(round)s. Now write the balances sought.") % {
            "round": made[0].round
        }

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = at(piste, "draw", made[0].slug)
    return answer


def _drawable(request: HttpRequest, piste: str) -> Any:
    bodies = visible_bodies(request.actor).filter(piste=piste, organisation_id=request.actor.organisation_id)
    found = College.objects.filter(by=College.By.LOT, body__in=bodies.exclude(state=Body.State.CLOSED))
    return found.select_related("body").order_by("body__search", "pk")


def _first(request: HttpRequest, colleges: Any) -> dict[str, Any]:
    """Return what the form proposes: the free seats of the college one comes from."""
    wanted = request.GET.get("college", "")
    college = colleges.filter(pk=int(wanted[:15])).first() if wanted.isdecimal() else colleges.first()
    if college is None:
        raise Http404
    free = college.seats - college.held.filter(state__in=LIVE_SEATS).count()
    return {"college": college.pk, "size": max(1, free), "title": f"{college.body.name}, {college.name}"[:160]}


@require_http_methods(["GET", "POST"])
def draw_write(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Change what a draw announces, while nothing is published."""
    kept = kept_draw(request, draw, piste)
    known = {name: getattr(kept, name) for name in TermsForm.base_fields}
    form = bound(TermsForm, request, initial=known)
    sheet = sheet_of(kept, _("Change what is announced"), _("Once it is published, nothing of it moves."), _("Save"))

    def act(typed: dict[str, Any]) -> str:
        draws.do_change_draw(actor=request.actor, draw=kept, terms=draws.Terms(**typed))
        return _("It is saved: the drand round is number %(round)s.") % {"round": kept.round}

    return asked(request, sheet, form, act)


@require_GET
def draw_page(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Show one draw: how far it is, what to do next, what is announced, sought, in the pool, published."""
    kept = kept_draw(request, draw, piste)
    people = kept.pool.filter(withdrawn_at=None).count()
    quotas = kept.quotas.count()
    following = next_of(kept, quotas=quotas, people=people)
    context: dict[str, Any] = {
        "draw": kept,
        "tone": TONES[State(kept.state)],
        "steps": STEPS,
        "following": following,
        "people": people,
        "quotas": quotas,
        "open": kept.state == State.PREPARING,
        "going": kept.state == State.COMPUTING,
        "published": bool(kept.record),
        "trouble": draws_plan.why(kept),
        "advised": _advised(kept),
        "sources": draws.sources_of(kept)[0],
        "links": _links(kept),
        "menu_here": menu_of(piste),
        "back": at(piste, "draws"),
    }
    if kept.record:
        found = draws_public.chances(kept)
        context |= {"chances": found, "least": percent(found.least)}
    return page(request, "assembly/draws/keeper/draw.html", context)


def _advised(draw: Draw) -> list[tuple[str, str]]:
    """Return each sentence of advice beside the line of the grid where it is followed."""
    grid = at(draw.piste, "draw_quotas", draw.slug)
    places = {pk: place for place, pk in enumerate(draw.quotas.order_by("pk").values_list("pk", flat=True))}
    return [
        (said, f"{grid}?conseil=1#quota-{places[one.pk]}") for one, every in draws_plan.advised(draw) for said in every
    ]


def _links(draw: Draw) -> dict[str, str]:
    desk = ("write", "quotas", "pool", "commit", "progress", "letters", "day", "panel", "erase", "certificate")
    links = {name: at(draw.piste, f"draw_{name}", draw.slug) for name in desk}
    if draw.record:
        links |= {name: seen_at(draw.piste, f"draw_{name}", draw.slug) for name in ("page", "screen", "record")}
    return links


@require_GET
def draw_progress(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Answer how far the tickets are: the fragment that the page of the draw asks for every two seconds."""
    kept = kept_draw(request, draw, piste)
    context = {"draw": kept, "going": kept.state == State.COMPUTING, "links": _links(kept)}
    context["home"] = at(piste, "draw", kept.slug)
    return page(request, "assembly/draws/keeper/includes/progress.html", context)


class CommitForm(forms.Form):
    """A yes, once it was read."""

    read = forms.BooleanField(
        label=gettext_lazy("I have read it: once published, nothing of it changes"),
        error_messages={"required": gettext_lazy("Tick the box once you have read what becomes public.")},
    )


@require_http_methods(["GET", "POST"])
def draw_commit(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Show what becomes public, then ask a worker for the tickets."""
    kept = kept_draw(request, draw, piste)
    home = at(piste, "draw", kept.slug)
    if request.method == "GET" and kept.state != State.PREPARING:
        return HttpResponseRedirect(home)
    form = bound(CommitForm, request)
    context = {
        "draw": kept,
        "form": form,
        "people": kept.pool.filter(withdrawn_at=None).count(),
        "picture": pool_picture.picture(kept),
        "alone": pool_picture.alone(kept),
        "together": len(pool_picture.households(kept)),
        "sources": draws.sources_of(kept)[0],
        "write": at(piste, "draw_write", kept.slug),
        "home": home,
        "menu_here": menu_of(piste),
    }
    if not form.is_bound:
        return page(request, COMMIT, context)
    if not form.is_valid():
        return invalid(request, COMMIT, context)
    try:
        draws_plan.do_commit(actor=request.actor, draw=kept)
    except Refusal as refusal:
        return refused(request, COMMIT, context, refusal)
    return done(request, _("The tickets are being made. Then the record is published by itself."), home)
