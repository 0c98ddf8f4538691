"""What newcomers see, for the innovation cell: by role and type of organisation, never by name; and silent hosts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import registry
from reflexes.mechanisms.allocation.models import Debrief
from reflexes.mechanisms.allocation.services.learning import remarks_for_lab, silent_hosts
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.resources.micro_mobility.reasons import kind_label
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.pistes.resources.micro_mobility.views.host_learning import ANSWERED, filtered
from reflexes.pistes.resources.micro_mobility.views.taking_out import taken_out
from reflexes.web.pages import page, paginate

TEMPLATE = "micro_mobility/cell/newcomers.html"


class NewcomersForm(forms.Form):
    """The filters, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of mission"), required=False)
    host = forms.ChoiceField(label=gettext_lazy("Type of host"), required=False)
    answer = forms.ChoiceField(label=gettext_lazy("The host's answer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", gettext_lazy("All"))
        self.fields["kind"].choices = [every, *registry.kinds().items()]
        self.fields["host"].choices = [every, *Organisation.Kind.choices]
        self.fields["answer"].choices = [every, *ANSWERED]


def _found(request: HttpRequest, form: NewcomersForm) -> QuerySet[Debrief]:
    form.is_valid()
    asked = form.cleaned_data
    found = filtered(remarks_for_lab(request.actor), asked)
    if asked.get("kind"):
        found = found.filter(assignment__slot__need__kind=asked["kind"])
    if asked.get("host"):
        found = found.filter(assignment__slot__need__organisation__kind=asked["host"])
    return found


@require_GET
def newcomers(request: HttpRequest) -> HttpResponse:
    """Show the remarks that people agreed to share, and the hosts that owe an answer."""
    form = NewcomersForm(request.GET)
    rows = paginate(request, _found(request, form), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, kind_label(one.assignment.slot.need.kind), role_and_home(one)) for one in rows],
        "silent": silent_hosts(request.actor),
        "query": request.GET.urlencode(),
    }
    return page(request, TEMPLATE, context)


@require_POST
def newcomers_export(request: HttpRequest) -> HttpResponse:
    """Take the same lines out as a sheet: no name, no service, no host, no day."""
    form = NewcomersForm(request.GET)
    titles = (_("Month"), _("Kind of mission"), _("Type of host"), _("Who"), _("Remark"), _("Answer"), _("Reason"))
    rows = []
    for one in _found(request, form):
        need, answer = one.assignment.slot.need, getattr(one, "host_answer", None)
        rows.append(
            [
                one.held_at.strftime("%Y-%m"),
                str(kind_label(need.kind)),
                str(need.organisation.get_kind_display()),
                role_and_home(one),
                one.remarks,
                str(answer.get_outcome_display()) if answer else "",
                answer.reason if answer else "",
            ]
        )
    return taken_out(request, "regards-neufs", titles, rows)


def role_and_home(debrief: Debrief) -> str:
    """Return who speaks as the publication does: a role and a type of organisation, never a name."""
    capacity = debrief.assignment.person.offer.capacity if hasattr(debrief.assignment.person, "offer") else None
    if capacity is None:
        return _("volunteer")
    return _("%(role)s, %(home)s") % {"role": capacity.role_label, "home": capacity.organisation.get_kind_display()}
