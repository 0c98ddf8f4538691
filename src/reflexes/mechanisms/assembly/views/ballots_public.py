"""A ballot filled on one's own screen, by the code of a letter or by a personal link (P11).

Between two pages nothing is kept but in the page itself: no session, no cookie, no row, no address that says a cross.
What is written is written once, by ``do_cast``. docs/votes.md says what this protects.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import RollEntry, Vote
from reflexes.mechanisms.assembly.services import ballots, passes, roll
from reflexes.mechanisms.assembly.services.votes import check_open
from reflexes.mechanisms.assembly.views.public_votes import access_public_vote, address_of
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import INVALID, page

View = Callable[..., HttpResponse]
TOO_MANY_TRIES = 429
READ, LOOK, CHANGE, CAST = "read", "look", "change", "cast"
STEPS: tuple[Promise, ...] = (
    gettext_lazy("Your code"),
    gettext_lazy("Your choices"),
    gettext_lazy("A last look"),
)


def without_trace(view: View) -> View:
    """Leave no moment behind: the session of somebody signed in would be written again, with the hour, beside a ballot.

    Nothing of the page is kept by browsers either: the next person at this screen sees no cross.
    """

    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        request.session.modified = False
        return response

    return shown


@dataclass(frozen=True, slots=True)
class Booth:
    """Where one ballot is filled: its vote, its line once known, the address its form is sent to, whoever acts."""

    vote: Vote
    piste: str
    actor: Actor
    action: str
    entry: RollEntry | None = None
    by_code: bool = True
    leads_back: bool = True

    def address(self, name: str) -> str:
        """Return a public address of this vote."""
        return address_of(self.piste, name, self.vote.slug)

    def facts(self, step: int) -> dict[str, Any]:
        """Return what every page of the booth shows."""
        return {
            "vote": self.vote,
            "back": self.address("vote_page") if self.leads_back else "",
            "action": self.action,
            "steps": STEPS if self.by_code else STEPS[1:],
            "step": step if self.by_code else step - 1,
            "pass": passes.pass_of(self.entry) if self.by_code and self.entry else "",
        }


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody ticked."""

    codes: tuple[str, ...]
    blank: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "Typed":
        """Return what was sent, and nothing on a first visit."""
        return cls(tuple(request.POST.getlist("choice")), bool(request.POST.get("blank")))


@open_to_all
@require_http_methods(["GET", "POST"])
@without_trace
def vote_by_code(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Ask for the code of a letter; a right one opens a ballot. It is sent, never written in an address."""
    vote = access_public_vote(request.actor, slug, piste)
    booth = Booth(vote, piste, request.actor, address_of(piste, "vote_ballot", slug))
    try:
        check_open(vote)
        if request.method != "POST":
            return page(request, "assembly/votes/public/code.html", {**booth.facts(1), "typed": ""})
        booth = replace(booth, entry=_entry_by_code(request, booth))
    except Refusal as refusal:
        template = "closed" if _is_shut(refusal) else "code"
        context = {**booth.facts(1), "refusal": refusal, "typed": request.POST.get("code", "")}
        status = 200 if request.method != "POST" else _status_of(refusal)
        return page(request, f"assembly/votes/public/{template}.html", context, status=status)
    return _ballot(request, booth, READ)


def _entry_by_code(request: HttpRequest, booth: Booth) -> RollEntry:
    address = get_adapter().get_client_ip(request)
    return roll.access_roll_entry(booth.actor, booth.vote, request.POST.get("code", "")[:100], address)


def _is_shut(refusal: Refusal) -> bool:
    return refusal.code in {"closed", "not_open_yet"}


def _status_of(refusal: Refusal) -> int:
    return TOO_MANY_TRIES if refusal.code == "locked" else INVALID


@open_to_all
@require_http_methods(["GET", "POST"])
@without_trace
def vote_ballot(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Take the ballot of whoever typed a code, page after page; a visit without one is sent to the code."""
    vote = access_public_vote(request.actor, slug, piste)
    booth = Booth(vote, piste, request.actor, request.path)
    if request.method != "POST":
        return redirect(booth.address("vote_by_code"))
    try:
        booth = replace(booth, entry=_entry_of_form(request, booth))
    except Refusal as refusal:
        return _filled_again(request, booth, Typed.of(request), refusal)
    return _ballot(request, booth, request.POST.get("step", LOOK))


def _entry_of_form(request: HttpRequest, booth: Booth) -> RollEntry:
    """Return the line of the pass that the form carries, or of the code typed again when that was too old."""
    if "code" in request.POST:
        check_open(booth.vote)
        return _entry_by_code(request, booth)
    return passes.access_entry_by_pass(booth.actor, booth.vote, request.POST.get("pass", "")[:200])


@require_http_methods(["GET", "POST"])
@without_trace
@answered_by_link(roll.LINK_PURPOSE)
def vote_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor, piste: str) -> HttpResponse:
    """Take the ballot of whoever received a personal link: it is never spent, the roll is the lock."""
    entry = roll.entry_of_link(actor, link)
    vote = access_public_vote(actor, entry.vote.slug, piste)
    # Whoever plays an exercise by a link alone has no other page of it to go to.
    leads_back = request.actor.exercise_id == vote.exercise_id
    booth = Booth(vote, piste, actor, request.path, entry, by_code=False, leads_back=leads_back)
    try:
        if not entry.voted and request.method != "POST":
            check_open(vote)
    except Refusal as refusal:
        return page(request, "assembly/votes/public/closed.html", {**booth.facts(2), "refusal": refusal})
    return _ballot(request, booth, request.POST.get("step", LOOK) if request.method == "POST" else READ)


def _ballot(request: HttpRequest, booth: Booth, step: str) -> HttpResponse:
    """Show the ballot, or what is about to go in the box, or put it there."""
    assert booth.entry is not None
    said, typed = ballots.already(booth.entry), Typed.of(request)
    if said:
        return page(request, "assembly/votes/public/done.html", {**booth.facts(3), "already": said})
    if step in {READ, CHANGE}:
        return page(request, "assembly/votes/public/ballot.html", {**booth.facts(2), **_paper(booth, typed)})
    try:
        check_open(booth.vote)
        chosen = ballots.crosses(booth.vote, typed.codes, blank=typed.blank)
        if step == CAST:
            return _cast(request, booth, typed)
    except Refusal as refusal:
        return _filled_again(request, booth, typed, refusal)
    return page(request, "assembly/votes/public/look.html", {**booth.facts(3), "chosen": chosen})


def _cast(request: HttpRequest, booth: Booth, typed: Typed) -> HttpResponse:
    """Put the ballot in the box. Reloading the page that follows sends nothing again."""
    assert booth.entry is not None
    if ballots.do_cast(actor=booth.actor, entry=booth.entry, codes=typed.codes, blank=typed.blank):
        return redirect(booth.address("vote_done") if booth.by_code else booth.action)
    already = ballots.already(booth.entry)
    return page(request, "assembly/votes/public/done.html", {**booth.facts(3), "already": already})


def _filled_again(request: HttpRequest, booth: Booth, typed: Typed, refusal: Refusal) -> HttpResponse:
    """Show the ballot again as it was filled, with what to change; or the code to type again, and the crosses kept."""
    context = {**booth.facts(2), **_paper(booth, typed), "refusal": refusal, "asks_code": booth.entry is None}
    return page(request, "assembly/votes/public/ballot.html", context, status=_status_of(refusal))


def _paper(booth: Booth, typed: Typed) -> dict[str, Any]:
    choices = booth.vote.choices.select_related("commune").order_by("code")
    return {"choices": choices, "ticked": set(typed.codes), "blank": typed.blank}


@open_to_all
@require_safe
@without_trace
def vote_done(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Say that the ballot is in the box: the same page for everybody, which knows nobody."""
    vote = access_public_vote(request.actor, slug, piste)
    context = {"vote": vote, "back": address_of(piste, "vote_page", slug)}
    return page(request, "assembly/votes/public/done.html", context)
