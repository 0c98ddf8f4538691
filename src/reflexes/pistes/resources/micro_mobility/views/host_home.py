"""The host's home: what waits for them, then their needs, open ones first."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, Subquery, Sum, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock, registry
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Slot
from reflexes.mechanisms.allocation.services.exports import do_export
from reflexes.mechanisms.allocation.states import NeedState, State
from reflexes.mechanisms.directory import roles
from reflexes.pistes.resources.micro_mobility.views.sheets import FORMATS, TYPES
from reflexes.web.pages import page, paginate

PER_PAGE = 50


class NeedsForm(forms.Form):
    """The filters of one's needs, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Not closed")), *NeedState.choices, ("all", gettext_lazy("All"))],
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", gettext_lazy("All")), *registry.kinds().items()]  # type: ignore[attr-defined]


def access_host(request: HttpRequest) -> None:
    """Let hosts in; whoever acts otherwise hosts nobody."""
    if request.actor.role != roles.HOST:
        raise PermissionDenied


@require_GET
def host_home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the host and their needs."""
    access_host(request)
    form = NeedsForm(request.GET)
    form.is_valid()
    rows = paginate(request, _needs(request, form.cleaned_data), PER_PAGE)
    ending = perms.visible_needs(request.actor).filter(
        state__in=(NeedState.OPEN, NeedState.FILLED), renewal_due_at__lte=clock.now()
    )
    context = {
        "form": form,
        "rows": rows,
        "waits": _waits(request),
        "ending": ending.order_by("renewal_due_at", "pk"),
        "formats": FORMATS,
    }
    return page(request, "micro_mobility/host/home.html", context)


@require_POST
def needs_export(request: HttpRequest) -> HttpResponse:
    """Take one's needs that are not closed out as a sheet; it is journaled."""
    access_host(request)
    kind = request.POST.get("kind", "")
    try:
        content = do_export(actor=request.actor, what="needs", kind=kind)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("micro_mobility:host_home"))
    response = HttpResponse(content, content_type=TYPES[kind])
    name = _("my-needs")
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.{kind}"'
    return response


def _needs(request: HttpRequest, asked: dict[str, Any]) -> Any:
    needs = perms.visible_needs(request.actor)
    state = asked.get("state", "")
    if state != "all":
        needs = needs.filter(state=state) if state else needs.exclude(state=NeedState.CLOSED)
    for word in normalised(asked.get("q", "")).split():
        needs = needs.filter(Q(search__contains=word) | Q(place__search__contains=word))
    if asked.get("kind"):
        needs = needs.filter(kind=asked["kind"])
    slots = Slot.objects.filter(need=OuterRef("pk"), stopped_at=None).order_by().values("need")
    coming = slots.filter(day__gte=clock.today())
    return (
        needs.select_related("organisation", "place__commune")
        .annotate(
            asked=Subquery(slots.annotate(figure=Sum("headcount")).values("figure")),
            held=Subquery(slots.annotate(figure=Sum("held")).values("figure")),
            first=Subquery(coming.annotate(figure=Min("day")).values("figure")),
            rank=Case(
                When(state=NeedState.DRAFT, then=Value(0)),
                When(state=NeedState.CLOSED, then=Value(2)),
                default=Value(1),
                output_field=IntegerField(),
            ),
        )
        .order_by("rank", F("first").asc(nulls_last=True), "-pk")
    )


def _waits(request: HttpRequest) -> dict[str, Any]:
    """Count what waits for the host, each with the day of the first one."""
    today = clock.today()
    missions = perms.visible_assignments(request.actor)
    confirm, begin, end = (
        Q(state=State.RELEASED),
        Q(state__in=(State.CONFIRMED, State.STAND_IN)),
        Q(state=State.STARTED),
    )
    return missions.aggregate(
        confirm=Count("pk", filter=confirm),
        confirm_first=Min("day", filter=confirm),
        begin=Count("pk", filter=begin & Q(day__lte=today)),
        begin_first=Min("day", filter=begin & Q(day__lte=today)),
        end=Count("pk", filter=end & Q(day__lte=today)),
        end_first=Min("day", filter=end & Q(day__lte=today)),
    )
