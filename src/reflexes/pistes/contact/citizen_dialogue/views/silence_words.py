"""How each silence of the budgets and of what is tried is said, and where each row is settled."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from reflexes.mechanisms.assembly.views.waiting import Saying
from reflexes.pistes.contact.citizen_dialogue.models import Feasibility, Scheme, Step


def _step(row: Step) -> str:
    return reverse("citizen_dialogue:keeper_edition", args=[row.edition.slug]) + f"#etape-{row.kind}"


def _said_of(row: Step) -> str:
    return f"{row.edition} · {row.get_kind_display()}"


def _scheme(row: Scheme) -> str:
    return reverse("citizen_dialogue:keeper_scheme", args=[row.slug])


def _question(row: Feasibility) -> str:
    return reverse("citizen_dialogue:keeper_feasibility_say", args=[row.pk])


SAYINGS: dict[str, Saying] = {
    "feasibility_late": Saying(
        ngettext_lazy(
            "%(count)d proposal that a service has not studied in time",
            "%(count)d proposals that services have not studied in time",
            "count",
        ),
        _("the service that was asked"),
        _("Call, and write what it says"),
        _question,
        lambda row: f"{row.proposal} · {row.unit}",
    ),
    "steps_without_result": Saying(
        ngettext_lazy(
            "%(count)d step is over and nobody said what came out of it",
            "%(count)d steps are over and nobody said what came out of them",
            "count",
        ),
        _("you"),
        _("Say what came out"),
        _step,
        _said_of,
    ),
    "doors_closed": Saying(
        ngettext_lazy(
            "%(count)d step has begun and nobody can speak yet",
            "%(count)d steps have begun and nobody can speak yet",
            "count",
        ),
        _("you"),
        _("Open the door"),
        _step,
        _said_of,
    ),
    "switched_away": Saying(
        ngettext_lazy(
            "%(count)d step goes on by its backup channel",
            "%(count)d steps go on by their backup channel",
            "count",
        ),
        _("you"),
        pgettext_lazy("channel", "See whether the main one is back"),
        _step,
        _said_of,
    ),
    "review_late": Saying(
        ngettext_lazy(
            "%(count)d street on trial is past the day of its decision",
            "%(count)d streets on trial are past the day of their decision",
            "count",
        ),
        _("the service that tries it"),
        _("Keep, adapt or remove"),
        _scheme,
        str,
    ),
    "choice_open": Saying(
        ngettext_lazy(
            "%(count)d street on trial without the signs that will tell",
            "%(count)d streets on trial without the signs that will tell",
            "count",
        ),
        _("you, with those who use it"),
        _("Choose what will tell"),
        _scheme,
        str,
    ),
    "nobody_asked": Saying(
        ngettext_lazy(
            "%(count)d street on trial about which nobody is asked",
            "%(count)d streets on trial about which nobody is asked",
            "count",
        ),
        _("you"),
        _("Ask those who use it"),
        _scheme,
        str,
    ),
}
