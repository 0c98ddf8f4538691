"""The demo of streets on trial: a lane judged once and adapted, a pavement made in urgency and overdue, a terrace.

Shapes are those of Nantes's “La rue pour tous” (mechanisms.md P11): counts, travel times, three questions, citizen
evaluators who observe, several channels. People and figures are invented.
"""

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.models import Channel
from reflexes.mechanisms.assembly.services import contributions
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person, Unit
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, FieldNote, Indicator, Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.services import (
    booklets,
    field_notes,
    indicators,
    measures,
    outcomes,
    schemes,
)

SLUG = "citizen_dialogue"
CENTRE = "67482"
Kind, Feeling = Indicator.Kind, FieldNote.Feeling
WITH = "riverains, cyclistes, deux commerçantes, une personne aveugle"
# Title, kind, how, unit, source, counted in the street, who proposed it.
TELLS = (
    (
        "Cyclistes au pont",
        Kind.USE,
        "Comptés au pont Saint-Guillaume, dans les deux sens.",
        "cyclistes",
        "Compteur de la voirie",
        True,
        "association de cyclistes",
    ),
    (
        "Piétons sur le quai",
        Kind.USE,
        "Comptés devant le numéro 20, dans les deux sens.",
        "piétons",
        "Enquête de la voirie",
        True,
        "comité de quartier",
    ),
    (
        "Se sentir en sécurité",
        Kind.FELT,
        "Réponses « plutôt oui » à la question posée sur le quai.",
        "personnes sur cent",
        "Questionnaire auprès des passants",
        False,
        "parents d’élèves",
    ),
    (
        "Retard des bus",
        Kind.TIME,
        "Écart moyen à l’horaire entre 16 h et 18 h.",
        "minutes",
        "Compagnie des transports",
        False,
        "usagers des bus",
    ),
    (
        "Livraisons sur la piste",
        Kind.OTHER,
        "Véhicules arrêtés sur la piste, vus depuis le pont.",
        "arrêts",
        "Habitants évaluateurs",
        True,
        "livreurs",
    ),
)
# Days after the opening → figure, indicator by indicator.
FIGURES = {
    "Cyclistes au pont": ((14, 212), (28, 268), (42, 305), (56, 341), (70, 388), (91, 402)),
    "Piétons sur le quai": ((14, 540), (42, 566), (70, 571)),
    "Se sentir en sécurité": ((21, 44), (63, 61), (91, 68)),
    "Retard des bus": ((14, "1.5"), (42, "2.2"), (70, "1.9")),
}
WATCHERS = (
    ("Adèle", "Muller", "cycliste de tous les jours"),
    ("Brahim", "Saïdi", "livreur"),
    ("Colette", "Weiss", "commerçante du quai"),
    ("Damien", "Roth", "personne aveugle"),
    ("Esther", "Lang", "parent d’élève"),
    ("Faustin", "Kieffer", "conducteur de bus"),
    ("Gaëlle", "Simon", "riveraine"),
)
# Who, days after the opening, hour, where, bikes, walkers, stops, how it felt, what was seen, by which channel.
NOTES = (
    (0, 21, 8, "Au pont", 31, 44, 0, Feeling.EASE, "Fluide. Un père et deux enfants, seuls sur la piste.", ""),
    (1, 22, 10, "Devant le 20", 12, 60, 3, Feeling.UNEASE, "Nulle part où m’arrêter : je bloque la piste.", ""),
    (2, 24, 12, "Devant le 14", 9, 75, 2, Feeling.MIXED, "Plus de passage, mais on cherche où décharger.", "phone"),
    (3, 29, 15, "Au passage piéton", 14, 52, 0, Feeling.UNEASE, "Je n’entends pas les vélos arriver au feu.", "phone"),
    (4, 30, 16, "Devant l’école", 27, 88, 1, Feeling.EASE, "Les enfants traversent mieux.", "paper"),
    (5, 33, 17, "À l’arrêt du quai", 22, 41, 2, Feeling.MIXED, "Je double une camionnette, le bus attend.", "paper"),
    (6, 40, 9, "Devant le 32", 19, 37, 0, Feeling.EASE, "Moins de bruit le matin.", ""),
    (0, 44, 18, "Au pont", 46, 50, 1, Feeling.EASE, "Beaucoup de monde, personne ne se gêne.", ""),
    (1, 52, 10, "Devant le 20", 15, 58, 4, Feeling.UNEASE, "Toujours pas de place de livraison.", ""),
    (3, 58, 14, "Au passage piéton", 18, 49, 0, Feeling.UNEASE, "Une bande qui se sent au pied aiderait.", "phone"),
    (4, 66, 8, "Devant l’école", 39, 94, 0, Feeling.EASE, "Vingt vélos d’enfants devant la grille.", ""),
    (2, 74, 11, "Devant le 14", 16, 81, 1, Feeling.EASE, "Deux clientes venues à vélo.", "letter"),
    (1, 101, 10, "Devant le 20", 21, 63, 0, Feeling.EASE, "Les deux places de livraison suffisent.", ""),
    (3, 104, 14, "Au passage piéton", 24, 55, 0, Feeling.MIXED, "La bande au sol est là, pas encore le son.", "room"),
)
SAID = (
    ("Gardez-la : je vais au travail à vélo depuis qu’elle existe.", Channel.WEB, "Lise"),
    ("On ne peut plus se garer devant la pharmacie.", Channel.PHONE, ""),
    ("Les poussettes passent enfin.", Channel.PAPER, "Un père du quartier"),
    ("Le feu est trop court pour traverser avec une canne.", Channel.ROOM, ""),
    ("Il faudrait la prolonger jusqu’à l’hôpital.", Channel.WEB, ""),
    ("Les scooters la prennent le soir.", Channel.LETTER, "Les habitants du 32"),
)
OPENED = -110


def seed() -> None:
    """Add what is tried to the demo territory, through its services, day after day."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    keeper = Capacity.objects.filter(role=roles.FACILITATOR, organisation=town).order_by("pk").first()
    elected = Capacity.objects.filter(role=roles.ELECTED, organisation=town).order_by("pk").first()
    if keeper is None or elected is None:
        return
    actor = actor_of(keeper.person, keeper)
    road, _made = Unit.objects.get_or_create(organisation=town, name="Voirie et espaces publics")
    lane = _lane(actor, town, road, elected.person)
    _urgent(actor, road)
    _terrace(actor, road)
    _forget_the_post()
    _one_more(actor, lane, town)


def _day(days: int) -> date:
    return clock.real_today() + timedelta(days=days)


def _at(days: int, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(_day(days), time(hour)))


def _on(days: int, hour: int = 9) -> AbstractContextManager[None]:
    """Run a block as on another morning: services write the dates people lived."""
    return clock.travelling(_at(days, hour))


def _lane(actor: Actor, town: Organisation, road: Unit, elected: Person) -> Scheme:
    with _on(OPENED - 7):
        lane = schemes.do_open_scheme(
            actor=actor,
            fields={
                "title": "Piste provisoire du quai",
                "why": "Rejoindre le centre à vélo sans croiser les voitures, pendant que les trams roulent peu.",
                "owner": road,
                "where": "Quai Saint-Nicolas, du pont Saint-Guillaume au 32",
                "commune": Commune.objects.get(code=CENTRE),
                "opened_on": _day(OPENED),
                "review_on": _day(OPENED + 80),
            },
        )
    watchers = [_watcher(actor, town, lane, *who, days=OPENED) for who in WATCHERS]
    _choice(actor, lane, watchers)
    _question(actor, lane, elected)
    _observed(actor, lane, watchers, until=80)
    with _on(OPENED + 80, 18):
        _adapted(actor, lane, elected)
        booklets.do_publish_booklet(
            actor=actor,
            subject=lane,
            learned="Demander aux livreurs avant de tracer. Compter au même endroit et à la même heure. Une personne "
            "aveugle a vu ce qu’aucun compteur ne dit : on n’entend pas venir les vélos.",
        )
    _observed(actor, lane, watchers, begin=80, until=-OPENED)
    lane.refresh_from_db()
    return lane


def _watcher(
    actor: Actor, town: Organisation, lane: Scheme, first: str, last: str, as_words: str, *, days: int
) -> Evaluator:
    person = Person.objects.create(
        first_name=first,
        last_name=last,
        email=f"{first.lower()}@demo.example",
        commune=Commune.objects.get(code=CENTRE),
    )
    Capacity.objects.create(person=person, organisation=town, role=roles.RESIDENT)
    with _on(days):
        return field_notes.do_invite(actor=actor, scheme=lane, person=person, as_words=as_words)


def _choice(actor: Actor, lane: Scheme, watchers: list[Evaluator]) -> None:
    """Propose, choose with users, set one aside with why, close: before any figure."""
    names = ("title", "kind", "how", "unit", "source", "in_the_street", "proposed_by")
    with _on(OPENED + 3):
        proposed = [
            indicators.do_propose(actor=actor, scheme=lane, fields=dict(zip(names, tells, strict=True)))
            for tells in TELLS
        ]
        noise = indicators.do_propose(
            actor=actor,
            scheme=lane,
            fields={
                "title": "Bruit la nuit",
                "kind": Kind.OTHER,
                "how": "Sonomètre pendant une semaine.",
                "unit": "décibels",
                "source": "Service de l’environnement",
                "proposed_by": "riverains",
            },
        )
    with _on(OPENED + 6):
        for number, one in enumerate(watchers):
            said = {tell.pk: (number + place) % 4 != 3 for place, tell in enumerate(proposed)}
            indicators.do_voice(actor=actor_of(_person(one), None), evaluator=one, said=said)
    with _on(OPENED + 10):
        for one in proposed:
            indicators.do_choose(actor=actor, indicator=one, chosen_with=WITH)
        indicators.do_set_aside(
            actor=actor, indicator=noise, why="Aucun sonomètre libre avant l’automne ; la question est posée en mots."
        )
        indicators.do_close_choice(actor=actor, scheme=lane)
    lane.refresh_from_db()


def _person(evaluator: Evaluator) -> Person:
    assert evaluator.person is not None
    return evaluator.person


def _question(actor: Actor, lane: Scheme, elected: Person) -> None:
    with _on(OPENED + 12):
        door = schemes.do_ask_people(
            actor=actor,
            scheme=lane,
            fields={
                "title": "La piste du quai",
                "question": "\n".join(str(one) for one in schemes.QUESTIONS.values()),
                "opens_on": _day(OPENED + 12),
                "closes_on": _day(25),
                "main_channel": Channel.WEB,
                "main_words": "Sur ce site, à toute heure.",
                "backup_channel": Channel.PAPER,
                "backup_words": "dans l’urne de la boulangerie du quai et à la mairie de quartier.",
                "answerer": elected,
            },
        )
    for number, (words, channel, name) in enumerate(SAID):
        with _on(OPENED + 20 + 9 * number, 11):
            said = contributions.Words(client_key=UUID(int=7100 + number), words=words, shown_name=name)
            typed = None if channel == Channel.WEB else contributions.Typed(channel=channel)
            speaker = Actor() if typed is None else actor
            contributions.do_contribute(actor=speaker, consultation=door, said=said, typed=typed)


def _observed(actor: Actor, lane: Scheme, watchers: list[Evaluator], *, until: int, begin: int = 0) -> None:
    """Write the figures and the notes of the days between ``begin`` and ``until`` after the opening."""
    chosen = {one.title: one for one in schemes.chosen(lane)}
    for title, found in FIGURES.items():
        for days, value in found:
            if begin < days <= until:
                with _on(OPENED + days, 18):
                    measures.do_measure(
                        actor=actor, indicator=chosen[title], on=_day(OPENED + days), value=Decimal(value)
                    )
    counted = [chosen[title] for title in ("Cyclistes au pont", "Piétons sur le quai", "Livraisons sur la piste")]
    for number, (who, days, hour, where, bikes, walkers, stops, felt, saw, channel) in enumerate(NOTES):
        if not begin < days <= until:
            continue
        values = zip((one.pk for one in counted), (bikes, walkers, stops), strict=True)
        with _on(OPENED + days, hour + 1):
            field_notes.do_note(
                actor=actor if channel else actor_of(_person(watchers[who]), None),
                evaluator=watchers[who],
                typed_from=channel,
                seen=field_notes.Seen(
                    client_key=UUID(int=7200 + number),
                    at=_at(OPENED + days, hour),
                    where=where,
                    minutes=10,
                    counts=dict(values),
                    saw=saw,
                    feeling=felt,
                ),
            )


def _adapted(actor: Actor, lane: Scheme, elected: Person) -> None:
    outcomes.do_decide(
        actor=actor,
        scheme=lane,
        decision=outcomes.Decision(
            verdict=Outcome.Verdict.ADAPT,
            effective="Oui : presque deux fois plus de cyclistes en dix semaines, et les écoliers s’en servent seuls.",
            effects="Les bus perdent deux minutes au plus fort. Les livraisons coupent la piste. Une personne aveugle "
            "ne peut pas traverser seule.",
            motive="Elle sert, et elle gêne à deux endroits que les notes de terrain montrent mieux que les compteurs.",
            changes="Deux places de livraison en face du 20 ; une bande que l’on sent au pied avant le passage piéton.",
            next_review_on=_day(9),
            by=elected,
            by_words="adjointe à la participation et aux marchés",
            on=_day(OPENED + 80),
        ),
    )


def _urgent(actor: Actor, road: Unit) -> None:
    """A pavement widened in a night, whose day passed: everybody reads it."""
    with _on(-95):
        scheme = schemes.do_open_scheme(
            actor=actor,
            fields={
                "title": "Trottoir élargi devant le marché",
                "why": "Attendre son tour à un mètre les uns des autres, sans descendre sur la chaussée.",
                "owner": road,
                "where": "Boulevard de la Marne, côté marché",
                "commune": Commune.objects.get(code=CENTRE),
                "urgent": True,
                "opened_on": _day(-96),
                "review_on": _day(-12),
            },
        )
        one = indicators.do_propose(
            actor=actor,
            scheme=scheme,
            fields={
                "title": "Personnes qui attendent sur la chaussée",
                "kind": Kind.USE,
                "how": "Comptées un samedi à 10 h.",
                "unit": "personnes",
                "source": "Placiers du marché",
                "in_the_street": True,
                "proposed_by": "placiers du marché",
            },
        )
    with _on(-90):
        indicators.do_choose(actor=actor, indicator=one, chosen_with="commerçants et habitués du marché")
        indicators.do_close_choice(actor=actor, scheme=scheme)
    for days, value in ((-89, 31), (-61, 12), (-33, 4)):
        with _on(days, 18):
            measures.do_measure(actor=actor, indicator=one, on=_day(days), value=Decimal(value))


def _terrace(actor: Actor, road: Unit) -> None:
    """A terrace whose indicators are being chosen: no figure shows."""
    with _on(-6):
        scheme = schemes.do_open_scheme(
            actor=actor,
            fields={
                "title": "Terrasses de la place du Temple",
                "why": "Déjeuner dehors sur huit places de stationnement, de midi à 22 h.",
                "owner": road,
                "where": "Place du Temple-Neuf, côté nord",
                "commune": Commune.objects.get(code=CENTRE),
                "opened_on": _day(-6),
                "review_on": _day(84),
            },
        )
        for title, kind, how, unit, source, who in (
            ("Clients assis à 13 h", Kind.USE, "Comptés le mardi et le samedi.", "clients", "Cafetiers", "cafetiers"),
            ("Dormir la fenêtre ouverte", Kind.FELT, "Demandé aux voisins.", "voisins sur dix", "Enquête", "riverains"),
        ):
            fields = {"title": title, "kind": kind, "how": how, "unit": unit, "source": source, "proposed_by": who}
            indicators.do_propose(actor=actor, scheme=scheme, fields=fields)


def _forget_the_post() -> None:
    """The past was told in its time: nothing of it leaves again today."""
    told = Message.objects.filter(Q(key__startswith="street-evaluator:") | Q(key__startswith="scheme:"))
    jobs = list(told.exclude(job=None).values_list("job_id", flat=True))
    told.delete()
    Job.objects.filter(pk__in=jobs).delete()
    Job.objects.filter(kind__startswith=f"{SLUG}.").delete()


def _one_more(actor: Actor, lane: Scheme, town: Organisation) -> None:
    """Somebody is invited today: their link is in the outbox, for whoever visits the demonstration."""
    _watcher(actor, town, lane, "Hortense", "Baur", "promeneuse du soir", days=0)
