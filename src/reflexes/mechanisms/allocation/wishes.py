"""The wishes people can state, and how each reads. ``hard`` ones block; the engine knows the same kinds."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class WishKind:
    """One kind of wish: its sentence as a limit, its sentence as a preference, and what its value is."""

    limit: "str | Promise"
    preference: "str | Promise"
    value: str = ""


WISHES: dict[str, WishKind] = {
    "no_weekend": WishKind(_("Never at weekends"), _("Rather not at weekends")),
    "no_weekday": WishKind(_("Never on that day of the week"), _("Rather not on that day of the week"), "weekday"),
    "no_half": WishKind(_("Never on that half of the day"), _("Rather not on that half of the day"), "half"),
    "no_host": WishKind(_("Never with that organisation"), _("Rather not with that organisation"), "organisation"),
    "no_kind": WishKind(_("Never that kind of mission"), _("Rather not that kind of mission"), "kind"),
}
