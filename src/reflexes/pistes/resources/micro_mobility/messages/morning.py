"""The cell's morning: what could go wrong tomorrow, in a message that waits for the end of quiet hours."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.services import tomorrow
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.services import people_holding
from reflexes.pistes.resources.micro_mobility.messages.facts import Choice, Words, hello, paragraphs
from reflexes.pistes.resources.micro_mobility.messages.sending import deliver
from reflexes.web.words import full_date

HOUR = 7
# What could go wrong (allocation.services.tomorrow), counted.
COUNTED: dict[str, "Promise"] = {
    "no_mentor": ngettext_lazy("%(count)d team without a mentor", "%(count)d teams without a mentor", "count"),
    "places_free": ngettext_lazy("%(count)d half-day not filled", "%(count)d half-days not filled", "count"),
    "stand_in": ngettext_lazy("%(count)d stand-in looked for", "%(count)d stand-ins looked for", "count"),
    "unreleased": ngettext_lazy(
        "%(count)d agent whose manager has not answered", "%(count)d agents whose managers have not answered", "count"
    ),
    "unconfirmed": ngettext_lazy(
        "%(count)d agent not confirmed by the host", "%(count)d agents not confirmed by the hosts", "count"
    ),
    "unanswered": ngettext_lazy("%(count)d proposal unanswered", "%(count)d proposals unanswered", "count"),
    "unreachable": ngettext_lazy(
        "%(count)d person with neither telephone nor e-mail",
        "%(count)d people with neither telephone nor e-mail",
        "count",
    ),
    "certificate": ngettext_lazy(
        "%(count)d certificate missing or out of date", "%(count)d certificates missing or out of date", "count"
    ),
    "unprepared": ngettext_lazy(
        "%(count)d training and safety still to give", "%(count)d trainings and safety talks still to give", "count"
    ),
}


def tell_morning() -> int:
    """Write this morning's message to each of the cell; return how many. Nothing when nothing is at risk.

    What belongs to an exercise is not in it: exercises are read on their own pages.
    """
    now = timezone.localtime(clock.now())
    if now.hour < HOUR:
        return 0
    day = tomorrow.next_day()
    cell = people_holding(roles.COORDINATOR)
    if not cell:
        return 0
    counts = tomorrow.counted(Actor(role=roles.COORDINATOR), day)
    if not counts:
        return 0
    with transaction.atomic():
        for reader in cell:
            with translation.override(reader.language):
                lines = [f"· {COUNTED[code] % {'count': one.count}}" for code, one in counts.items()]
                words = Words(
                    subject=_("For %(day)s: what is not settled yet") % {"day": full_date(day)},
                    body=paragraphs(
                        hello(reader),
                        _("Here is what could still go wrong on %(day)s:") % {"day": full_date(day)},
                        "\n".join(lines),
                        _("Each line of the page says whom to call."),
                    ),
                    short=_("For %(day)s: %(lines)s.")
                    % {"day": full_date(day), "lines": ", ".join(line.removeprefix("· ") for line in lines)},
                    choices=(Choice(_("See the list"), page=reverse("micro_mobility:eve")),),
                )
                deliver(words, reader, "", key=f"morning:{now.date()}:{reader.pk}")
    return len(cell)
