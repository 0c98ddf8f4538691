"""What is missing to fill a half-day, said in counts: for the cell and for the host, never a name."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from reflexes.mechanisms.allocation import ages
from reflexes.mechanisms.allocation.services.missing import Missing

# What stops the holders of a certificate, or those who are free when an age is asked (``services.missing``).
MISSING = {
    "certificate:expired": ngettext_lazy(
        "%(count)s certificate ended before that day.", "%(count)s certificates ended before that day.", "count"
    ),
    "certificate:missing": ngettext_lazy(
        "%(count)s certificate is not confirmed.", "%(count)s certificates are not confirmed.", "count"
    ),
    "age:unknown": ngettext_lazy(
        "%(count)s person did not say their date of birth.",
        "%(count)s people did not say their date of birth.",
        "count",
    ),
    "age:under": ngettext_lazy(
        "%(count)s person is too young for it.", "%(count)s people are too young for it.", "count"
    ),
    "age:too_young": ngettext_lazy(
        "%(count)s person is under %(youngest)s.", "%(count)s people are under %(youngest)s.", "count"
    ),
    "age:consent": ngettext_lazy(
        "%(count)s person under 18 has no written consent.",
        "%(count)s people under 18 have no written consent.",
        "count",
    ),
    "age:adults_only": ngettext_lazy("%(count)s person is under 18.", "%(count)s people are under 18.", "count"),
    "age:alone": ngettext_lazy(
        "%(count)s person under 18 would be alone.", "%(count)s people under 18 would be alone.", "count"
    ),
    "not_free": ngettext_lazy(
        "%(count)s does not offer that half-day.", "%(count)s do not offer that half-day.", "count"
    ),
    "wish": ngettext_lazy("%(count)s has a limit against it.", "%(count)s have a limit against it.", "count"),
    "distance": ngettext_lazy("%(count)s lives too far.", "%(count)s live too far.", "count"),
}


def said(one: Missing) -> list[str]:
    """Return what is missing for a half-day under certificate or age: who can be asked first, then what stops others.

    Counts only: a host reads these sentences too.
    """
    told = []
    if one.regulated:
        if not one.holders:
            return [_("Nobody says they hold this certificate: recruit, or ask another organisation.")]
        told.append(
            ngettext(
                "%(count)s person says they hold this certificate.",
                "%(count)s people say they hold this certificate.",
                one.holders,
            )
            % {"count": one.holders}
        )
    away = one.holders - one.offering
    if away:
        told.append(
            ngettext("%(count)s does not offer their time.", "%(count)s do not offer their time.", away)
            % {"count": away}
        )
    others = 0
    for code, count in one.stopped.items():
        known = MISSING.get(code)
        if known is None:
            others += count
        else:
            told.append(str(known % {"count": count, "youngest": ages.YOUNGEST}))
    if others:
        told.append(
            ngettext(
                "%(count)s is already taken or was asked before.",
                "%(count)s are already taken or were asked before.",
                others,
            )
            % {"count": others}
        )
    told.append(
        ngettext("%(count)s person can be asked.", "%(count)s people can be asked.", one.ready) % {"count": one.ready}
        if one.ready
        else _("Nobody can be asked.")
    )
    return told
