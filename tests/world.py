"""One small town with one of each thing, and the words by which tests/permissions.csv names them."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from reflexes.core import clock
from reflexes.core.accounts.links import make_link
from reflexes.core.notifications.services import notify
from reflexes.core.outbox.models import Job
from reflexes.core.privacy.models import DataRequest
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan_line,
    make_wave,
    make_wish,
)
from reflexes.mechanisms.allocation.models import (
    CalendarFeed,
    Call,
    Concern,
    DayAllowance,
    Debrief,
    Departure,
    Import,
    LearningWish,
    MentorAbsence,
    OtherHalfDay,
    ThanksWave,
    WishWaiver,
)
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.allocation.services.calendar import digest_of
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.models import Lesson, Surprise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import (
    actor_for,
    make_account,
    make_organisation,
    make_person,
    make_place,
    make_skill,
    make_unit,
)
from reflexes.mechanisms.directory.models import CertificateClaim, FlyingTerms, Organisation, PersonSkill, Twinning
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.resources.micro_mobility.models import PublicPage

ROLES = (
    "stranger",
    "account",
    "agent",
    "manager",
    "host",
    "coordinator",
    "partner_host",
    "hr",
    "administrator",
)


@dataclass
class World:
    """Who is in town, and what: ``things`` maps the words of the table to values of an address."""

    users: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """Return the browser of ``role``; a stranger has no session."""
        client = Client(raise_request_exception=False)
        if role in self.users:
            client.force_login(self.users[role])
        return client

    def link(self, person: Any, purpose: str, subject: str) -> str:
        """Return the token of a link that ``person`` received."""
        address = make_link(person_key=person.key, purpose=purpose, subject=subject, path="/lien/")
        return address.rsplit("/", 1)[-1]


def build() -> World:
    """Return a town hall, its partner, and a mission at every moment of its life for the same agent."""
    world = World()
    # Rows of different tables must not share their numbers, or a confusion between them would go unseen.
    for _number in range(40):
        make_person("Personne", account=False).delete()
    hall = make_organisation("Ville")
    home = make_unit(hall, "Crèche des Tilleuls")
    make_unit(hall, "Médiathèque")
    association = make_organisation("Les Paniers", kind=Organisation.Kind.ASSOCIATION)
    skill = make_skill("accueil")
    make_skill("jardin")
    people = {
        "agent": make_person("Amina", role=roles.AGENT, unit=home, skills=(skill,)),
        "manager": make_person("Maud", role=roles.MANAGER, unit=home),
        "host": make_person("Hugo", role=roles.HOST, organisation=hall),
        "coordinator": make_person("Claire", role=roles.COORDINATOR, organisation=hall),
        "partner_host": make_person("Paula", role=roles.HOST, organisation=association),
        "hr": make_person("Hélène", role=roles.HR, organisation=hall),
        "administrator": make_person("Adam", role=roles.ADMINISTRATOR, organisation=hall),
    }
    world.users = {name: person.user for name, person in people.items()} | {
        "account": make_account("nobody@example.org")
    }
    agent, colleague = people["agent"], make_person("Bruno", role=roles.AGENT, unit=home)
    newcomer = make_person("Nora", role=roles.AGENT, unit=home, account=False)
    offer = make_offer(agent, weekly_cap=10)
    make_offer(colleague, weekly_cap=10)
    wish = make_wish(offer, "no_weekend")

    certificate = PersonSkill.objects.create(person=agent, skill=make_skill("aide-soignant", regulated=True))
    CertificateClaim.objects.create(held=certificate, body="École de soins")
    departure = Departure.objects.create(
        person=colleague, capacity=colleague.capacities.get(), last_day=clock.today(), said_at=clock.now()
    )
    site = make_place(hall, "Épicerie solidaire")
    for _number in range(20):
        make_need(hall, place=site, remote=True).delete()
    need = make_need(hall, slots=6, place=site, headcount=2, stated_by=people["host"], mentor=people["host"])
    draft = make_need(hall, place=site, state="draft", title="Brouillon", stated_by=people["host"])
    slots = list(need.slots.order_by("day", "half"))
    plan = plans.do_request_plan(
        actor=actor_for(people["coordinator"]), starts_on=slots[0].day, ends_on=slots[-1].day, seed=7
    )
    other = plans.do_request_plan(
        actor=actor_for(people["coordinator"]), starts_on=slots[0].day, ends_on=slots[-1].day, seed=8
    )
    plans.compute(plan.pk)
    plans.compute(other.pk)
    line = plan.lines.order_by("pk").first() or make_plan_line(plan, slots[0], colleague)

    wave = make_wave(plan)
    life = ("proposed", "accepted", "released", "confirmed", "started", "done")
    missions = {
        state: make_assignment(slot, agent, state=state, wave=wave, plan=plan)
        for state, slot in zip(life, slots, strict=True)
    }
    learnt = make_need(hall, slots=2, place=site, days=half_days(8)[6:], stated_by=people["host"])
    kept, heard = learnt.slots.order_by("day", "half")
    missions["withheld"] = make_assignment(kept, agent, state="withheld")
    other_half_day = OtherHalfDay.objects.create(assignment=missions["withheld"], day=slots[-1].day, half="pm")
    missions["debriefed"] = make_assignment(heard, agent, state="debriefed")
    remark = Debrief.objects.create(
        assignment=missions["debriefed"],
        remarks="Le quai est haut.",
        share_remarks_with_host=True,
        share_with_hr=True,
        passed_on_at=clock.now(),
    )
    pair = Twinning.objects.create(home=home, host=make_unit(association, "Dépôt"))
    terms = FlyingTerms.objects.create(person=agent, organisation=association, days_a_year=5, job_sheet="FP 12")
    missions["reserve"] = make_assignment(slots[0], colleague, state="reserve", wave=wave)
    call = Call.objects.create(slot=slots[0], person=colleague, made_by=people["coordinator"])
    waiver = WishWaiver.objects.create(person=agent, slot=slots[0])
    message = notify(recipient_of(agent), subject="Bonjour", body="Une question.", key="world:1", actions=())
    job = Job.objects.order_by("pk").first()

    exercise = make_exercise(name="Crue", plays_at=clock.now())
    card = Surprise.objects.create(exercise=exercise, position=1, title="Le pont est fermé")
    lesson = Lesson.objects.create(
        exercise=exercise, words="À revoir", verdict="adapt", owner=people["coordinator"], due_on=clock.today()
    )
    PublicPage.objects.create(on=True, phone="+33465710000", organisation=hall)

    links = {
        "answer": world.link(agent, "answer", f"assignment:{missions['proposed'].pk}"),
        "release": world.link(people["manager"], "release", f"assignment:{missions['accepted'].pk}"),
        "return": world.link(agent, "return", f"assignment:{missions['done'].pk}"),
        "waiver": world.link(agent, "waiver", f"waiver:{waiver.pk}"),
        "account": world.link(newcomer, "account", f"person:{newcomer.pk}"),
    }
    imported = Import.objects.create(
        piste=need.piste,
        what=Import.What.PEOPLE,
        file_name="people.csv",
        digest="0" * 64,
        content=b"id,name\n",
        organisation=hall,
    )
    allowance = DayAllowance.objects.create(
        organisation=hall,
        half_days=10,
        starts_on=clock.today().replace(month=1, day=1),
        ends_on=clock.today().replace(month=12, day=31),
        reference="Délibération 12",
        decided_on=clock.today(),
    )
    thanks = ThanksWave.objects.create(
        piste=need.piste, starts_on=clock.today(), ends_on=clock.today(), words_came="Merci", words_not_needed="Merci"
    )
    wanted = LearningWish.objects.create(person=agent, skill=make_skill("cuisine"))
    CalendarFeed.objects.create(digest=digest_of("calendar"), person=agent)
    request = DataRequest.objects.create(person_key=agent.key, what=DataRequest.What.OBJECT, words="Ma date")
    concern = Concern.objects.create(
        person=agent, assignment=missions["done"], organisation=hall, words="On m'a parlé durement."
    )
    away = MentorAbsence.objects.create(person=people["host"], organisation=hall, day=slots[5].day, half=slots[5].half)
    world.things = {
        "allowance": allowance.pk,
        "thanks": thanks.pk,
        "learning_wish": wanted.pk,
        "calendar_token": "calendar",
        "data_request": request.pk,
        "need": need.pk,
        "concern": concern.pk,
        "mentor_absence": away.pk,
        "mentor": people["host"].pk,
        "draft": draft.pk,
        "slot": slots[0].pk,
        "plan": plan.number,
        "other_plan": other.number,
        "line": line.pk,
        "wave": wave.pk,
        "person": agent.pk,
        "colleague": colleague.pk,
        "place": site.pk,
        "offer": offer.pk,
        "wish": wish.pk,
        "skill": skill.pk,
        "certificate": certificate.pk,
        "capacity": agent.capacities.get().pk,
        "keeper": people["coordinator"].capacities.get().pk,
        "departure": departure.pk,
        "waiver": waiver.pk,
        "call": call.pk,
        "pair": pair.pk,
        "flying_terms": terms.pk,
        "remark": remark.pk,
        "other_half_day": other_half_day.pk,
        "message": message.public_id,
        "job": job.pk if job else 0,
        "nothing": 0,
        "exercise": exercise.pk,
        "card": card.pk,
        "lesson": lesson.pk,
        "invited": exercise.invited.order_by("pk").values_list("pk", flat=True)[0],
        "import": imported.pk,
        "unknown_key": uuid.UUID(int=0),
        **{f"mission_{state}": mission.pk for state, mission in missions.items()},
        **{f"{purpose}_link": token for purpose, token in links.items()},
    }
    return world
