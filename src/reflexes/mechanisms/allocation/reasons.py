"""The engine's codes said to people: one wording for the screens and for the command line.

Source: issue 2 part 2 ("Why me, why not me"); mechanisms.md P09 (3), (4). The sentences speak of the mission, not of
the person, so that the cell and the person read the same ones; never the name of somebody preferred.

No table is read here, not even at import: ``reflexes plan`` says these without a site (config/bare.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy

from reflexes.mechanisms.allocation import ages
from reflexes.web import words

if TYPE_CHECKING:
    from reflexes.engines import matching

Text = str | Promise
Labels = Mapping[str, Text]

# What the ledger says of a pair. A certificate and an age have two states; placeholders are made by ``_facts``.
SENTENCES: Labels = {
    "skill": gettext_lazy("This mission asks for the skill “%(skill)s”, which is not among the skills said."),
    "not_free": gettext_lazy("That half-day was not offered: %(half_day)s."),
    "distance": gettext_lazy("It is too far: %(km)s, when the limit said is %(max_km)s."),
    "distance_unknown": gettext_lazy(
        "The limit said is %(max_km)s, and the way cannot be measured: an address is missing."
    ),
    "certificate:missing": gettext_lazy("The certificate “%(certificate)s” is required and was not confirmed."),
    "certificate:expired": gettext_lazy("The certificate “%(certificate)s” ended on %(end)s, before the mission."),
    "age:unknown": gettext_lazy("The mission asks for %(min_age)s years of age, and the date of birth is not known."),
    "age:under": gettext_lazy("The mission asks for %(min_age)s years of age on the day."),
    "age:too_young": gettext_lazy("Nobody is asked before %(youngest)s, even with the consent of their parents."),
    "age:consent": gettext_lazy(
        "Before 18, the written consent of a parent or guardian is needed, and the cell has none."
    ),
    "age:adults_only": gettext_lazy("This kind of mission is for adults."),
    "age:alone": gettext_lazy("Before 18, somebody of the host has to be there: nobody is, for this mission."),
    "busy": gettext_lazy("A mission was already accepted on that half-day."),
    "cap": gettext_lazy("The half-days offered for that week are all given: %(cap)s a week, %(day_cap)s a day."),
    "unit_minimum": gettext_lazy("The home service would fall below the minimum it keeps on that half-day."),
    "no_mentor": gettext_lazy("No mentor can be there on that half-day: the team cannot open."),
    "team_too_small": gettext_lazy(
        "The team cannot open: it needs %(min_team)s people and only %(eligible)s can come."
    ),
    "forbidden:declined": gettext_lazy("The answer to this need was “not this time”: it is not asked again."),
    "forbidden:no_answer": gettext_lazy("No answer came in time for this need: it is not asked again."),
    "forbidden:withheld": gettext_lazy("The home service could not do without on that half-day."),
    "forbidden:turned_down": gettext_lazy("The host did not confirm for this need."),
    "forbidden:dropped": gettext_lazy("That half-day was given back after a yes."),
    "forbidden:set_aside": gettext_lazy(
        "The cell took it out of an earlier plan by hand: a new plan does not propose it again."
    ),
    "forbidden:account_spent": gettext_lazy(
        "The volunteering half-days that the employer gives are all used or promised."
    ),
}
# "wish" by its kind; a half of the day takes an article in French, so each has its sentence.
WISHES: Labels = {
    "no_weekend": gettext_lazy("A limit is never crossed: never at weekends."),
    "no_weekday": gettext_lazy("A limit is never crossed: never on a %(value)s."),
    "no_date": gettext_lazy("A limit is never crossed: not on %(value)s."),
    "no_half:am": gettext_lazy("A limit is never crossed: never in the morning."),
    "no_half:pm": gettext_lazy("A limit is never crossed: never in the afternoon."),
    "prefers_half:am": gettext_lazy("A limit is never crossed: only in the morning."),
    "prefers_half:pm": gettext_lazy("A limit is never crossed: only in the afternoon."),
    "no_host": gettext_lazy("A limit is never crossed: never with %(value)s."),
    "no_kind": gettext_lazy("A limit is never crossed: never for “%(value)s”."),
    "only_kind": gettext_lazy("The kinds of mission chosen are others: %(value)s."),
    "only_remote": gettext_lazy("A limit is never crossed: only from a distance."),
    "near_home": gettext_lazy("A limit is never crossed: at most %(value)s from home."),
}
# Why a line of a plan cannot leave any more: codes of ``services.waves.preview``, then the ledger's without facts.
HELD_BACK: Labels = {
    "need_closed": gettext_lazy("The need was closed or its day has passed."),
    "withdrawn": gettext_lazy("The offer was taken back."),
    "slot_full": gettext_lazy("Every place was taken meanwhile."),
    "skill": gettext_lazy("The skill asked for is no longer among those said."),
    "not_free": gettext_lazy("That half-day is no longer offered."),
    "wish": gettext_lazy("A limit was said since: it is never crossed."),
    "distance": gettext_lazy("It is now too far for the limit said."),
    "distance_unknown": gettext_lazy("The way cannot be measured any more: an address is missing."),
    "certificate": gettext_lazy("The certificate required is missing or has ended."),
    "age": gettext_lazy("The minimum age is not met, or not known."),
    "busy": gettext_lazy("A mission was accepted on that half-day meanwhile."),
    "cap": gettext_lazy("The half-days offered for that week are all given."),
    "unit_minimum": gettext_lazy("The home service would fall below its minimum."),
    "no_mentor": gettext_lazy("No mentor can be there any more."),
    "team_too_small": gettext_lazy("The team can no longer be large enough."),
    "forbidden": gettext_lazy("An answer came since: this need is not asked again."),
}
# Why a half-day has places left in a plan (engine: Unfilled.why).
WHY_EMPTY: Labels = {
    "pool": gettext_lazy("Fewer people can come than there are places: call, recruit or train."),
    "contested": gettext_lazy("People could come, and the plan needs them elsewhere."),
    "team": gettext_lazy("A rule of the team keeps it closed: its minimum, or its mentor."),
    "unit_minimum": gettext_lazy("People could come, and their home services keep them."),
}
# The steps of the engine's funnel (``ledger_counts``), in its order.
STEPS = {
    "people": ngettext_lazy("%(count)s person came forward.", "%(count)s people came forward.", "count"),
    "skill": ngettext_lazy("%(count)s has the skill.", "%(count)s have the skill.", "count"),
    "free": ngettext_lazy("%(count)s of them offers that half-day.", "%(count)s of them offer that half-day.", "count"),
    "wish": ngettext_lazy("%(count)s has no limit against it.", "%(count)s have no limit against it.", "count"),
    "distance": ngettext_lazy("%(count)s accepts the way.", "%(count)s accept the way.", "count"),
    "certificate": ngettext_lazy("%(count)s holds the certificate.", "%(count)s hold the certificate.", "count"),
    "age": ngettext_lazy("%(count)s has the age required.", "%(count)s have the age required.", "count"),
    "available": ngettext_lazy(
        "%(count)s still has a half-day to give that week, and a service that can do without.",
        "%(count)s still have a half-day to give that week, and a service that can do without.",
        "count",
    ),
    "eligible": ngettext_lazy("%(count)s person can still be asked.", "%(count)s people can still be asked.", "count"),
}
ALWAYS_TOLD = {"people", "skill", "free"}
# The same steps when they leave nobody: people say "nobody", not "0".
NOBODY: Labels = {
    "people": gettext_lazy("Nobody came forward yet."),
    "skill": gettext_lazy("Nobody has the skill."),
    "free": gettext_lazy("None of them offers that half-day."),
    "wish": gettext_lazy("All of them have a limit against it."),
    "distance": gettext_lazy("None of them accepts the way."),
    "certificate": gettext_lazy("None of them holds the certificate."),
    "age": gettext_lazy("None of them has the age required."),
    "available": gettext_lazy("None of them still has a half-day to give, or a service that can do without."),
    "eligible": gettext_lazy("Nobody can still be asked."),
}
# What became of those who could come: asked before, or taken by the plan.
OUTCOMES = {
    "forbidden:declined": ngettext_lazy(
        "%(count)s was asked and said not this time.", "%(count)s were asked and said not this time.", "count"
    ),
    "forbidden:no_answer": ngettext_lazy(
        "%(count)s was asked and did not answer in time.", "%(count)s were asked and did not answer in time.", "count"
    ),
    "forbidden:withheld": ngettext_lazy(
        "%(count)s was kept by the home service.", "%(count)s were kept by their home service.", "count"
    ),
    "forbidden:turned_down": ngettext_lazy(
        "%(count)s was not confirmed by the host.", "%(count)s were not confirmed by the host.", "count"
    ),
    "forbidden:set_aside": ngettext_lazy(
        "%(count)s was taken out of an earlier plan by hand.",
        "%(count)s were taken out of an earlier plan by hand.",
        "count",
    ),
    "forbidden:account_spent": ngettext_lazy(
        "%(count)s has used all the half-days their employer gives.",
        "%(count)s have used all the half-days their employers give.",
        "count",
    ),
    "forbidden:dropped": ngettext_lazy(
        "%(count)s gave the half-day back after a yes.", "%(count)s gave the half-day back after a yes.", "count"
    ),
    "busy": ngettext_lazy(
        "%(count)s is already taken elsewhere in the plan.",
        "%(count)s are already taken elsewhere in the plan.",
        "count",
    ),
}
# "Trained or freed by one more person" (issue 2 part 2), by what is short.
BOTTLENECKS = {
    "skill": ngettext_lazy(
        "One more person trained in “%(value)s”%(when)s would fill %(count)s place.",
        "One more person trained in “%(value)s”%(when)s would fill %(count)s places.",
        "count",
    ),
    "half_day": ngettext_lazy(
        "One more person free%(when)s would fill %(count)s place.",
        "One more person free%(when)s would fill %(count)s places.",
        "count",
    ),
    "place": ngettext_lazy(
        "One more person near “%(value)s”%(when)s would fill %(count)s place.",
        "One more person near “%(value)s”%(when)s would fill %(count)s places.",
        "count",
    ),
    "cap": ngettext_lazy(
        "One more half-day offered in the week%(when)s would fill %(count)s place.",
        "One more half-day offered in the week%(when)s would fill %(count)s places.",
        "count",
    ),
}
PRIORITIES: Mapping[int, Text] = {
    3: pgettext_lazy("priority", "vital"),
    2: pgettext_lazy("priority", "important"),
    1: pgettext_lazy("priority", "useful"),
}
# Priority → what losing places there means.
LOST = {
    3: ngettext_lazy(
        "Placing this person here would leave a vital need %(count)s place short.",
        "Placing this person here would leave vital needs %(count)s places short.",
        "count",
    ),
    2: ngettext_lazy(
        "Placing this person here would leave an important need %(count)s place short.",
        "Placing this person here would leave important needs %(count)s places short.",
        "count",
    ),
    1: ngettext_lazy(
        "Placing this person here would leave a useful need %(count)s place short.",
        "Placing this person here would leave useful needs %(count)s places short.",
        "count",
    ),
}
TRAITS: Labels = {
    "status": pgettext_lazy("what people are counted by", "Status"),
    "category": pgettext_lazy("what people are counted by", "Category"),
    "age_band": pgettext_lazy("what people are counted by", "Age"),
    "sex": pgettext_lazy("what people are counted by", "Sex"),
    "unit": pgettext_lazy("what people are counted by", "Home service"),
}
AGE_BANDS: Labels = {
    "under_30": gettext_lazy("under 30"),
    "30_44": gettext_lazy("30 to 44"),
    "45_54": gettext_lazy("45 to 54"),
    "55_up": gettext_lazy("55 and over"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """How people call what the engine knows by a slug or a key; what has no label is said as it is."""

    skills: Labels = field(default_factory=dict)
    organisations: Labels = field(default_factory=dict)
    kinds: Labels = field(default_factory=dict)
    traits: Mapping[str, Labels] = field(default_factory=dict)
    """Trait → value → label: the names of services, the words of a status."""


def sentence(reason: matching.Reason, names: Names) -> str:
    """Return one reason as a sentence; a code nobody foresaw still says something true."""
    facts = dict(reason.params)
    if reason.code == "wish":
        return _wish(str(facts.get("kind", "")), str(facts.get("value", "")), names)
    code = f"{reason.code}:{facts['state']}" if "state" in facts else reason.code
    known = SENTENCES.get(code)
    if known is None:
        return _("A rule of the plan forbids it (%(code)s).") % {"code": code}
    return str(known) % _facts(facts, names)


def sentences(reasons: Iterable[matching.Reason], names: Names) -> list[str]:
    """Return each reason as a sentence, in the engine's order."""
    return [sentence(reason, names) for reason in reasons]


def _facts(facts: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Return the facts of a sentence as people read them."""
    read = {"youngest": ages.YOUNGEST, **facts}
    for name, value in facts.items():
        if name in {"skill", "certificate"}:
            read[name] = names.skills.get(str(value), value)
        elif name == "half_day":
            read[name] = half_day_words(str(value))
        elif name == "end":
            read[name] = words.full_date(date.fromisoformat(str(value)))
        elif name in {"km", "max_km"}:
            read[name] = words.km_words(float(value))
    return read


def _wish(kind: str, value: str, names: Names) -> str:
    known = WISHES.get(kind) or WISHES.get(f"{kind}:{value}")
    if known is None:
        return _("A limit said by the person is never crossed.")
    return str(known) % {"value": _wish_value(kind, value, names)}


def _wish_value(kind: str, value: str, names: Names) -> str:
    """Return the value of a wish in words: "Wednesday", "the food bank"; nothing for those said whole."""
    if kind == "no_weekday":
        # 5 January 1970 was a Monday: day 0.
        return formats.date_format(date(1970, 1, 5 + int(value)), "l")
    if kind == "no_date":
        return words.full_date(date.fromisoformat(value))
    if kind == "no_host":
        return str(names.organisations.get(value, value))
    if kind in {"no_kind", "only_kind"}:
        return ", ".join(str(names.kinds.get(one, one)) for one in value.split("|"))
    return words.km_words(float(value)) if kind == "near_home" else ""


def half_day_words(half_day: str) -> str:
    """Return a half-day of the engine in full: "Tuesday 24 November 2026, morning"."""
    day, _slash, half = half_day.partition("/")
    return words.half_day_full(date.fromisoformat(day), half)


def held_back(code: str) -> str:
    """Return why a line of a plan cannot leave any more: a code of the wave, or of the ledger without its facts."""
    known = HELD_BACK.get(code.partition(":")[0])
    return str(known) if known else _("Things changed since the plan: open “Why not?” to read it.")


def why_empty(code: str) -> str:
    """Return why a half-day has places left in a plan."""
    return str(WHY_EMPTY.get(code, code))


def funnel(counts: Mapping[str, int]) -> list[str]:
    """Return the counts of a half-day as sentences, from everyone who came forward to those who can be asked.

    A step that loses nobody is left out, and the telling ends at the one that leaves nobody: the sentences say where
    people were lost. Only past the last step does it help to know what became of those who could come.
    """
    told: list[str] = []
    before = None
    for code, template in STEPS.items():
        left = counts.get(code)
        if left is None or (left == before and code not in ALWAYS_TOLD):
            continue
        told.append(str(template % {"count": left}) if left else str(NOBODY[code]))
        before = left
        if not left and code != "eligible":
            return told
    told += [str(template % {"count": counts[code]}) for code, template in OUTCOMES.items() if counts.get(code)]
    return told


def bottleneck(one: matching.Bottleneck, names: Names) -> str:
    """Return one line of "what lacks most" as a sentence."""
    labels: Labels = {"skill": names.skills, "place": names.organisations}.get(one.kind, {})
    when = ""
    if one.half_day:
        day, _slash, half = one.half_day.partition("/")
        on = date.fromisoformat(day)
        dated = formats.date_format(on, _("j F"))
        when = _(" on %(half_day)s") % {"half_day": f"{words.half_day_words(on, half)} {dated}"}
    facts = {"count": one.places, "value": labels.get(one.value, one.value), "when": when}
    return str(BOTTLENECKS[one.kind] % facts)


def price(one: matching.Price, seed: int) -> list[str]:
    """Return the exact price of a pair that nothing forbids, in sentences; never the names of those preferred."""
    by_priority = sorted(one.places_lost_by_priority.items(), reverse=True)
    told = [str(LOST[priority] % {"count": lost}) for priority, lost in by_priority if lost > 0]
    if one.tie:
        return [
            *told,
            _("It is an exact tie: the choice was drawn by lot, with the number %(seed)s. Anyone can draw it again.")
            % {"seed": seed},
        ]
    gained = -sum(lost for _priority, lost in by_priority if lost < 0)
    if gained:
        told.append(
            ngettext(
                "It would fill %(count)s place that the plan leaves empty.",
                "It would fill %(count)s places that the plan leaves empty.",
                gained,
            )
            % {"count": gained}
        )
    if round(one.km_more, 1) > 0:
        told.append(_("It adds %(km)s in all.") % {"km": words.km_words(one.km_more)})
    elif told and round(one.km_more, 1) < 0:
        told.append(_("It saves %(km)s in all, and places come first.") % {"km": words.km_words(-one.km_more)})
    if one.soft_missed_more > 0:
        told.append(
            ngettext(
                "%(count)s more preference would not be followed.",
                "%(count)s more preferences would not be followed.",
                one.soft_missed_more,
            )
            % {"count": one.soft_missed_more}
        )
    if one.kept_lost > 0:
        told.append(
            ngettext(
                "%(count)s mission kept from the plan before would be moved.",
                "%(count)s missions kept from the plan before would be moved.",
                one.kept_lost,
            )
            % {"count": one.kept_lost}
        )
    told = told or [_("It costs nothing that is counted: missions are shared out, and others have given less.")]
    if not one.exact:
        told.append(_("This is an estimate: the plan was changed by hand, or is not proven best."))
    return told


def trait_words(trait: str, value: str, names: Names) -> tuple[str, str]:
    """Return a trait and one of its values as people say them."""
    labels = AGE_BANDS if trait == "age_band" else names.traits.get(trait, {})
    shown = str(labels.get(value, value)) or pgettext("what people are counted by", "not said")
    return str(TRAITS.get(trait, trait)), shown


def spread(row: matching.SpreadRow, names: Names) -> str:
    """Return one line of the spread: how many of a group are in the plan, and a skew when there is one."""
    trait, value = trait_words(row.trait, row.value, names)
    told = _("%(trait)s, %(value)s: %(selected)s of %(pool)s people") % {
        "trait": trait,
        "value": value,
        "selected": row.selected,
        "pool": row.pool,
    }
    if not row.skewed:
        return told
    much = _("more than their share") if row.selected > row.expected else _("less than their share")
    return _("%(line)s — SKEW, %(much)s (about %(expected)s expected)") % {
        "line": told,
        "much": much,
        "expected": number_words(row.expected),
    }


def number_words(value: float, decimals: int = 1) -> str:
    """Return a number as the language writes it, without a useless decimal."""
    rounded = round(float(value), decimals)
    return formats.number_format(rounded, 0 if rounded == int(rounded) else decimals)
