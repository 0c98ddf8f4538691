"""The demo of a committee: a panel called by turns, two sessions held, one to come, an answer that is late.

Shapes are those of Grenoble's practice (mechanisms.md P01): mornings of about twenty people, a different group each
time, from a panel drawn by lot, beside elected members and associations. Here forty seats stand for its 120 and more.
People are invented.
"""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.accounts.models import User
from reflexes.core.acting import Actor
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.models import Attendance, Body, Channel, College, Proposal, Seat, Session
from reflexes.mechanisms.assembly.services import (
    answers,
    bodies,
    commitments,
    consultations,
    contributions,
    expenses,
    minutes,
    moderation,
    proposals,
    register,
    seats,
    sessions,
    topics,
)
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person, Place, Unit
from reflexes.pistes.influence.liaison_committees import demo_draw

SLUG = "liaison_committees"
CENTRE = "67482"
FIRST_NAMES = (
    "Salma Bruno Aïcha Denis Fatoumata Gilles Hanane Igor Jeanne Karim Lucie Mehdi Nora Octave Pauline Quentin Rosa "
    "Samir Thérèse Ugo Violette Wassim Xavier Yasmine Zoé Anton Berthe Cyril Dounia Émile Farah Georges Huguette "
    "Ismaël Jules Katia Lionel Maëlle Noël Odette"
)
LAST_NAMES = ("Adler", "Benali", "Colin", "Diallo", "Ehrlich", "Fuchs", "Garnier", "Haddad", "Ittel", "Jung", "Kessler")
COLLEGES = (
    ("Habitantes et habitants", College.By.LOT, 24, roles.RESIDENT),
    ("Associations", College.By.APPOINTMENT, 8, roles.HOST),
    ("Élues et élus", College.By.ELECTION, 8, roles.ELECTED),
)
MANDATE = (
    "Donner un avis à la maire et aux services sur les décisions de la crise qui changent la vie des quartiers : "
    "marchés, lien social, protection des femmes face aux violences. Chaque proposition reçoit une réponse écrite et "
    "motivée de l’adjointe nommée ici, dans le délai annoncé."
)


def seed() -> None:
    """Add a committee to the demo territory, through its services, day after day."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    commune = Commune.objects.get(code=CENTRE)
    keeper = _person("Maryse", "Wendling", roles.FACILITATOR, town, commune, door=True)
    answerer = _person("Élodie", "Schaal", roles.ELECTED, town, commune, door=True)
    actor = actor_of(keeper, keeper.capacities.get())
    with _days(-75):
        body = _body(actor, answerer)
        _seats(actor, body, town, commune)
    room = Place.objects.create(
        organisation=town,
        name="Hôtel de Ville, salle des mariages",
        address="1 place de l’Hôtel-de-Ville",
        commune=commune,
        latitude=commune.latitude,
        longitude=commune.longitude,
        directions="Entrée de plain-pied par la cour. Tram Broglie.",
    )
    first = _called(actor, body, room, day=-60, called=-75)
    _held(actor, first, published=True)
    _first_proposals(actor, first, answerer, town)
    second = _called(actor, body, room, day=-20, called=-36)
    _held(actor, second, published=False)
    _expenses(actor, second)
    _said(actor, body, second)
    _changes(actor, body)
    _to_come(actor, _called(actor, body, room, day=18, called=-1))
    bodies.do_prepare_body(
        actor=actor, piste=SLUG, fields={"name": "Comité de la rentrée", "end_condition": "À la rentrée des écoles."}
    )
    demo_draw.seed(actor, body)
    # The past was told in its time: nothing of it leaves again today.
    Job.objects.filter(kind__startswith=f"{SLUG}.").delete()


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    return [
        (reverse("liaison_committees_public:bodies"), _("a committee of residents, and the age of each answer")),
        (reverse("liaison_committees:keeper_draws"), _("a draw to hold, dice in hand, as Maryse Wendling")),
        (reverse("liaison_committees_public:draws"), _("what everybody reads of it, and how to verify it")),
    ]


def _days(days: int) -> AbstractContextManager[None]:
    """Run a block as on another morning: services write the dates people lived."""
    return clock.travelling(_at(days, 8))


def _at(days: int, hour: int) -> datetime:
    """Return ``hour`` on the day that is ``days`` after today."""
    return timezone.make_aware(datetime.combine(clock.real_today() + timedelta(days=days), time(hour)))


def _person(
    first: str, last: str, role: str, organisation: Organisation, commune: Commune, *, door: bool = False
) -> Person:
    """Write somebody; with a ``door`` one may enter the demonstration as them."""
    user = None
    if door:
        user = User(email=f"{role}.comite@demo.example", language="")
        user.set_unusable_password()
        user.save()
    person = Person.objects.create(
        user=user,
        first_name=first,
        last_name=last,
        email=user.email if user else "",
        phone="+33639980450",
        channel=Person.Channel.MAIL if user else Person.Channel.PHONE,
        sex=Person.Sex.FEMALE if first[-1] in "aeéï" else Person.Sex.MALE,
        commune=commune,
    )
    Capacity.objects.create(person=person, organisation=organisation, role=role)
    return person


def _body(actor: Actor, answerer: Person) -> Body:
    body = bodies.do_prepare_body(
        actor=actor,
        piste=SLUG,
        fields={
            "name": "Comité de liaison citoyen",
            "mandate": MANDATE,
            "end_condition": "Quand le dernier service fermé par la crise a rouvert.",
            "ends_on": clock.today() + timedelta(days=210),
            "answerer": answerer,
            "answerer_words": "adjointe à la participation et aux marchés",
            "answer_days": 30,
            "per_session": 20,
        },
    )
    bodies.do_open_body(actor=actor, body=body)
    topics.do_write_topic(
        actor=actor,
        body=body,
        fields={
            "title": "Les horaires des marchés",
            "decision": "Ouvrir le marché de la Meinau le samedi matin ou le garder le mercredi.",
            "decider": "Le conseil municipal",
            "room": "Le jour et les horaires peuvent changer ; la place et le nombre d’étals, non.",
            "decided_on": clock.real_today() + timedelta(days=40),
        },
    )
    topics.do_write_topic(actor=actor, body=body, fields={"title": "Garder le lien social"}, insist=True)
    return body


def _seats(actor: Actor, body: Body, town: Organisation, commune: Commune) -> None:
    """Fill the colleges; the first resident drawn may be entered as."""
    names = iter(FIRST_NAMES.split())
    for number, (name, by, places, role) in enumerate(COLLEGES):
        college = bodies.do_write_college(actor=actor, body=body, fields={"name": name, "by": by, "seats": places})
        # One seat of the residents waits for an answer: see ``_changes``.
        for rank in range(places - (role == roles.RESIDENT)):
            door = role == roles.RESIDENT and rank == 0
            last = LAST_NAMES[(rank * 5 + number) % len(LAST_NAMES)]
            person = _person(next(names), last, role, town, commune, door=door)
            seats.do_fill_seat(actor=actor, college=college, person=person, said_yes=True)


def _called(actor: Actor, body: Body, room: Place, *, day: int, called: int) -> Session:
    with _days(called):
        return sessions.do_call_session(
            actor=actor,
            body=body,
            starts_at=_at(day, 9),
            ends_at=_at(day, 12),
            doors=sessions.Doors(place=room, room_places=30, remote="03 88 00 04 50, code 2020"),
            agenda=[
                sessions.Point(title="Ce qui a changé depuis la dernière fois", minutes=20),
                sessions.Point(title="Les horaires des marchés", topic=body.topics.get(decided_on__isnull=False)),
                sessions.Point(title="Nos propositions", minutes=60),
            ],
        )


def _held(actor: Actor, session: Session, *, published: bool) -> None:
    """Note who was there: most in the room, one from afar, one excused; then the minutes."""
    lines = list(session.attendances.order_by("turn", "pk"))
    with clock.travelling(session.starts_at - timedelta(days=3)):
        for rank, line in enumerate(lines):
            door = Attendance.Door.REMOTE if rank % 9 == 5 else Attendance.Door.ROOM
            register.do_answer_call(actor=actor, attendance=line, coming=True, door=door)
    with clock.travelling(session.starts_at + timedelta(minutes=10)):
        for rank, line in enumerate(lines):
            presence = Attendance.Presence.EXCUSED if rank % 10 == 9 else Attendance.Presence.THERE
            register.do_note_presence(actor=actor, attendance=line, presence=presence)
    if published:
        with clock.travelling(session.ends_at + timedelta(days=2)):
            minutes.do_write_minutes(
                actor=actor,
                session=session,
                minutes="Le comité a entendu la directrice des marchés, puis a écrit quatre propositions.",
                by_point={2: "Le samedi matin convient à ceux qui travaillent ; les maraîchers demandent six mois."},
            )
            minutes.do_publish_minutes(actor=actor, session=session)


def _first_proposals(actor: Actor, session: Session, answerer: Person, town: Organisation) -> None:
    """Write four proposals of the first session: adopted, adapted, refused, and one whose answer is late."""
    said = actor_of(answerer, answerer.capacities.get())
    adopted, adapted, refused, _late = (
        _proposed(actor, session, title, words)
        for title, words in (
            ("Ouvrir le marché le samedi matin", "Ouvrir le marché de la Meinau le samedi matin dès le printemps."),
            ("Un numéro unique pour le lien social", "Un seul numéro pour qui se sent seul, tous les jours."),
            ("Rendre le tram gratuit le samedi", "Rendre le tram gratuit le samedi pendant la crise."),
            ("Une salle ouverte aux femmes menacées", "Ouvrir une salle où être reçue sans rendez-vous, le soir."),
        )
    )
    with _days(-45):
        answers.do_answer(actor=said, proposal=adopted, state="adopted", motive="Le conseil l’a voté.")
        answers.do_answer(
            actor=said,
            proposal=adapted,
            state="adapted",
            motive="Le numéro du CCAS existe déjà : il répondra aussi le dimanche, plutôt qu’un numéro de plus.",
        )
        answers.do_answer(
            actor=said,
            proposal=refused,
            state="refused",
            motive="La Ville ne décide pas du prix du tram, et la perte serait de 40 000 euros par samedi.",
        )
        promise = commitments.do_commit(
            actor=said,
            proposal=adopted,
            promise=commitments.Promise(
                words="Le marché de la Meinau ouvre le samedi matin.",
                owner=_service(town),
                due_on=clock.real_today() + timedelta(days=50),
                budget_line="Marchés, ligne 614",
                steps=(
                    ("Réunion avec les maraîchers", clock.real_today() - timedelta(days=25)),
                    ("Essai de quatre samedis", clock.real_today() + timedelta(days=20)),
                ),
            ),
        )
    with _days(-25):
        step = promise.milestones.order_by("due_on")[0]
        commitments.do_reach_milestone(actor=actor, milestone=step, words="Onze maraîchers sur quatorze viendront.")


def _service(town: Organisation) -> Unit:
    return Unit.objects.get_or_create(organisation=town, name="Direction des marchés")[0]


def _proposed(actor: Actor, session: Session, title: str, words: str) -> Proposal:
    with clock.travelling(session.ends_at):
        return proposals.do_propose(actor=actor, origin=proposals.Origin(session=session), title=title, words=words)


def _expenses(actor: Actor, session: Session) -> None:
    first, second = session.attendances.filter(presence=Attendance.Presence.THERE).order_by("turn", "pk")[:2]
    with clock.travelling(session.ends_at + timedelta(days=1)):
        expenses.do_ask_expense(actor=actor, attendance=first, kind="childcare", cents=3600, words="Trois heures")
        travel = expenses.do_ask_expense(actor=actor, attendance=second, kind="travel", cents=380)
        expenses.do_settle_expense(actor=actor, expense=travel, state="agreed")


def _said(actor: Actor, body: Body, session: Session) -> None:
    """Ask everybody between two sessions: five channels, one text hidden, three joined to a proposal."""
    with _days(-18):
        asked = consultations.do_open_consultation(
            actor=actor,
            piste=SLUG,
            fields={
                "title": "Vos soirées depuis la crise",
                "question": "Qu’est-ce qui vous manque le plus le soir, dans votre quartier ?",
                "body": body,
                "opens_on": clock.today(),
                "closes_on": clock.real_today() + timedelta(days=16),
                "main_channel": Channel.WEB,
                "main_words": "Sur ce site, jusqu’au dernier jour.",
                "backup_channel": Channel.PHONE,
                "backup_words": "03 88 00 04 50, de 9 h à 17 h.",
            },
        )
    words = (
        (Channel.PHONE, "Un endroit éclairé où s’asseoir, près de l’arrêt de bus."),
        (Channel.PAPER, "Que la médiathèque reste ouverte un soir par semaine."),
        (Channel.ROOM, "La médiathèque le soir : chez moi il n’y a pas de place pour travailler."),
        (Channel.LETTER, "Ouvrez la bibliothèque plus tard, au moins le jeudi."),
        (Channel.PHONE, "Ma voisine reçoit des visites jusqu’à minuit, voici son nom et son étage."),
    )
    written = []
    with _days(-12):
        for number, (channel, text) in enumerate(words, start=1):
            said = contributions.Words(client_key=UUID(int=(22 << 64) + number), words=text)
            typed = contributions.Typed(channel=channel)
            written.append(
                contributions.do_contribute(actor=actor, consultation=asked, said=said, typed=typed, by_name=False)
            )
        moderation.do_hide(actor=actor, contribution=written[-1], why="private", words="Elle nomme une voisine.")
    library = _proposed(actor, session, "La médiathèque un soir par semaine", "Ouvrir la médiathèque le jeudi à 21 h.")
    lights = _proposed(actor, session, "Éclairer les arrêts de bus", "Éclairer les douze arrêts restés dans le noir.")
    with _days(-10):
        proposals.do_merge(actor=actor, proposal=library, contributions=written[1:4])
        answers.do_answer(actor=actor, proposal=lights, state="studied")


def _changes(actor: Actor, body: Body) -> None:
    """Let somebody leave and be replaced, and ask one more who has not answered yet."""
    college = body.colleges.get(by=College.By.LOT)
    gone = (
        college.held.filter(state=Seat.State.HELD).select_related("college__body", "person__commune").order_by("-pk")[0]
    )
    commune = gone.person.commune or Commune.objects.get(code=CENTRE)
    following = _person("Paulette", "Muller", roles.RESIDENT, body.organisation, commune)
    waiting = _person("Robin", "Stoll", roles.RESIDENT, body.organisation, commune)
    with _days(-15):
        seats.do_leave_seat(actor=actor, seat=gone, why="moved")
        seats.do_replace(actor=actor, seat=gone, person=following, said_yes=True)
    with _days(-6):
        seats.do_fill_seat(actor=actor, college=college, person=waiting)


def _to_come(actor: Actor, session: Session) -> None:
    """Note the first answers to the call of the next session: some come, one needs something, one cannot."""
    lines = list(session.attendances.order_by("turn", "pk"))
    for line in lines[:6]:
        register.do_answer_call(actor=actor, attendance=line, coming=True)
    register.do_answer_call(actor=actor, attendance=lines[6], coming=True, needs="Interprète en langue des signes")
    register.do_answer_call(actor=actor, attendance=lines[7], coming=False)
