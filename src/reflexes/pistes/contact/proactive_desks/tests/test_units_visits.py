"""A visit that a call asks for: entrusted, read only while it waits, told at the door, and gone with its campaign."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory.factories import actor_for, make_commune, make_organisation, make_person
from reflexes.mechanisms.evidence.models import Dataset, Opinion, Reading
from reflexes.mechanisms.evidence.services import datasets, destruction, holdings
from reflexes.mechanisms.evidence.services.oppositions import do_oppose, opposed
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign, make_supervisor
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_entrusted_visit,
    make_member,
    make_outreach,
    make_proximity_unit,
)
from reflexes.pistes.contact.proactive_desks.models import (
    Callee,
    Campaign,
    DailyReport,
    EntrustedVisit,
    HumanTask,
    ProximityUnit,
    UnitDecision,
)
from reflexes.pistes.contact.proactive_desks.perms_units import access_visit
from reflexes.pistes.contact.proactive_desks.services import ladder, texts, units, units_reports, units_visits
from reflexes.pistes.contact.proactive_desks.services.units_visits_told import Told, do_tell
from reflexes.pistes.contact.proactive_desks.tests.calling import TUESDAY, tuesday_morning

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_organisation("Ville"), units_visit=True)


@pytest.fixture
def boss(campaign: Campaign) -> Actor:
    return make_supervisor(campaign)


@pytest.fixture
def unit(campaign: Campaign) -> ProximityUnit:
    return make_proximity_unit(
        campaign.organisation, name="Neudorf", lead=make_outreach("Lucie", campaign.organisation)
    )


@pytest.fixture
def lucie(unit: ProximityUnit) -> Actor:
    return actor_for(unit.members.get(place="lead").person)


@pytest.fixture
def callee(campaign: Campaign) -> Callee:
    return make_callee(campaign, "Bernadotte", state="human", commune=make_commune())


def open_task(callee: Callee, kind: str = "visit") -> HumanTask:
    return HumanTask.objects.create(campaign=callee.campaign, callee=callee, kind=kind)


def entrust(boss: Actor, task: HumanTask, unit: ProximityUnit, **words: object) -> EntrustedVisit:
    asked = {"due_on": clock.today() + timedelta(days=2), "why": "Ne répond plus.", "said": "Un chien.", **words}
    return units_visits.do_entrust(actor=boss, task=task, unit=unit, **asked)


def tell(actor: Actor, visit: EntrustedVisit, came: str, words: str = "", **more: object) -> Told:
    told = do_tell(actor=actor, visit=visit, came=came, words=words, client_key=uuid.uuid4(), **more)
    visit.refresh_from_db()
    return told


def test_no_unit_is_asked_unless_the_campaign_names_units(boss: Actor, callee: Callee, unit: ProximityUnit) -> None:
    Campaign.objects.update(units_visit=False)
    with pytest.raises(Refusal) as refusal:
        entrust(boss, open_task(Callee.objects.get()), unit)
    assert refusal.value.code == "units_not_named"
    assert not EntrustedVisit.objects.exists() and not Message.objects.exists()


def test_the_choice_is_written_among_those_who_read_and_asks_the_officer_again() -> None:
    campaign = make_campaign(state="draft")
    boss = make_supervisor(campaign)
    Dataset.objects.update(state="draft", key="")
    campaign.dataset.refresh_from_db()
    officer = make_person("Damien", role="dpo", organisation=campaign.organisation)
    fields = {"purpose": "Prendre des nouvelles.", "recipients": "Les appelants.", "information": "Une lettre."}
    datasets.do_give_opinion(
        actor=actor_for(officer), dataset=campaign.dataset, says=Opinion.Says.FAVOURABLE, words="But clair."
    )
    with clock.travelling(TUESDAY + timedelta(hours=1)):
        for _time in range(2):
            units_visits.do_write_purpose(actor=boss, campaign=campaign, fields=fields, units_visit=True)
    kept = Dataset.objects.get()
    assert kept.recipients.startswith("Les appelants. Une unité de proximité, pour une visite qui lui est confiée")
    assert kept.information.startswith("Une lettre. Les personnes sont prévenues")
    assert Campaign.objects.get().units_visit and datasets.opinion_of(kept) is None
    assert units_visits.without_units("recipients", kept.recipients) == "Les appelants."
    said = {**fields, "recipients": kept.recipients}
    units_visits.do_write_purpose(actor=boss, campaign=campaign, fields=said, units_visit=False)
    assert Dataset.objects.get().recipients == "Les appelants." and not Campaign.objects.get().units_visit
    Dataset.objects.update(state="open", key=keyring.make())
    with pytest.raises(Refusal):
        units_visits.do_write_purpose(actor=boss, campaign=campaign, fields=fields, units_visit=True)
    assert not Campaign.objects.get().units_visit, "what was judged stays as it was judged"


def test_the_text_before_the_call_says_that_somebody_may_come(campaign: Campaign) -> None:
    assert "une équipe de votre quartier pourra passer" in texts.words(campaign)
    campaign.units_visit = False
    assert "une équipe" not in texts.words(campaign)


def test_units_of_the_place_come_first_and_none_is_chosen(campaign: Campaign, callee: Callee) -> None:
    hall, here, away = campaign.organisation, callee.commune, make_commune(code="67043", name="Bischheim")
    other = make_proximity_unit(hall, name="Bischheim")
    other.communes.set([away])
    make_proximity_unit(hall, name="Tanneurs", streets="Rue des Tanneurs").communes.set([here])
    make_proximity_unit(hall, name="Avenue", streets="Avenue de Colmar").communes.set([here])
    make_proximity_unit(hall, name="Commune").communes.set([here])
    make_proximity_unit(make_organisation("Ailleurs"), name="Ailleurs")
    found = [(one.unit.name, one.covers) for one in units_visits.choices(open_task(callee))]
    assert found == [
        ("Commune", "whole"),
        ("Tanneurs", "whole"),
        ("Avenue", "streets"),
        ("Bischheim", "elsewhere"),
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"why": " "}, "why_missing"),
        ({"due_on": datetime(2026, 11, 23).date()}, "due_on"),
        ({"due_on": datetime(2026, 12, 25).date()}, "due_on"),
        ({"why": "x" * 201}, "too_long"),
    ],
)
def test_a_bad_ask_is_one_sentence_and_nothing_is_written(
    boss: Actor, callee: Callee, unit: ProximityUnit, wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        entrust(boss, open_task(callee), unit, **wrong)
    assert refusal.value.code == code
    assert not EntrustedVisit.objects.exists() and not Message.objects.exists()


def test_a_relative_is_called_first_and_another_house_is_never_asked(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit
) -> None:
    with pytest.raises(Refusal) as early:
        entrust(boss, open_task(callee, "relative"), unit)
    assert early.value.code == "relative_first"
    HumanTask.objects.update(kind="visit")
    with pytest.raises(Refusal) as elsewhere:
        entrust(boss, HumanTask.objects.get(), make_proximity_unit(make_organisation("Ailleurs")))
    assert elsewhere.value.code == "unit"


def test_one_unit_at_a_time_has_a_visit_and_its_members_are_told_nothing_personal(
    boss: Actor, callee: Callee, unit: ProximityUnit
) -> None:
    task = open_task(callee)
    visit = entrust(boss, task, unit)
    with pytest.raises(Refusal) as twice:
        entrust(boss, task, unit)
    assert twice.value.code == "visit_asked"
    told = list(Message.objects.order_by("pk"))
    assert len(told) == unit.members.count() == 2
    text = " ".join(f"{one.subject} {one.body}" for one in told)
    assert not any(word in text for word in ("Bernadotte", "Jeanne", "Tanneurs", "chien", "Ne répond"))
    assert "Bernadotte" not in visit.brief and "chien" not in visit.brief


def test_reading_rests_on_the_visit_is_written_down_and_gives_neither_telephone_nor_relative(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    assert units_visits.shown_again(lucie, visit) is None
    shown = units_visits.do_read(actor=lucie, visit=visit)
    assert shown == units_visits.Shown("Jeanne Bernadotte", "3 rue des Tanneurs", "Ne répond plus.", "Un chien.")
    rows = list(Reading.objects.order_by("pk").values_list("what", "what_for", "through", "allowed", "reader"))
    assert rows == [(what, "visit", str(visit.key), True, lucie.person_key) for what in ("callee", "visit_brief")]
    assert units_visits.shown_again(lucie, visit) == shown
    denis = actor_for(unit.members.get(place="deputy").person)
    assert units_visits.shown_again(denis, visit) is None, "each reads for themself, and it is written"
    with clock.travelling(TUESDAY + timedelta(days=1)):
        assert units_visits.shown_again(lucie, visit) is None, "another day is another reading"


@pytest.mark.parametrize("over", ["told", "taken_back", "late", "left", "data_over", "other_unit", "task_done"])
def test_once_it_is_over_reading_is_refused_and_the_refusal_is_written(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor, over: str
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    units_visits.do_read(actor=lucie, visit=visit)
    actor, moment = lucie, TUESDAY
    match over:
        case "told":
            tell(lucie, visit, "well")
        case "taken_back":
            units_visits.do_take_back(actor=boss, visit=visit)
        case "late":
            moment += timedelta(days=3)
        case "left":
            unit.members.filter(place="lead").update(left_on=clock.today())
        case "data_over":
            Dataset.objects.update(state="closed")
        case "other_unit":
            actor = actor_for(make_proximity_unit(campaign.organisation).members.get(place="lead").person)
        case "task_done":
            ladder.do_finish_task(actor=boss, task=visit.task, result="reached", words="Elle a rappelé.")
    visit.refresh_from_db()
    Reading.objects.all().delete()
    with clock.travelling(moment), pytest.raises(PermissionDenied):
        units_visits.do_read(actor=actor, visit=visit)
    assert [one.allowed for one in Reading.objects.all()] == [False]
    with clock.travelling(moment):
        assert units_visits.shown_again(actor, visit) is None


def test_all_is_well_ends_the_task_and_the_call(boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor) -> None:
    visit = entrust(boss, open_task(callee), unit)
    key = uuid.uuid4()
    answers = [do_tell(actor=lucie, visit=visit, came="well", words="", client_key=key) for _time in range(3)]
    assert [one.again for one in answers] == [False, True, True]
    callee.refresh_from_db()
    assert (callee.state, callee.end, callee.reached) == ("closed", "fine", True)
    assert HumanTask.objects.get().result == "reached"
    verbs = [one.verb for one in Entry.objects.order_by("pk")]
    assert verbs.count("proactive_desks.visit_told") == 1


def test_a_need_told_at_a_door_opens_a_case_in_the_persons_words(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    with pytest.raises(Refusal):
        tell(lucie, visit, "need", " ")
    tell(lucie, visit, "need", "Je n’ai plus de chauffage.", urgent=True)
    case = Case.objects.get()
    facts = keyring.take(case.key_name)
    assert (case.channel, case.urgent, case.subject) == ("visit", True, callee.key)
    assert case.told_by_id == lucie.person_id
    assert facts.unseal(case.said)["words"] == "Je n’ai plus de chauffage."
    callee.refresh_from_db()
    assert (callee.end, callee.needs, callee.useful) == ("need", 1, True)
    assert HumanTask.objects.get().result == "need"


def test_nobody_there_twice_goes_back_to_the_one_who_decides(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    assert tell(lucie, visit, "nobody").tried
    assert visit.is_open and visit.tries == 1 and units_visits.can_read(visit)
    assert not tell(lucie, visit, "nobody", "Volets fermés.").tried
    assert visit.came == "nobody" and not visit.is_open
    first, second = HumanTask.objects.order_by("pk")
    assert (first.result, second.kind, second.done_at) == ("nothing", "decide", None)
    assert Message.objects.filter(key__startswith="visit-told:", person_key=boss.person_key).count() == 1
    again = entrust(boss, second, unit)
    for _time in range(2):
        tell(lucie, again, "nobody")
    second.refresh_from_db()
    assert second.done_at is None, "the last step is a person's: nobody is unreachable by a counter"


def test_a_refusal_at_the_door_is_respected_as_by_telephone(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    phone = keyring.take(campaign.dataset.key).unseal(callee.identity)["phone"]
    husband = make_callee(campaign, phone=phone)
    visit = entrust(boss, open_task(callee), unit)
    tell(lucie, visit, "refused")
    assert opposed(campaign.organisation, [phone], "calls") == {phone}
    callee.refresh_from_db()
    husband.refresh_from_db()
    assert (callee.end, husband.state, husband.human_tasks.get().kind) == ("refused", "human", "decide")


def test_somebody_who_asked_meanwhile_to_be_left_alone_is_not_visited(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    phone = keyring.take(campaign.dataset.key).unseal(callee.identity)["phone"]
    visit = entrust(boss, open_task(callee), unit)
    do_oppose(actor=boss, organisation=campaign.organisation, phone=phone, scope="calls")
    with pytest.raises(Refusal) as told:
        units_visits.do_read(actor=lucie, visit=visit)
    assert told.value.code == "opposed"
    visit.refresh_from_db()
    callee.refresh_from_db()
    assert not visit.is_open and callee.end == "refused"
    other = make_callee(campaign, phone=phone, state="human")
    with pytest.raises(Refusal) as asked:
        entrust(boss, open_task(other), unit)
    assert asked.value.code == "opposed"


def test_a_death_learnt_at_the_door_stops_every_campaign_of_the_house(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    facts = keyring.take(campaign.dataset.key).unseal(callee.identity)
    other = make_campaign(campaign.organisation)
    same = make_callee(other, "Bernadotte", phone=facts["phone"])
    tell(lucie, entrust(boss, open_task(callee), unit), "died")
    callee.refresh_from_db()
    same.refresh_from_db()
    assert (callee.end, same.end) == ("died", "died")


def test_leaving_because_it_is_not_safe_keeps_the_task_open_and_tells_who_asked(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    tell(lucie, visit, "unsafe", "Un homme criait dans l’escalier.")
    task = HumanTask.objects.get()
    assert (visit.came, task.done_at, task.taken_by_id) == ("unsafe", None, boss.person_id)
    message = Message.objects.get(key__startswith="visit-told:")
    assert message.urgent and "escalier" not in message.body
    told = ladder.do_read_words(actor=boss, task=task)
    assert told == [("visit_words", "Un homme criait dans l’escalier.")]


def test_what_is_told_after_it_was_taken_back_is_heard(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    units_visits.do_take_back(actor=boss, visit=visit)
    assert Message.objects.filter(key__startswith="visit-back:").count() == 2
    assert tell(lucie, visit, "need", "Plus de chauffage.").late
    assert Case.objects.count() == 1
    assert HumanTask.objects.get().done_at is None, "whoever took it back decides"
    with pytest.raises(Refusal) as twice:
        tell(lucie, visit, "well")
    assert twice.value.code == "told_already"


def test_a_refusal_told_late_is_respected(boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor) -> None:
    visit = entrust(boss, open_task(callee), unit)
    units_visits.do_take_back(actor=boss, visit=visit)
    tell(lucie, visit, "refused")
    callee.refresh_from_db()
    assert callee.end == "refused" and HumanTask.objects.get().result == "refused"


def test_past_its_day_it_returns_to_the_one_who_asked_who_is_told_once(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    units_visits.tell_late()
    assert not Message.objects.filter(key__startswith="visit-late:").exists()
    with clock.travelling(TUESDAY + timedelta(days=3)):
        for _time in range(2):
            units_visits.tell_late()
        assert visit.is_late
        assert Message.objects.get(key__startswith="visit-late:").person_key == boss.person_key
        assert tell(lucie, visit, "well") and visit.came == "well", "what is told late is still heard"


def test_a_unit_does_not_stop_with_visits_in_its_hands(boss: Actor, callee: Callee, unit: ProximityUnit) -> None:
    visit = entrust(boss, open_task(callee), unit)
    decider = make_person("Paul", role="director", organisation=unit.organisation)
    asked = {"actor": boss, "unit": unit, "verdict": UnitDecision.Verdict.STOP, "motive": "Fin.", "by": decider}
    with pytest.raises(Refusal) as refusal:
        units.do_decide(**asked)
    assert refusal.value.code == "visits_wait"
    units_visits.do_take_back(actor=boss, visit=visit)
    units.do_decide(**asked)


def test_what_is_typed_at_the_door_is_kept_sealed(
    boss: Actor, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    units_visits.do_keep_draft(actor=lucie, visit=visit, words="Elle dit que…")
    visit.refresh_from_db()
    assert units_visits.draft_of(visit) == "Elle dit que…" and "Elle" not in visit.draft
    tell(lucie, visit, "well")
    assert visit.draft == ""


def test_the_report_counts_visits_by_unit_and_place_and_the_figures_outlive_the_campaign(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    make_entrusted_visit(unit, make_callee(campaign), asked_at=TUESDAY - timedelta(days=2))
    tell(lucie, entrust(boss, open_task(callee), unit), "well")
    (seen,) = units_reports.homes_of([unit.pk], clock.today())
    assert (seen.asked, seen.made, seen.waiting, seen.late) == (1, 1, 1, 0)
    units_reports.do_send_report(actor=lucie, unit=unit, day=clock.today(), typed=units_reports.Typed(), version=0)
    EntrustedVisit.objects.all().delete()
    report = DailyReport.objects.get()
    assert (report.homes_asked, report.homes_made, report.homes_waiting) == (1, 1, 1)


def test_the_person_sees_that_a_visit_was_asked_and_made(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    tell(lucie, visit, "well", "Souriante.")
    phone = keyring.take(campaign.dataset.key).unseal(callee.identity)["phone"]
    found = [one.holding for one in holdings.of_phone(phone) if one.holding.what.startswith("visit")]
    assert [one.what for one in found] == ["visit_brief", "visit_words"]
    beside = " ".join(words for _label, words in found[0].beside)
    assert "Neudorf" in beside and "vue, tout va bien" in beside


def test_destroying_the_campaign_takes_visits_with_it_and_leaves_figures(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    tell(lucie, entrust(boss, open_task(callee), unit), "well", "Souriante.")
    datasets.do_close(actor=boss, dataset=campaign.dataset)
    campaign.dataset.refresh_from_db()
    destruction.do_destroy(actor=boss, dataset=campaign.dataset, why="Fin de la campagne.")
    assert not EntrustedVisit.objects.exists()
    remains = dict(campaign.dataset.destruction.remains.values_list("what", "number"))
    assert (remains["visits_asked"], remains["visits_made"]) == (1, 1)


def test_nobody_else_of_the_field_finds_a_visit(
    boss: Actor, campaign: Campaign, callee: Callee, unit: ProximityUnit, lucie: Actor
) -> None:
    visit = entrust(boss, open_task(callee), unit)
    assert access_visit(lucie, str(visit.key)) == visit
    newcomer = make_member(unit).person
    assert access_visit(actor_for(newcomer), str(visit.key)) == visit
    others = [boss, actor_for(make_person("Claire", role="coordinator", organisation=unit.organisation))]
    others.append(actor_for(make_outreach("Zoé", unit.organisation)))
    for other in others:
        with pytest.raises(Http404):
            access_visit(other, str(visit.key))
