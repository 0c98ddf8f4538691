"""The booklet of something tried: who took part, what was chosen, figures beside field notes, the decision, why."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.core.acting import STRANGER
from reflexes.mechanisms.assembly.services.contributions import find_contributions
from reflexes.pistes.contact.citizen_dialogue.booklet.blocks import (
    Block,
    bars,
    beside,
    day,
    facts,
    heading,
    part,
    quotes,
    shown,
    table,
    text,
)
from reflexes.pistes.contact.citizen_dialogue.evidence import Evidence, by_channel, evidence_of, feelings
from reflexes.pistes.contact.citizen_dialogue.models import FieldNote, Indicator, Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.services import field_notes, measures, schemes
from reflexes.web.words import full_date

MOST_WORDS = 40


def scheme_content(scheme: Scheme, learned: str) -> dict[str, Any]:
    """Return the whole booklet of a scheme in the language of the moment."""
    noted = list(field_notes.notes(scheme).order_by("at", "pk"))
    evidence = evidence_of(scheme)
    return {
        "title": _("What we learned from “%(title)s”") % {"title": scheme.title},
        "parts": [
            part("essai", _("What was tried"), text(scheme.why), _tried(scheme)),
            part("qui", _("Who took part, and how"), _who(scheme, noted)),
            part("demande", _("What was asked"), _asked(scheme), _indicators(scheme)),
            part("constats", _("Figures and field notes"), _found(evidence, noted), _struck(scheme)),
            part("paroles", _("What people said"), _said(scheme)),
            part("decision", _("What was decided, and why"), _decided(scheme)),
            part("appris", _("What was learned"), text(learned)),
            part("refaire", _("How to compute it again"), _again(scheme)),
        ],
    }


def where_of(scheme: Scheme) -> str:
    """Return where it is, in words."""
    known = [scheme.where, scheme.place.in_full if scheme.place else "", str(scheme.commune or "")]
    return ", ".join(one for one in known if one)


def _tried(scheme: Scheme) -> list[Block]:
    return facts(
        [
            (_("Where"), where_of(scheme)),
            (_("Looked after by"), f"{scheme.owner}, {scheme.organisation}"),
            (_("Opened on"), day(scheme.opened_on)),
            (_("Made in urgency"), _("yes, before people could be heard") if scheme.urgent else _("no")),
            (_("Ended on") if scheme.ended_on else _("Judged again on"), day(scheme.ended_on or scheme.review_on)),
        ]
    )


def _who(scheme: Scheme, noted: list[FieldNote]) -> list[Block]:
    rows = [(name, shown(said), shown(notes)) for name, said, notes in by_channel(scheme.consultation, noted)]
    observers = scheme.evaluators.order_by("pk").values_list("as_words", flat=True)
    return [
        *table(_("Each channel counts the same"), [_("Channel"), _("Contributions"), _("Field notes")], rows),
        *facts([(_("Citizen evaluators"), shown(len(observers))), (_("Who look as"), ", ".join(observers))]),
    ]


def _asked(scheme: Scheme) -> list[Block]:
    return text(scheme.consultation.question if scheme.consultation else "")


def _indicators(scheme: Scheme) -> list[Block]:
    found = list(scheme.indicators.order_by("pk"))
    chosen = [one for one in found if one.state == Indicator.State.CHOSEN]
    closed = scheme.choice_closed_on
    said = (
        _("The choice of what tells was closed on %(day)s, before any figure.") % {"day": full_date(closed)}
        if (closed)
        else _("What tells is still being chosen: there is no figure yet.")
    )
    aside = [one for one in found if one.state == Indicator.State.ASIDE]
    return [
        *text(said),
        *table(
            _("What was chosen"),
            [_("Indicator"), _("How it is measured"), _("Source"), _("Proposed by"), _("Chosen with")],
            [(f"{one.title} ({one.unit})", one.how, one.source, one.proposed_by, one.chosen_with) for one in chosen],
        ),
        *table(
            _("What was set aside, and why"),
            [_("Indicator"), _("Proposed by"), _("Why")],
            [(one.title, one.proposed_by, one.why_aside) for one in aside],
        ),
    ]


def _found(evidence: list[Evidence], noted: list[FieldNote]) -> list[Block]:
    figures: list[Block] = []
    for one in evidence:
        figures += [heading(one.indicator.title), *bars(one.figures), *bars(one.counted)]
        if one.figures is None and one.counted is None:
            figures += text(_("No figure was written."))
    felt = [(name, shown(count)) for name, count in feelings(noted)]
    notes = [
        *table(_("How evaluators felt there"), [_("Evaluators were"), _("Notes")], felt),
        *quotes((one.saw or "–", _who_noted(one)) for one in noted),
    ]
    return beside(figures, notes or text(_("No field note was written.")))


def _who_noted(note: FieldNote) -> str:
    """Return who noted, where, when, by which channel, how it felt and what was counted."""
    counts = [
        _("%(title)s: %(value)d in %(minutes)d min")
        % {"title": one.indicator.title, "value": one.value, "minutes": note.minutes or 60}
        for one in note.counts.all()
    ]
    felt = str(FieldNote.Feeling(note.feeling).label) if note.feeling else ""
    who = f"{note.evaluator}, {note.where}, {full_date(note.at)}"
    return " · ".join(str(one) for one in (who, note.get_channel_display(), felt, *counts) if one)


def _struck(scheme: Scheme) -> list[Block]:
    rows = [
        (one.indicator.title, day(one.on), shown(float(one.value)), one.why_struck) for one in measures.struck(scheme)
    ]
    return table(_("Figures struck, and why"), [_("Indicator"), _("Day"), _("Figure"), _("Why")], rows)


def _said(scheme: Scheme) -> list[Block]:
    if scheme.consultation is None:
        return text(_("People were not asked in their own words."))
    said = find_contributions(STRANGER, scheme.consultation, state="shown").order_by("said_at", "pk")
    found = list(said[:MOST_WORDS])
    if not found:
        return text(_("Nobody wrote anything."))
    rest = said.count() - len(found)
    more = _("And %(count)d more, on the page.") % {"count": rest} if rest else ""
    words = [(one.words, f"{one.shown_name} · {one.get_channel_display()}".strip(" ·")) for one in found]
    return [*quotes(words), *text(more)]


def _decided(scheme: Scheme) -> list[Block]:
    blocks: list[Block] = []
    for one in scheme.outcomes.select_related("by").order_by("on", "pk"):
        who = ", ".join(part for part in (str(one.by or ""), one.by_words) if part)
        blocks += [
            heading(f"{day(one.on)} · {Outcome.Verdict(one.verdict).label}"),
            *facts(
                [
                    (_("Who decided"), who),
                    (_("The motive"), one.motive),
                    (schemes.QUESTIONS["effective"], one.effective),
                    (schemes.QUESTIONS["effects"], one.effects),
                    (_("What changes"), one.changes),
                    (_("Judged again on"), day(one.next_review_on) if one.next_review_on else ""),
                ]
            ),
        ]
    return blocks or text(_("Nothing is decided yet. It is judged on %(day)s.") % {"day": day(scheme.review_on)})


def _again(scheme: Scheme) -> list[Block]:
    address = settings.SITE_URL + reverse("citizen_dialogue_public:scheme_csv", args=[scheme.slug])
    return [
        *text(
            _(
                "Every figure and every count is in a sheet that anybody may open: %(address)s. A count of the street "
                "is brought to one hour: multiply it by 60, divide it by its minutes."
            )
            % {"address": address}
        ),
    ]
