"""The demo of proximity units: five mixed teams, their facilities, a week of reports, one missing this morning.

Shapes are those of mechanisms.md P12 (b): nearly three hundred facilities in the field then, sixty where tests ask for
no more; rooms to isolate, protective kit, beds to move, tests found by local arrangements. Places and people are
invented.
"""

import csv
import io
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from uuid import UUID

from django.utils import timezone

from reflexes.core import clock
from reflexes.core.accounts.models import User
from reflexes.core.acting import Actor
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person
from reflexes.pistes.contact.proactive_desks.models import Doctrine, Facility, FieldNeed, ProximityUnit
from reflexes.pistes.contact.proactive_desks.services import (
    units,
    units_agreements,
    units_doctrine,
    units_facilities,
    units_needs,
    units_reports,
)

FACILITIES = 60
CENTRE = "67482"
WEEK = 7
# Unit, communes, streets, lead and deputy (first name, last name, trade), and who else.
TEAMS = (
    (
        "Neudorf et Port du Rhin",
        ("67482",),
        "Route du Rhin\nAvenue Aristide-Briand\nRue de la Ziegelau",
        (("Nadia", "Heitz", "infirmière de santé publique"), ("Thomas", "Roos", "agent de médiation")),
        (("Ousmane", "Diarra", "ambulancier"), ("Claudine", "Jung", "assistante sociale")),
    ),
    (
        "Schiltigheim et Bischheim",
        ("67447", "67043", "67204"),
        "",
        (("Sophie", "Adam", "médecin généraliste"), ("Rachid", "Mansouri", "éducateur de rue")),
        (("Lise", "Kuntz", "aide-soignante"),),
    ),
    (
        "Meinau et Illkirch",
        ("67482", "67218", "67365"),
        "Avenue de Colmar\nRoute de la Meinau",
        (("Bruno", "Schmitt", "cadre de santé"), ("Yasmine", "Belkacem", "conseillère en économie familiale")),
        (("Paul", "Denni", "gardien d’immeuble"),),
    ),
    (
        "Lingolsheim et Eckbolsheim",
        ("67267", "67118", "67551"),
        "",
        (("Estelle", "Vogt", "infirmière libérale"), ("Kamel", "Ferhat", "agent de terrain")),
        (("Marthe", "Gangloff", "bénévole de la Croix-Rouge"),),
    ),
    (
        "Centre et gare",
        ("67482",),
        "Boulevard de Metz\nQuai Altorffer\nRue du Faubourg-National",
        (("Hugues", "Wolff", "travailleur social"), ("Inès", "Caron", "sage-femme")),
        (("Slim", "Trabelsi", "agent du logement"),),
    ),
)
FIRST = (
    "Isoler les malades sans séparer les familles.",
    (
        "Personne n’est déplacé sans son accord, ou celui de son représentant.",
        "Les dépistages se font sur l’avis d’un médecin.",
        "Aucun nom de résident n’est écrit dans un compte rendu.",
    ),
    ("Prêter du matériel entre établissements pour deux semaines.", "Réserver jusqu’à cinq chambres d’hôtel."),
)
SECOND = (
    "Dépister d’abord là où des agents tombent malades.",
    FIRST[1],
    (
        "Prêter du matériel entre établissements pour deux semaines.",
        "Réserver jusqu’à dix chambres d’hôtel.",
        "Faire déplacer des lits par un service voisin.",
    ),
)
# Kind, as it is written in the sheet, then how places of this kind are called, and whom to ask for.
KINDS = (
    ("Ehpad", "Résidence", "directrice"),
    ("foyer de l’enfance", "Maison d’enfants", "chef de service"),
    ("hébergement", "Centre d’hébergement", "responsable de nuit"),
    ("résidence autonomie", "Foyer-logement", "gardienne"),
    ("hôtel", "Hôtel", "gérant"),
    ("foyer de vie", "Foyer de vie", "éducatrice-chef"),
    ("foyer de travailleurs", "Résidence sociale", "responsable de site"),
    ("Ehpad", "Maison de retraite", "cadre de santé"),
    ("école", "Groupe scolaire", "directeur"),
    ("crèche", "Crèche", "directrice"),
)
NAMES = (
    *("des Acacias", "du Canal", "Sainte-Odile", "des Tanneurs", "de la Robertsau", "du Moulin", "des Glycines"),
    *("de l’Ill", "Saint-Arbogast", "des Peupliers", "du Ried", "des Cigognes", "du Pont-Neuf", "de l’Aubépine"),
    *("des Vergers", "du Heyritz", "des Bateliers", "de la Montagne-Verte", "du Wacken", "des Roseaux"),
)
# Kind, words of the head, for when, and what became of it (met, not met, in hand, still open).
NEEDS = (
    ("rooms", "Deux chambres pour isoler, ce soir : un couple ne peut plus rester à l’étage.", "a_today", "met"),
    ("kit", "Il me reste des surblouses pour deux jours, pas plus.", "b_week", "met"),
    ("beds", "Six lits médicalisés à descendre au rez-de-chaussée.", "b_week", "in_hand"),
    ("tests", "Trois agents toussent, je voudrais les faire tester avant samedi.", "a_today", "open"),
    ("staff", "Personne pour la nuit de dimanche.", "a_today", "not_met"),
    ("food", "Les repas arrivent froids depuis que la cuisine centrale est fermée.", "b_week", "in_hand"),
    ("kit", "Des lunettes de protection pour les quatre aides-soignantes.", "c_later", "open"),
    ("other", "Une tablette pour que les résidents parlent à leurs familles.", "c_later", "met"),
)
OUTCOMES = {
    "met": "Trouvé à deux rues : prêté jusqu’à la fin du mois.",
    "not_met": "Aucun remplaçant volontaire ; la directrice a fait la nuit elle-même.",
}
HANDS = "Service logistique, responsable d’équipe"
SAW = (
    "Le couloir du premier est rouvert, les visites reprennent au jardin.",
    "Tout le monde mange en chambre ; le moral des équipes baisse.",
    "Deux salariées absentes, les autres tiennent.",
    "Rien ne manque aujourd’hui. On nous a offert un café.",
    "Le stock de gants est à l’entrée, fermé à clé, compté chaque soir.",
)
WELL = (
    "Les lits ont été descendus avec l’aide des pompiers.",
    "L’hôtel prête deux chambres sans rien signer de plus.",
    "Trois directions se parlent maintenant entre elles.",
    "Les tests sont arrivés à midi.",
)
STUCK = (
    "Les tests arrivent sans les étiquettes, le laboratoire les refuse.",
    "Personne ne sait qui paie les taxis de nuit.",
    "Le standard du CCAS ne répond pas après 16 h.",
    "",
)
WANTED = ("Qui paie les chambres au-delà de quinze jours ?", "", "Vingt tests avant demain midi.", "", "")


def seed(facilities: int = FACILITIES) -> None:
    """Add five units, their facilities and their week to the demo territory, through the services that people use."""
    cell = Capacity.objects.filter(role=roles.COORDINATOR).select_related("organisation").order_by("pk").first()
    if cell is None:
        return
    centre = actor_of(cell.person, cell)
    with _on(-40):
        _publish(centre, *FIRST)
    teams = [_team(centre, cell.organisation, number, *team) for number, team in enumerate(TEAMS)]
    with _on(-30):
        _bring_in(centre, [unit for unit, _lead in teams], facilities)
    with _on(-4, 11):
        doctrine = _publish(centre, *SECOND)
    for number, (unit, lead) in enumerate(teams):
        for days in range(-WEEK, 0):
            _day(centre, unit, lead, days, number)
        if number != 1:
            with _on(-3, 10):
                units_doctrine.do_say_read(actor=lead, unit=unit, doctrine=doctrine)
        _visits(unit, lead, WEEK, number)
        if number:  # the first one has still to report today: it is the newcomer's turn
            _report(unit, lead, clock.today(), number)
    _past_its_end(teams[4][0])
    _forget_the_post()


def _on(days: int, hour: int = 9) -> AbstractContextManager[None]:
    """Run a block as on another day: services write the dates people lived."""
    day = clock.real_today() + timedelta(days=days)
    return clock.travelling(timezone.make_aware(datetime.combine(day, time(hour))))


def _publish(centre: Actor, priority: str, fixed: tuple[str, ...], margins: tuple[str, ...]) -> Doctrine:
    doctrine = units_doctrine.do_write_doctrine(
        actor=centre, priority=priority, fixed="\n".join(fixed), margins="\n".join(margins)
    )
    return units_doctrine.do_publish_doctrine(actor=centre, doctrine=doctrine)


def _member(town: Organisation, first: str, last: str, trade: str, *, door: bool) -> Person:
    """Write somebody who works in the field; the leads have a door in the demonstration."""
    user = None
    if door:
        user = User(email=f"{first.lower()}.{last.lower()}@demo.example", language="")
        user.set_unusable_password()
        user.save()
    person = Person.objects.create(
        user=user,
        first_name=first,
        last_name=last,
        email=user.email if user else "",
        phone="+33639980460",
        channel=Person.Channel.MAIL if user else Person.Channel.PHONE,
        commune=Commune.objects.get(code=CENTRE),
    )
    Capacity.objects.create(person=person, organisation=town, role=roles.OUTREACH, trade=trade)
    return person


People = tuple[tuple[str, str, str], ...]


def _team(
    centre: Actor,
    town: Organisation,
    number: int,
    name: str,
    communes: tuple[str, ...],
    streets: str,
    chiefs: People,
    others: People,
) -> tuple[ProximityUnit, Actor]:
    (lead, lead_does), (deputy, deputy_does) = (
        (_member(town, first, last, does, door=True), does) for first, last, does in chiefs
    )
    today = clock.real_today()
    with _on(-35):
        unit = units.do_open_unit(
            actor=centre,
            fields={
                "name": name,
                "communes": list(Commune.objects.filter(code__in=communes).order_by("code")),
                "streets": streets,
                "starts_on": today - timedelta(days=35),
                "ends_on": today + timedelta(days=20 + 7 * number),
            },
            lead=units.Joining(lead, lead_does),
            deputy=units.Joining(deputy, deputy_does),
        )
        for first, last, does in others:
            joining = units.Joining(_member(town, first, last, does, door=False), does)
            units.do_join(actor=centre, unit=unit, joining=joining)
        actor = actor_of(lead, lead.capacities.get())
        units_doctrine.do_say_read(actor=actor, unit=unit, doctrine=unit.doctrine)
    return unit, actor


def _bring_in(centre: Actor, teams: list[ProximityUnit], how_many: int) -> None:
    """Bring facilities in by a sheet, as a territory would."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=";")
    writer.writerow(["nom", "type", "commune", "adresse", "fonction", "téléphone", "unité"])
    for number in range(how_many):
        turn = number // len(NAMES)
        kind, called, post = KINDS[(number + turn) % len(KINDS)]
        unit = teams[number % len(teams)]
        communes = list(unit.communes.order_by("code"))
        commune = communes[(number // len(teams)) % len(communes)]
        again = turn // len(KINDS)
        name = f"{called} {NAMES[number % len(NAMES)]}" + (f" {again + 1}" if again else "")
        phone = f"06 39 98 {number // 100 + 10:02} {number % 100:02}"
        writer.writerow([name, kind, commune.code, f"{number + 1} rue des Bateliers", post, phone, unit.name])
    units_facilities.do_import_facilities(
        actor=centre, file_name="etablissements.csv", content=sheet.getvalue().encode()
    )


def _day(centre: Actor, unit: ProximityUnit, lead: Actor, days: int, number: int) -> None:
    """Write one day of a unit: visits, needs and their end, an arrangement now and then, the report at five."""
    step = days + WEEK
    with _on(days, 11):
        visited = _visits(unit, lead, step, number)
        need = _need(lead, visited[0], step, number) if (step + number) % 3 != 1 else None
    with _on(days, 15):
        if (step + number) % 4 == 0:
            _arrange(lead, unit, visited[0], step, number)
        if need is not None:
            _follow(lead, *need)
    # One unit did not report yesterday: its name is on the board and in the morning sheet.
    if days < -1 or number != 2:
        with _on(days, 17):
            _report(unit, lead, clock.today(), number + step)
    for question in unit.questions.filter(answered_at=None).order_by("pk"):
        if days < -1:
            with _on(days + 1, 10):
                units_agreements.do_answer(
                    actor=centre, question=question, answer="Oui, jusqu’à la fin du mois. La régie des secours paie."
                )


def _visits(unit: ProximityUnit, lead: Actor, step: int, number: int) -> list[Facility]:
    """Go to some facilities and call others, in turn; return them."""
    places = list(Facility.objects.filter(unit=unit).order_by("pk"))
    visited = list(islice(cycle(places), step * 3 + number, step * 3 + number + 3 + (step + number) % 3))
    for turn, place in enumerate(visited):
        units_facilities.do_visit(
            actor=lead,
            facility=place,
            on=clock.today(),
            how="call" if (turn + number) % 3 == 2 else "visit",
            saw=SAW[(turn + step + number) % len(SAW)],
            client_key=UUID(int=8_000_000 + number * 10_000 + step * 100 + turn),
        )
    return visited


def _need(lead: Actor, place: Facility, step: int, number: int) -> tuple[FieldNeed, str]:
    kind, words, urgency, became = NEEDS[(step * 2 + number * 3) % len(NEEDS)]
    key = UUID(int=8_500_000 + number * 100 + step)
    need = units_needs.do_note_need(actor=lead, facility=place, kind=kind, words=words, urgency=urgency, client_key=key)
    return need, became


def _follow(lead: Actor, need: FieldNeed, became: str) -> None:
    if became != "open":
        units_needs.do_take_in_hand(actor=lead, need=need, by=HANDS)
    if became in OUTCOMES:
        units_needs.do_close_need(actor=lead, need=need, met=became == "met", outcome=OUTCOMES[became])


def _arrange(lead: Actor, unit: ProximityUnit, place: Facility, step: int, number: int) -> None:
    """Agree on something: under a margin most days, beyond them once in the week."""
    unit.refresh_from_db()
    beyond = step == WEEK - 2
    margin = None if beyond else unit.doctrine.points.filter(kind="margin").order_by("position").first()
    agreed = "Dix chambres gardées pour un mois, petit déjeuner compris." if beyond else "Trente surblouses prêtées."
    units_agreements.do_note_arrangement(
        actor=lead,
        unit=unit,
        fields={
            "facility": place,
            "on": clock.today(),
            "until": clock.today() + timedelta(days=30 if beyond else 14),
            "with_role": "gérante" if beyond else "cadre du bloc opératoire",
            "with_organisation": "Hôtel du Rhin" if beyond else "Clinique des Bords de l’Ill",
            "agreed": agreed,
            "margin": margin,
        },
        client_key=UUID(int=8_700_000 + number * 100 + step),
    )


def _report(unit: ProximityUnit, lead: Actor, day: date, turn: int) -> None:
    typed = units_reports.Typed(
        went_well=WELL[turn % len(WELL)], stuck=STUCK[turn % len(STUCK)], wanted=WANTED[turn % len(WANTED)]
    )
    units_reports.do_send_report(actor=lead, unit=unit, day=day, typed=typed, version=0)


def _past_its_end(unit: ProximityUnit) -> None:
    """The last unit's end was two days ago, and nobody decided."""
    ProximityUnit.objects.filter(pk=unit.pk).update(ends_on=clock.real_today() - timedelta(days=2))


def _forget_the_post() -> None:
    """The past was told in its time: nothing of it leaves again today."""
    told = Message.objects.filter(key__startswith="centre-answer:")
    jobs = list(told.exclude(job=None).values_list("job_id", flat=True))
    told.delete()
    Job.objects.filter(pk__in=jobs).delete()
