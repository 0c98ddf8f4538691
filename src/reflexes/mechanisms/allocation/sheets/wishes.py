"""Wishes as people write them in a cell: ``no_weekend``, ``pas le mercredi``, ``no_half:am``, ``no_host:Epicerie``."""

import re

from reflexes.core.sheets.cells import as_number
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.sheets.columns import slug
from reflexes.mechanisms.allocation.sheets.halfdays import NotUnderstood, day_of, half_of, weekday_of

Wish = tuple[str, str]
EXAMPLES = "no_weekend, no_half:am, no_weekday:wednesday, no_date:2026-11-24, no_host:…, no_kind:…, near_home:5"
KINDS = {
    "no_weekend": ("no weekend", "no weekends", "sans week-end", "pas de week-end", "sans weekend", "pas de weekend"),
    "no_weekday": ("no weekday", "pas le jour", "pas jour"),
    "no_date": ("no date", "pas la date", "pas date"),
    "no_half": ("no half", "pas la demi-journee", "pas demi-journee"),
    "prefers_half": ("prefers half", "prefers", "prefere"),
    "no_host": ("no host", "pas chez", "pas hote"),
    "no_kind": ("no kind", "pas le type", "pas type"),
    "only_kind": ("only kind", "seulement le type", "seulement type"),
    "only_remote": ("only remote", "seulement a distance"),
    "near_home": ("near home", "pres de chez moi", "pres de chez soi"),
}
SPELLED = {spelled: kind for kind, names in KINDS.items() for spelled in names}
NOT_THAT_DAY = re.compile(
    r"(?:no|not|never|pas|jamais|pas de|jamais de)(?: (?:le|l'|on|in the|in))? ?(?P<what>[a-z-]+)"
)


def wish_of(text: str) -> Wish:
    """Return kind and value of one wish; raise ``NotUnderstood`` when it says nothing known.

    >>> wish_of("no_half:matin"), wish_of("Pas le mercredi"), wish_of("sans week-end")
    (('no_half', 'am'), ('no_weekday', '2'), ('no_weekend', ''))
    """
    said, _colon, value = text.partition(":")
    phrase = normalised(said.replace("_", " ")).replace("week end", "week-end")
    kind = SPELLED.get(phrase)
    if kind is not None:
        return kind, _value(kind, value.strip())
    match = NOT_THAT_DAY.fullmatch(phrase)
    if match is None or value:
        raise NotUnderstood("not_wish")
    try:
        return "no_half", half_of(match["what"])
    except NotUnderstood:
        return "no_weekday", str(weekday_of(match["what"]))


def _value(kind: str, value: str) -> str:
    if kind in ("no_weekend", "only_remote"):
        if value:
            raise NotUnderstood("not_wish")
        return ""
    if kind in ("no_half", "prefers_half"):
        return half_of(value)
    if kind == "no_weekday":
        return str(weekday_of(value))
    if kind == "no_date":
        return day_of(value).isoformat()
    if kind == "near_home":
        km = as_number(value)
        if km is None or km <= 0:
            raise NotUnderstood("not_wish")
        return f"{km:g}"
    if not slug(value):
        raise NotUnderstood("not_wish")
    return slug(value)


def merged(wishes: list[Wish]) -> tuple[Wish, ...]:
    """Return the wishes in order, each once; several ``only_kind`` are one wish for any of them."""
    only = [value for kind, value in wishes if kind == "only_kind"]
    others = [wish for wish in wishes if wish[0] != "only_kind"]
    return tuple(dict.fromkeys([*others, *([("only_kind", "|".join(dict.fromkeys(only)))] if only else [])]))
