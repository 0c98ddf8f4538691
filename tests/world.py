"""One small town with one of each thing, and the words by which tests/permissions.csv names them."""

import uuid
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.test import Client

from reflexes.core import clock
from reflexes.core.accounts.links import make_link
from reflexes.core.acting import STRANGER
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
    Objection,
    OtherHalfDay,
    ThanksWave,
    WishWaiver,
)
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.allocation.services.calendar import digest_of
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_college,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.factories_votes import make_batch, make_keeper, make_line, make_vote
from reflexes.mechanisms.assembly.models import Attendance, Expense, Milestone, Proposal, Review, Seat, Topic
from reflexes.mechanisms.assembly.services import ballots, closing, draws_day, draws_public, pool_erasure, roll, tallies
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
from reflexes.mechanisms.directory.models import (
    CertificateClaim,
    FlyingTerms,
    Organisation,
    Person,
    PersonSkill,
    Twinning,
)
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.contact.citizen_dialogue.factories import make_edition, make_feasibility, make_idea_proposal
from reflexes.pistes.contact.citizen_dialogue.factories_schemes import (
    make_evaluator,
    make_indicator,
    make_measure,
    make_note,
    make_outcome,
    make_scheme,
)
from reflexes.pistes.contact.citizen_dialogue.links_schemes import link_of
from reflexes.pistes.contact.citizen_dialogue.models import Variable
from reflexes.pistes.contact.citizen_dialogue.services.booklets import do_publish_booklet
from reflexes.pistes.resources.micro_mobility.models import PublicPage
from tests.world_calls import calls_kept

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
    "facilitator",
    "elected",
    "resident",
    "supervisor",
    "caller",
    "navigator",
    "outreach",
    "dpo",
)
KEPT_VOTES = ("draft", "open", "counted")


@dataclass
class World:
    """Who is in town, and what: ``things`` maps the words of the table to values of an address."""

    users: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, SimpleCookie] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """Return the browser of ``role``, signed in once for all; a stranger has no session."""
        client = Client(raise_request_exception=False)
        if role in self.users and role not in self.sessions:
            client.force_login(self.users[role])
            self.sessions[role] = client.cookies
        client.cookies = deepcopy(self.sessions.get(role, client.cookies))
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
        "facilitator": make_person("Fatou", role=roles.FACILITATOR, organisation=hall),
        "elected": make_person("Élise", role=roles.ELECTED, organisation=hall),
        "resident": make_person("Rachel", role=roles.RESIDENT, organisation=hall),
        "supervisor": make_person("Sonia", role=roles.SUPERVISOR, organisation=hall),
        "caller": make_person("Karim", role=roles.CALLER, organisation=hall),
        "navigator": make_person("Nour", role=roles.NAVIGATOR, organisation=hall),
        "outreach": make_person("Naïma", role=roles.OUTREACH, organisation=hall),
        "dpo": make_person("Diane", role=roles.DPO, organisation=hall),
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
    designated = make_assignment(
        slots[4], colleague, state="accepted", mode="designated", authority="La maire", basis="Arrêté"
    )
    objection = Objection.objects.create(assignment=designated, answer_by=clock.now())
    away = MentorAbsence.objects.create(person=people["host"], organisation=hall, day=slots[5].day, half=slots[5].half)
    world.things = {
        "allowance": allowance.pk,
        "thanks": thanks.pk,
        "learning_wish": wanted.pk,
        "calendar_token": "calendar",
        "data_request": request.pk,
        "need": need.pk,
        "concern": concern.pk,
        "objection": objection.pk,
        "mission_designated": designated.pk,
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
        **_committee_kept(hall, people["elected"]),
        **_votes_met(hall, people["resident"]),
        **_votes_kept(hall),
        **_draws_kept(hall),
        **_street_kept(hall, people["facilitator"]),
        **_dialogue_kept(hall, people["manager"], people["elected"], people["resident"]),
        **calls_kept(hall, people),
    }
    return world


def _committee_kept(hall: Organisation, answerer: Person) -> dict[str, Any]:
    """Return one of each thing that the participation officer of ``hall`` keeps."""
    piste = "liaison_committees"
    body = make_body(hall, piste=piste, slug="marches", answerer=answerer)
    for _number in range(15):
        make_college(body).delete()
    college = make_college(body)
    seat = make_seat(college, make_person("Salma", account=False))
    for _number in range(30):
        Topic.objects.create(body=body, title="Avant", kind="goal").delete()
    session = make_session(body, starts_at=clock.now() - timedelta(hours=1))
    called = make_attendance(session, seat.person)
    draw = make_draw(
        college, slug="panel", piste=piste, size=1, quotas=(("sexe", "femme", 0, 1), ("sexe", "homme", 0, 1))
    )
    make_pool(draw, 2)
    committed(make_keeper(hall), draw)
    proposal = make_proposal(body, session=session, state="adopted", answered_at=clock.now())
    commitment = make_commitment(proposal)
    consultation = make_consultation(body=body, piste=piste, slug="les-etals")
    said = make_contribution(consultation)
    hidden = make_contribution(
        consultation, state="hidden", why_hidden="off", appeal="Relisez.", appealed_at=clock.now()
    )
    return {
        "body": body.slug,
        "draw": draw.slug,
        "college": college.pk,
        "seat": seat.pk,
        "topic": Topic.objects.create(body=body, title="Les horaires", kind="goal").pk,
        "session": session.pk,
        "attendance": called.pk,
        "expense": Expense.objects.create(attendance=called, kind="travel", cents=420, asked_at=clock.now()).pk,
        "proposal": proposal.pk,
        "commitment": commitment.pk,
        "milestone": Milestone.objects.create(commitment=commitment, words="Un essai", due_on=clock.today()).pk,
        "review": Review.objects.create(proposal=proposal, due_on=clock.today()).pk,
        "consultation": consultation.slug,
        "contribution": said.pk,
        "contribution_hidden": hidden.pk,
        **_committee_links(seat, called, proposal),
    }


def _committee_links(seat: Seat, called: Attendance, proposal: Proposal) -> dict[str, Any]:
    """Return the token of each link that a committee sends: what it asks is the last word of its purpose."""
    street = proposal.body.consultations.get()
    joined = make_contribution(street, proposal=proposal)
    review = Review.objects.create(proposal=proposal, due_on=clock.today() - timedelta(days=1))
    asked = {
        "committee-seat": (seat.person, seat),
        "committee-call": (called.person, called),
        "assembly-said": (joined.person, joined),
        "assembly-review": (joined.person, review),
        "assembly-answer": (proposal.answerer, proposal),
    }
    return {
        f"{purpose}_link": make_link(
            person_key=person.key, purpose=purpose, subject=f"{purpose}:{row.pk}", path="/lien/"
        ).rsplit("/", 1)[-1]
        for purpose, (person, row) in asked.items()
    }


def _votes_met(hall: Organisation, voter: Person) -> dict[str, Any]:
    """Return the votes that everybody meets: one that is open and one that is decided, in each part of the site."""
    met: dict[str, Any] = {}
    keeper, day = make_keeper(hall), timedelta(days=1)
    for piste, word in (("citizen_dialogue", "vote"), ("liaison_committees", "committee_vote")):
        open_vote, decided = make_vote(hall, piste=piste), make_vote(hall, piste=piste)
        line = make_line(open_vote, person=voter)
        ballots.do_cast(actor=STRANGER, entry=make_line(decided), codes=["01", "02"])
        with clock.travelling(decided.closes_at + day):
            closing.do_close(actor=keeper, vote=decided)
            tallies.do_count(actor=keeper, vote=decided)
            tallies.do_publish(actor=keeper, vote=decided)
        met |= {
            f"{word}_met": open_vote.slug,
            f"{word}_decided": decided.slug,
            f"{word}_link": roll.voting_link(line, "/lien/").rpartition("/")[2],
        }
    return met


def _draws_kept(hall: Organisation) -> dict[str, Any]:
    """Return a draw being prepared, one that is drawn, one whose pool is erased, and somebody of each pool."""
    keeper, college = make_keeper(hall), make_college(make_body(hall, piste="liaison_committees"))
    one = {"piste": "liaison_committees", "size": 1, "quotas": (("sexe", "femme", 0, 1), ("sexe", "homme", 0, 1))}
    prepared, drawn, erased = (make_draw(college, slug=f"panel-{word}", **one) for word in ("open", "drawn", "erased"))
    for draw in (prepared, drawn, erased):
        make_pool(draw, 2)
    committed(keeper, drawn)
    with clock.travelling(drawn.drawn_from + timedelta(minutes=5)):
        draws_day.do_draw(actor=keeper, draw=drawn, value=RANDOMNESS, dice="4-1-6")
    pool_erasure.do_erase_pool(actor=keeper, draw=erased)
    return {
        "draw_open": prepared.slug,
        "draw_open_member": prepared.pool.order_by("pk")[0].pk,
        "draw_drawn": drawn.slug,
        "draw_drawn_member": drawn.pool.get(pseudonym=draws_public.panel_now(drawn)[0]).pk,
        "draw_erased": erased.slug,
    }


def _votes_kept(hall: Organisation) -> dict[str, Any]:
    """Return what an officer keeps of votes in each part of the site: a draft, one that is open, one that is counted."""
    kept: dict[str, Any] = {}
    keeper = make_keeper(hall)
    for piste, word in (("citizen_dialogue", "kept"), ("liaison_committees", "committee_kept")):
        draft, open_vote, counted = (make_vote(hall, piste=piste, frozen=name != "draft") for name in KEPT_VOTES)
        ballots.do_cast(actor=STRANGER, entry=make_line(counted), codes=["01", "02"])
        with clock.travelling(counted.closes_at + timedelta(days=1)):
            closing.do_close(actor=keeper, vote=counted)
            tallies.do_count(actor=keeper, vote=counted)
        kept |= {
            f"{word}_draft": draft.slug,
            f"{word}_draft_choice": draft.choices.order_by("code")[0].pk,
            f"{word}_open": open_vote.slug,
            f"{word}_entry": make_line(open_vote).pk,
            f"{word}_batch": make_batch(open_vote).pk,
            f"{word}_counted": counted.slug,
            f"{word}_counted_choice": counted.choices.order_by("-code")[0].pk,
        }
    return kept


def _dialogue_kept(hall: Organisation, manager: Person, answerer: Person, reader: Person) -> dict[str, Any]:
    """Return one of each thing of a budget: its edition, its steps, its door, a word of a service, its links."""
    edition = make_edition(hall, slug="quartiers", answerer=answerer)
    ideas, merging = edition.steps.order_by("place")[1:3]
    proposal = make_idea_proposal(edition, state="adopted", answered_at=clock.now())
    commitment = make_commitment(proposal)
    unit = manager.capacities.get(role=roles.MANAGER).unit
    asked = make_feasibility(edition, proposal, unit=unit)
    door = ideas.consultation
    hidden = make_contribution(door, state="hidden", why_hidden="off", appeal="Relisez.", appealed_at=clock.now())
    said = make_contribution(door, person=reader, proposal=proposal)
    review = Review.objects.create(proposal=proposal, due_on=clock.today() - timedelta(days=1))
    asked_by_link = {
        "dialogue-feasibility": (manager, asked),
        "dialogue-goals": (reader, edition),
        "assembly-said": (reader, said),
        "assembly-review": (reader, review),
        "assembly-answer": (answerer, proposal),
    }
    return {
        "edition": edition.slug,
        "edition_draft": make_edition(hall, slug="brouillon", state="draft", answerer=answerer).slug,
        "edition_step": merging.pk,
        "edition_door_step": ideas.pk,
        "edition_door": door.slug,
        "edition_variable": Variable.objects.create(edition=edition, name="Âges", becomes="11 ans", why="Essai").pk,
        "edition_proposal": proposal.pk,
        "edition_feasibility": asked.pk,
        "edition_commitment": commitment.pk,
        "edition_milestone": Milestone.objects.create(commitment=commitment, words="Plan", due_on=clock.today()).pk,
        "edition_review": review.pk,
        "edition_said": said.pk,
        "edition_hidden": hidden.pk,
        **{
            f"edition_{purpose}_link": make_link(
                person_key=person.key, purpose=purpose, subject=f"{purpose}:{row.pk}", path="/lien/"
            ).rsplit("/", 1)[-1]
            for purpose, (person, row) in asked_by_link.items()
        },
    }


def _street_kept(hall: Organisation, keeper: Person) -> dict[str, Any]:
    """Return a street on trial with one of each thing, one whose indicators are being chosen, and a booklet."""
    street = make_scheme(hall, slug="quai", closed=True)
    for _number in range(20):
        make_indicator(street).delete()
    indicator = make_indicator(street)
    for _number in range(50):
        make_measure(indicator).delete()
    measure, evaluator = make_measure(indicator), make_evaluator(street)
    for _number in range(70):
        make_note(evaluator).delete()
    note = make_note(evaluator, counts={indicator: 12})
    make_outcome(street)
    return {
        "scheme": street.slug,
        "indicator": indicator.pk,
        "measure": measure.pk,
        "evaluator": evaluator.pk,
        "note": note.pk,
        "booklet": do_publish_booklet(actor=actor_for(keeper), subject=street, learned="Compter tôt.").slug,
        "street_link": link_of(evaluator).rsplit("/", 1)[-1],
    }
