"""The pool: who said yes to being drawn, from a sheet or one by one, against what is asked; the codes of letters."""

import zlib
from base64 import b64decode, b64encode
from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.sheets.problems import has_errors
from reflexes.mechanisms.assembly.models import Channel, Draw
from reflexes.mechanisms.assembly.perms_draws import access_member
from reflexes.mechanisms.assembly.services import codes, draw_papers, pool, pool_list, pool_picture
from reflexes.mechanisms.assembly.views.draws_keeper import at, kept_draw, menu_of, seen_at, sheet_of
from reflexes.mechanisms.assembly.views.draws_keeper_quotas import told
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import asked, bound
from reflexes.web.pages import INVALID, page, paginate
from reflexes.web.parts import Bar, BarChart

PAGE = "assembly/draws/keeper/pool.html"
SHEET = "assembly/draws/keeper/pool_sheet.html"
PER_PAGE = 50
# What a form may carry from the dry run to the yes (DATA_UPLOAD_MAX_MEMORY_SIZE, with room for the other fields).
MOST_CARRIED = 3_500_000
HOMES_SHOWN = 20


class SearchForm(forms.Form):
    """A name, kept in the address."""

    q = forms.CharField(label=gettext_lazy("First name or name"), max_length=80, required=False)


@require_GET
def pool_page(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Show who is in the pool against what is asked, the addresses given twice, and each person."""
    kept = kept_draw(request, draw, piste)
    search = SearchForm(request.GET)
    search.is_valid()
    rows = paginate(request, pool_picture.find_members(kept, search.cleaned_data.get("q", "")), PER_PAGE)
    held = pool_picture.picture(kept)
    homes = pool_picture.households(kept)
    context = {
        "draw": kept,
        "open": kept.state == Draw.State.PREPARING,
        "settled": kept.state == Draw.State.ERASED,
        "search": search,
        "rows": rows,
        "lines": [
            (one, [answer.value for answer in one.answers.all()], at(piste, "draw_pool_withdraw", kept.slug, one.pk))
            for one in rows
        ],
        "people": kept.pool.filter(withdrawn_at=None).count(),
        "charts": [_chart(feature, every) for feature, every in held.items()],
        "lacks": [(feature, one) for feature, every in held.items() for one in every if one.missing],
        "homes": homes[:HOMES_SHOWN],
        "more_homes": max(0, len(homes) - HOMES_SHOWN),
        "links": {
            name: at(piste, f"draw_{name}", kept.slug) for name in ("pool_sheet", "pool_new", "letters", "quotas")
        },
        "home": at(piste, "draw", kept.slug),
        "menu_here": menu_of(piste),
    }
    return page(request, PAGE, context)


def _chart(feature: str, every: list[pool_picture.Held]) -> BarChart:
    """Return who gave each answer to one question, with what is sought of it in words."""
    bars = []
    for one in every:
        words = {"value": one.value, "low": one.minimum, "high": one.maximum}
        sought = _("%(value)s (sought: %(low)s)") if one.minimum == one.maximum else _(
            "%(value)s (sought: from %(low)s to %(high)s)"
        )  # fmt: skip
        bars.append(Bar(sought % words, one.pool))
    return BarChart(feature, bars, _("the pool of this draw"), clock.today(), unit=_("people in the pool"))


class PoolSheetForm(forms.Form):
    """A sheet of people who said yes."""

    sheet = forms.FileField(
        label=gettext_lazy("The sheet"),
        help_text=gettext_lazy(
            "In .csv, .xlsx or .ods: one line for each person, one column for each question of the quotas, name, "
            "e-mail or telephone."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
        error_messages={"required": gettext_lazy("Choose a file in .csv, .xlsx or .ods.")},
        max_length=200,
    )
    household = forms.CharField(
        label=gettext_lazy("Which columns make the address"),
        help_text=gettext_lazy(
            "Their titles, with a comma between: address, postcode. People of one address never sit together."
        ),
        max_length=300,
        required=False,
    )
    channel = forms.ChoiceField(label=gettext_lazy("How they answered"), choices=Channel.choices, initial=Channel.WEB)

    def columns(self) -> list[str]:
        """Return the titles of the columns that make an address."""
        return [title.strip() for title in self.cleaned_data["household"].split(",") if title.strip()]


@require_http_methods(["GET", "POST"])
def pool_sheet(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Read a sheet for nothing, say all that is wrong and who lives together; then add its people after a yes."""
    kept = kept_draw(request, draw, piste)
    context: dict[str, Any] = {
        "draw": kept,
        "form": PoolSheetForm(),
        "problems": [],
        "back": at(piste, "draw_pool", kept.slug),
        "questions": list(dict.fromkeys(kept.quotas.order_by("pk").values_list("feature", flat=True))),
        "menu_here": menu_of(piste),
    }
    if request.method != "POST":
        return page(request, SHEET, context)
    if "carried" in request.POST:
        return _added(request, kept, context)
    form = context["form"] = PoolSheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return invalid(request, SHEET, context)
    given = form.cleaned_data["sheet"]
    sheet = pool_list.Sheet(given.name, given.read(), form.columns())
    found = pool_list.read_pool(request.actor, kept, sheet)
    if has_errors(found.problems):
        return page(request, SHEET, {**context, **told(found.problems)}, status=INVALID)
    carried = _carried(request, kept, sheet, form.cleaned_data["channel"])
    if len(carried) > MOST_CARRIED:
        form.add_error("sheet", _("This sheet is too long to be read at once. Split it in two."))
        return invalid(request, SHEET, context)
    dry = {
        "people": len(found.people),
        "together": [[f"{one.first_name} {one.last_name}".strip() for one in home] for home in found.together],
        "no_address": not sheet.household,
        "first": [(coming, list(answers.values())) for coming, answers in found.people[:5]],
        "carried": carried,
    }
    return page(request, SHEET, {**context, **told(found.problems), "dry": dry})


def _salt(request: HttpRequest, draw: Draw) -> str:
    return f"assembly.pool:{draw.pk}:{request.actor.person_id}"


def _carried(request: HttpRequest, draw: Draw, sheet: pool_list.Sheet, channel: str) -> str:
    """Return a sheet as a signed text that the page of the dry run sends back: nothing of it is kept meanwhile."""
    content = b64encode(zlib.compress(sheet.content)).decode()
    return signing.dumps([sheet.name, content, list(sheet.household), channel], salt=_salt(request, draw))


def _added(request: HttpRequest, draw: Draw, context: dict[str, Any]) -> HttpResponse:
    """Add the people of the sheet that was read for nothing just before."""
    try:
        carried = signing.loads(request.POST["carried"], salt=_salt(request, draw), max_age=7200)
    except signing.BadSignature:
        words = _("The sheet read before is too old, or was changed. Choose the file again.")
        return refused(request, SHEET, context, Refusal("carried", words))
    name, content, household, channel = carried
    sheet = pool_list.Sheet(name, zlib.decompress(b64decode(content)), household)
    try:
        count, problems = pool_list.do_import_pool(actor=request.actor, draw=draw, sheet=sheet, channel=channel)
    except Refusal as refusal:
        return refused(request, SHEET, context, refusal)
    if has_errors(problems):
        return page(request, SHEET, {**context, **told(problems)}, status=INVALID)
    said = ngettext("%(count)d person is added to the pool.", "%(count)d people are added to the pool.", count)
    return done(request, said % {"count": count}, context["back"])


class MemberForm(forms.Form):
    """Somebody who answered by telephone, on paper or at a desk: their name, how to reach them, their answers."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=80)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False, widget=forms.EmailInput())
    household = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Two people of one address never sit together. It serves nothing else."),
        max_length=300,
        required=False,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How they answered"),
        choices=[one for one in Channel.choices if one[0] != Channel.WEB],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, questions: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for place, (feature, values) in enumerate(questions.items()):
            self.fields[f"answer_{place}"] = forms.ChoiceField(
                label=feature,
                choices=[(value, value) for value in values],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose the answer they gave.")},
            )

    def answers(self) -> dict[str, str]:
        """Return what they answered, by question."""
        return {feature: self.cleaned_data[f"answer_{place}"] for place, feature in enumerate(self.questions)}


@require_http_methods(["GET", "POST"])
def member_new(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Add somebody from a telephone call or a paper card; their code is said once, to give them."""
    kept = kept_draw(request, draw, piste)
    questions = {feature: [one.value for one in every] for feature, every in pool_picture.picture(kept).items()}
    form = bound(MemberForm, request, questions=questions)
    here = at(piste, "draw_pool_new", kept.slug)
    sheet = sheet_of(
        kept,
        _("Add somebody to the pool"),
        _("Whoever answers by telephone or on a card has the same chance as those who answer on a screen."),
        _("Add this person"),
        icon="user-plus",
        note="" if questions else _("Write the quotas first: they say which questions are asked."),
    )

    def act(_typed: dict[str, Any]) -> str:
        typed = form.cleaned_data
        coming = pool.Coming(answers=form.answers(), **{name: typed[name] for name in (*pool.CONTACT, "household")})
        member = pool.do_add_member(actor=request.actor, draw=kept, coming=coming, channel=typed["channel"])
        return _("%(name)s is in the pool. The code to give them: %(code)s. You may write the next one.") % {
            "name": member.words().strip(),
            "code": codes.shown(member.pseudonym),
        }

    return asked(request, sheet, form, act, to=here)


@require_http_methods(["GET", "POST"])
def member_withdraw(request: HttpRequest, draw: str, member: int, *, piste: str) -> HttpResponse:
    """Take somebody out who asks for it."""
    kept = kept_draw(request, draw, piste)
    found = access_member(request.actor, kept, member)
    if found.withdrawn_at is not None:
        raise Http404
    name = found.words().strip()
    published = _("Their code stays in the published list, with nothing else. If they are drawn, the next one comes.")
    sheet = sheet_of(
        kept,
        _("%(name)s withdraws") % {"name": name},
        _("One may leave a pool at any time, without a reason."),
        _("Delete their data"),
        icon="user-minus",
        note=published if kept.record else _("Nothing of them stays."),
    )

    def act(_typed: dict[str, Any]) -> str:
        pool.do_withdraw_member(actor=request.actor, member=found)
        return _("%(name)s is no longer in the pool.") % {"name": name}

    return asked(request, sheet, bound(forms.Form, request), act, to=at(piste, "draw_pool", kept.slug))


@require_GET
def letters(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Print the code of each person of the pool, to send or to hand over: with it they find their own line."""
    kept = kept_draw(request, draw, piste)
    address = request.build_absolute_uri(seen_at(piste, "draw_line", kept.slug))
    try:
        made = draw_papers.codes_pdf(request.actor, kept, address=address)
    except Refusal as refusal:
        context = {"draw": kept, "refusal": refusal, "home": at(piste, "draw", kept.slug), "menu_here": menu_of(piste)}
        return page(request, "assembly/draws/keeper/refused.html", context, status=409)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{kept.slug}-codes.pdf"'
    return answer
