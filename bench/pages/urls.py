"""The product's addresses, and those of the peer: Django's own lists, with the columns that our pages show."""

from django.contrib import admin
from django.urls import path

from reflexes.config.urls import handler400, handler403, handler404, handler500
from reflexes.config.urls import urlpatterns as product
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.allocation.models import Assignment, Need, Offer, Plan, PlanLine, Slot

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

PER_PAGE = 50
# What the words of these rows are made of: the peer joins it too, as a careful developer would.
JOINED = {"place": "place__commune", "capacity": "capacity__organisation", "slot": "slot__need"}


def shown(model: type, columns: tuple[str, ...], *, words: tuple[str, ...] = (), by: tuple[str, ...] = ("pk",)) -> None:
    """Give ``model`` the list that a developer writes in ten lines: columns, joined rows, search, filter by state."""
    related = {name.split("__")[0] for name in columns} & {f.name for f in model._meta.fields if f.is_relation}
    options = {
        "list_display": columns,
        "list_select_related": sorted(JOINED.get(name, name) for name in related) or False,
        "search_fields": words,
        "ordering": by,
        "list_per_page": PER_PAGE,
        "list_filter": ("state",) if any(f.name == "state" for f in model._meta.fields) else (),
        "raw_id_fields": [f.name for f in model._meta.fields if f.is_relation],
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (admin.ModelAdmin,), options))


shown(Need, ("title", "organisation", "place", "priority", "state"), words=("title", "organisation__search"))
shown(Slot, ("need", "day", "half", "skill", "headcount", "held"), by=("day", "half", "pk"))
shown(Offer, ("person", "capacity", "active", "last_asked_at"), words=("person__search",), by=("person__search", "pk"))
shown(Assignment, ("person", "slot", "day", "half", "state"), words=("person__search",), by=("day", "half", "pk"))
shown(PlanLine, ("person", "slot", "km", "kept"))
shown(Plan, ("number", "state", "made_by"), by=("-number",))
shown(Message, ("name", "subject", "state", "created_at"), words=("search",), by=("-created_at", "-id"))

urlpatterns = [path("admin/", admin.site.urls), *product]
