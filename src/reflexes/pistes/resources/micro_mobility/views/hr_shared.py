"""What agents chose to share with human resources: item by item, as long as they wish (P09 (11), (13))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from reflexes.core.privacy.services import record_views
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.services.learning import shared_with_hr
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.web.pages import page, paginate


class SharedForm(forms.Form):
    """The filter, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)


@require_GET
def shared_returns(request: HttpRequest) -> HttpResponse:
    """Show only what was ticked by each agent; reading it is written down, and they see it."""
    form = SharedForm(request.GET)
    form.is_valid()
    found = shared_with_hr(request.actor)
    for word in normalised(form.cleaned_data.get("q", "")).split():
        found = found.filter(assignment__person__search__contains=word)
    rows = paginate(request, found, PER_PAGE)
    record_views(
        request.actor, [one.assignment.person.key for one in rows], "micro_mobility.shared_return", "recognition"
    )
    context: dict[str, Any] = {"form": form, "rows": rows}
    return page(request, "micro_mobility/hr/shared.html", context)
