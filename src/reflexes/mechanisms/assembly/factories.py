"""Bodies, sessions, words and proposals for tests, in the words of the field: what is not said is sensible."""

from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock, registry
from reflexes.mechanisms.assembly.models import (
    Attendance,
    Body,
    Channel,
    College,
    Commitment,
    Consultation,
    Contribution,
    Proposal,
    Seat,
    Session,
)
from reflexes.mechanisms.directory.factories import make_organisation, make_person, make_place, make_unit
from reflexes.mechanisms.directory.models import Organisation, Person

_numbers = count(1)


def _piste() -> str:
    return registry.pistes()[0].slug


def make_body(organisation: Organisation | None = None, **fields: Any) -> Body:
    """Return a body at work for six months, with somebody who answers it; ``state="draft"`` for one begun."""
    number = next(_numbers)
    today = clock.today()
    values: dict[str, Any] = {
        "piste": _piste(),
        "slug": f"comite-{number}",
        "name": f"Comité {number}",
        "organisation": organisation or make_organisation(),
        "mandate": "Dire à la Ville ce que la crise change dans les quartiers.",
        "end_condition": "Quand les marchés ont tous rouvert.",
        "starts_on": today,
        "ends_on": today + timedelta(days=180),
        "state": Body.State.OPEN,
        "opened_at": clock.now(),
        **fields,
    }
    if "answerer" not in values:
        values["answerer"] = make_person("Élodie", role="elected", organisation=values["organisation"])
        values.setdefault("answerer_words", "adjointe aux marchés")
    return Body.objects.create(**values)


def make_college(body: Body | None = None, **fields: Any) -> College:
    """Return six seats drawn by lot; ``parts=3, renewed_every_months=6`` for a renewal by thirds."""
    values = {"name": f"Collège {next(_numbers)}", "by": College.By.LOT, "seats": 6, **fields}
    return College.objects.create(body=body or make_body(), **values)


def make_seat(college: College | None = None, person: Person | None = None, **fields: Any) -> Seat:
    """Return a seat that somebody holds until the end of the body."""
    of = college or make_college()
    values = {"state": Seat.State.HELD, "ends_on": of.body.ends_on, **fields}
    return Seat.objects.create(college=of, person=person or make_person("Nadia", role="resident"), **values)


def make_session(body: Body | None = None, **fields: Any) -> Session:
    """Return a session in three weeks, in a room of thirty places and from afar."""
    of = body or make_body()
    starts_at = fields.pop("starts_at", clock.now() + timedelta(days=21))
    values = {
        "number": of.sessions.count() + 1,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "place": make_place(of.organisation),
        "room_places": 30,
        "remote": "https://visio.example.org/comite",
        **fields,
    }
    return Session.objects.create(body=of, **values)


def make_attendance(session: Session, person: Person | None = None, **fields: Any) -> Attendance:
    """Return one line of the register: somebody asked to come."""
    values = {"turn": session.attendances.count() + 1, **fields}
    return Attendance.objects.create(session=session, person=person or make_person("Nadia"), **values)


def make_consultation(organisation: Organisation | None = None, **fields: Any) -> Consultation:
    """Return a consultation open since yesterday for a month, on screen and, should that fail, by telephone."""
    number = next(_numbers)
    today = clock.today()
    body = fields.get("body")
    values: dict[str, Any] = {
        "piste": _piste(),
        "slug": f"consultation-{number}",
        "title": f"La rue pour tous {number}",
        "question": "Que faut-il garder de la piste de l’avenue ?",
        "organisation": organisation or (body.organisation if body else make_organisation()),
        "opens_on": today - timedelta(days=1),
        "closes_on": today + timedelta(days=30),
        "main_channel": Channel.WEB,
        "main_words": "Sur ce site, jusqu’au dernier jour.",
        "backup_channel": Channel.PHONE,
        "backup_words": "03 88 00 00 00, de 9 h à 17 h.",
        **fields,
    }
    if body is not None:
        values.setdefault("answerer", body.answerer)
    if "answerer" not in values:
        values["answerer"] = make_person("Élodie", role="elected", organisation=values["organisation"])
    return Consultation.objects.create(**values)


def make_contribution(consultation: Consultation | None = None, **fields: Any) -> Contribution:
    """Return words that everybody reads, of somebody who gave a name; ``person=None`` for nobody."""
    values = {"words": "Il faut garder la piste, et la peindre.", "channel": Channel.WEB, **fields}
    if "person" not in values:
        values["person"] = make_person("Nadia", account=False)
    return Contribution.objects.create(consultation=consultation or make_consultation(), **values)


def make_proposal(body: Body | None = None, **fields: Any) -> Proposal:
    """Return a proposal received today, to be answered in two months; ``consultation=…`` for one of no body."""
    number = next(_numbers)
    origin: Any = body or fields.get("consultation") or make_body()
    values: dict[str, Any] = {
        "piste": origin.piste,
        "title": f"Proposition {number}",
        "words": "Ouvrir le marché le samedi matin.",
        "answer_due_on": clock.today() + timedelta(days=60),
        "answerer": origin.answerer,
        "exercise": origin.exercise,
        **({"body": origin} if isinstance(origin, Body) else {}),
        **fields,
    }
    return Proposal.objects.create(**values)


def make_commitment(proposal: Proposal | None = None, **fields: Any) -> Commitment:
    """Return what a service promised for in three months."""
    of = proposal or make_proposal(state=Proposal.State.ADOPTED, answered_at=clock.now())
    origin = of.body or of.consultation
    assert origin is not None
    values: dict[str, Any] = {
        "words": "Le marché ouvre le samedi matin.",
        "due_on": clock.today() + timedelta(days=90),
        **fields,
    }
    if "owner" not in values:
        values["owner"] = make_unit(origin.organisation)
    return Commitment.objects.create(proposal=of, **values)
