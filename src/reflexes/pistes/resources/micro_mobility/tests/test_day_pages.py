"""The screens of the day before and the day itself, for the cell, the host, the agent, and those who read nothing."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from reflexes.core import clock
from reflexes.core.accounts.links import make_link
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.core.privacy.services import views_of
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Concern, MentorAbsence, Offer, Slot, Wish
from reflexes.mechanisms.allocation.services import concerns, missions
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_unit
from reflexes.mechanisms.directory.models import Person, Unit
from reflexes.pistes.resources.micro_mobility import codes
from reflexes.pistes.resources.micro_mobility.messages.morning import tell_morning
from reflexes.pistes.resources.micro_mobility.paper_forms import BLANKS
from reflexes.pistes.resources.micro_mobility.views import cell_young, eve, papers
from reflexes.pistes.resources.micro_mobility.views.host_attendance import sheet_number, sheet_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/micro-mobilite/"
WORDS = "On m’a parlé durement devant tout le monde."


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def desk(host):
    return signed_in(host)


@pytest.fixture
def need(town, host):
    return make_need(
        town.hall, place=town.site, headcount=3, days=[(next_monday(), "am")], mentor=host, title="Préparer les colis"
    )


@pytest.fixture
def mission(need, agent, manager):
    make_offer(agent)
    return make_assignment(need.slots.get(), agent, state="confirmed")


@pytest.fixture
def that_day(need):
    day = need.slots.get().day
    with clock.travelling(timezone.make_aware(datetime.combine(day, time(9)))):
        yield day


def moved(mission, state):
    Assignment.objects.filter(pk=mission.pk).update(state=state, changed_at=clock.now())
    mission.refresh_from_db()
    return mission


# --- the day before -----------------------------------------------------------------------------------------------


def test_the_eve_says_who_to_call_and_what_to_do(cell, mission):
    page = cell.get(f"{ROOT}veille/?jour={mission.day}")
    lines = [line for _half, group in page.context["half_days"] for line in group]
    assert {line.risk.code for line in lines} == {"places_free", "unprepared"}
    assert all(line.call is not None and line.href for line in lines)
    assert page.context["total"] == 2
    assert cell.get(f"{ROOT}veille/?jour={mission.day}&quoi=unprepared").context["total"] == 1


def test_the_eve_of_a_host_is_its_own_and_nobody_elses(desk, partner, member, stranger, manager, mission):
    assert desk.get(f"{ROOT}veille/?jour={mission.day}").context["total"] == 2
    assert partner.get(f"{ROOT}veille/?jour={mission.day}").context["total"] == 0
    assert member.get(f"{ROOT}veille/").status_code == 403
    assert signed_in(manager).get(f"{ROOT}veille/").status_code == 403
    assert stranger.get(f"{ROOT}veille/").status_code == 302


def test_a_long_eve_is_cut_in_pages_and_says_how_much_there_is(cell, need, mission, monkeypatch):
    monkeypatch.setattr(eve, "PER_PAGE", 3)
    for _rank in range(2):
        other = make_person("Bruno", role=roles.AGENT, unit=Unit.objects.order_by("pk")[1])
        make_offer(other)
        make_assignment(make_need(need.organisation, days=[(mission.day, "pm")]).slots.get(), other, state="accepted")
    pages = [cell.get(f"{ROOT}veille/?jour={mission.day}&page={number}") for number in (1, 2)]
    assert [page.context["total"] for page in pages] == [4, 4]
    shown = [
        [(half, line.risk.code, line.risk.mission) for half, lines in page.context["half_days"] for line in lines]
        for page in pages
    ]
    assert [(half, code) for half, code, _mission in (*shown[0], *shown[1])] == [
        ("am", "places_free"),
        ("am", "unprepared"),
        ("pm", "unreleased"),
        ("pm", "unreleased"),
    ]
    assert len(shown[0]) == 3
    assert shown[0][2] != shown[1][0]


def test_the_eve_asks_the_same_questions_of_the_database_whatever_the_day(cell, need, mission, constant_queries):
    Slot.objects.filter(need=need).update(headcount=60)

    def grow() -> None:
        for _rank in range(3):
            other = make_person("Bruno", role=roles.AGENT, unit=Unit.objects.order_by("pk")[1])
            make_offer(other)
            make_assignment(need.slots.get(), other, state="accepted")

    constant_queries(cell, f"{ROOT}veille/?jour={mission.day}", grow)


def test_the_cell_is_told_once_each_morning_and_nothing_of_an_exercise(coordinator, mission):
    early = timezone.make_aware(datetime.combine(mission.day - timedelta(days=3), time(6, 30)))
    with clock.travelling(early):
        assert tell_morning() == 0
    with clock.travelling(early + timedelta(hours=1)):
        assert tell_morning() == 1
        tell_morning()
    message = Message.objects.get(person_key=coordinator.key)
    assert "non pourvue" in message.body
    Message.objects.all().delete()
    drill = Exercise.objects.create(name="Crue", plays_at=clock.now())
    Assignment.objects.update(exercise=drill)
    type(mission.slot.need).objects.update(exercise=drill)
    with clock.travelling(early + timedelta(hours=1)):
        assert tell_morning() == 0


# --- a stand-in ---------------------------------------------------------------------------------------------------


def test_the_cell_asks_a_stand_in_in_one_gesture_and_both_are_told(cell, coordinator, host, mission):
    missions.do_ask_stand_in(actor=actor_for(mission.person), assignment=mission)
    other = make_person("Bruno", role=roles.AGENT, unit=make_unit(mission.slot.need.organisation))
    make_offer(other)
    page = cell.get(f"{ROOT}missions/{mission.pk}/remplacant/")
    assert [offer.person for offer, _phone in page.context["rows"]] == [other]
    assert cell.post(f"{ROOT}missions/{mission.pk}/remplacant/", {"person": other.pk}).status_code == 302
    asked = Assignment.objects.get(person=other)
    missions.do_answer(actor=actor_for(other), assignment=asked, yes=True)
    missions.do_release(actor=actor_for(coordinator), assignment=asked)
    missions.do_confirm(actor=actor_for(host), assignment=asked)
    run_all()
    told = {message.person_key: message.subject for message in Message.objects.order_by("pk")}
    assert "vient à votre place" in told[mission.person.key]
    assert "on vous attend" in told[other.key]


def test_a_stand_in_who_cannot_come_any_more_is_refused_with_a_sentence(cell, mission):
    answer = cell.post(f"{ROOT}missions/{mission.pk}/remplacant/", {"person": "999999"})
    assert answer.status_code == 409
    assert cell.post(f"{ROOT}missions/{mission.pk}/remplacant/", {"person": "x"}).status_code == 409


# --- a silent manager ---------------------------------------------------------------------------------------------


def test_p09_accept_9_a_manager_past_the_deadline_is_a_silence_with_numbers_and_the_unit_above(
    cell, town, mission, manager
):
    above = make_unit(town.hall, "Direction")
    Unit.objects.filter(pk=town.home.pk).update(parent=above)
    director = make_person("Chloé", role=roles.MANAGER, unit=above, phone="03 88 11 22 33")
    moved(mission, "accepted")
    Assignment.objects.update(release_by=clock.now() - timedelta(hours=1))
    page = cell.get(f"{ROOT}ce-qui-attend/managers_late/").content.decode()
    assert str(manager) in page and "03 88 00 00 00" in page
    assert str(director) in page and "03 88 11 22 33" in page
    assert cell.post(f"{ROOT}missions/{mission.pk}/demander-au-dessus/").status_code == 302
    run_all()
    assert "est peut-être absent" in Message.objects.get(person_key=director.key).body
    assert cell.post(f"{ROOT}missions/{mission.pk}/demander-au-dessus/").status_code == 409
    said = {"said": "release", "channel": "phone"}
    assert cell.post(f"{ROOT}missions/{mission.pk}/ecrire-la-reponse/", said).status_code == 422
    assert (
        cell.post(f"{ROOT}missions/{mission.pk}/ecrire-la-reponse/", {**said, "said_by": director.pk}).status_code
        == 302
    )
    mission.refresh_from_db()
    assert (mission.state, mission.released_by) == ("released", director)


def test_the_list_of_late_managers_asks_a_steady_number_of_questions(cell, need, mission, town, constant_queries):
    Slot.objects.filter(need=need).update(headcount=60)

    def grow() -> None:
        for _rank in range(3):
            unit = make_unit(town.hall, parent=town.home)
            other = make_person("Bruno", role=roles.AGENT, unit=unit)
            make_offer(other)
            late = clock.now() - timedelta(hours=1)
            make_assignment(need.slots.get(), other, state="accepted", release_by=late)

    grow()
    constant_queries(cell, f"{ROOT}ce-qui-attend/managers_late/", grow)


# --- a mentor away ------------------------------------------------------------------------------------------------


def test_a_host_says_in_two_taps_that_a_mentor_is_away_and_the_cell_sees_it_first(desk, cell, host, mission, that_day):
    mission = moved(mission, "confirmed")
    where = f"{ROOT}arrivees/accueil-absent/{host.pk}/?jour={that_day}&demi=am"
    assert "absent" in desk.get(f"{ROOT}arrivees/").content.decode()
    assert desk.get(where).status_code == 200
    assert desk.post(where, {"half": "am", "instead": ""}).status_code == 302
    first = cell.get(f"{ROOT}ce-qui-attend/").context["groups"][0][1][0]
    assert "mentors_away" in first.href
    absence = MentorAbsence.objects.get()
    assert cell.get(f"{ROOT}accueil-absent/{absence.pk}/").status_code == 200
    colleague = make_person("Hana", role=roles.HOST, organisation=mission.slot.need.organisation)
    assert cell.post(f"{ROOT}accueil-absent/{absence.pk}/", {"instead": colleague.pk}).status_code == 302
    mission.refresh_from_db()
    assert mission.mentor == colleague
    run_all()
    told = list(Message.objects.filter(person_key=mission.person.key).order_by("pk").values_list("subject", flat=True))
    assert any("vous accueille" in subject for subject in told)
    assert Message.objects.filter(person_key=colleague.key).exists()


def test_an_absence_is_nobody_elses_business(partner, member, stranger, town, host):
    absence = MentorAbsence.objects.create(person=host, organisation=town.hall, day=next_monday(), half="am")
    url = f"{ROOT}accueil-absent/{absence.pk}/"
    assert partner.get(url).status_code == 404
    assert member.get(url).status_code == 403
    assert stranger.get(url).status_code == 302
    assert partner.post(f"{url}revenu/").status_code == 404


# --- stopping -----------------------------------------------------------------------------------------------------


def test_an_agent_stops_with_one_gesture_and_everybody_is_told(member, mission, manager, host, coordinator, that_day):
    moved(mission, "started")
    assert "Je dois m’arrêter" in member.get(f"{ROOT}missions/{mission.pk}/").content.decode()
    assert member.get(f"{ROOT}missions/{mission.pk}/arreter/").status_code == 200
    said = {"motive": "agent", "hours": "1,5"}
    assert member.post(f"{ROOT}missions/{mission.pk}/arreter/", said).status_code == 302
    run_all()
    told = set(Message.objects.values_list("person_key", flat=True))
    assert {mission.person.key, manager.key, host.key, coordinator.key} <= told
    mission.refresh_from_db()
    assert (mission.state, float(mission.hours), mission.returns_on) == ("done", 1.5, that_day)


def test_a_whole_site_stops_after_the_number_is_read_back(desk, partner, member, mission, town, that_day):
    moved(mission, "started")
    where = f"{ROOT}tout-arreter/confirmer/"
    page = desk.get(f"{where}?lieu={town.site.pk}&jour={that_day}")
    assert page.context["reach"].people == 1
    said = {"lieu": town.site.pk, "jour": that_day.isoformat(), "motive": "danger"}
    assert desk.post(where, {**said, "people": 7}).status_code == 409
    assert desk.post(where, {**said, "people": 1}).status_code == 302
    mission.refresh_from_db()
    assert (mission.state, mission.drop_motive) == ("done", "danger")
    assert partner.get(f"{where}?lieu={town.site.pk}").status_code == 404
    assert member.get(f"{where}?lieu={town.site.pk}").status_code == 403
    assert desk.post(f"{ROOT}tout-arreter/rouvrir/", said).status_code == 302


# --- what was not right -------------------------------------------------------------------------------------------


def test_an_agent_tells_reads_who_takes_care_and_the_answer(member, cell, mission, agent, coordinator):
    moved(mission, "done")
    told = member.post(f"{ROOT}missions/{mission.pk}/confidence/", {"words": WORDS, "not_again": "on"})
    assert told.status_code == 302
    concern = Concern.objects.get()
    assert Wish.objects.get().kind == "no_host"
    assert cell.post(f"{ROOT}confidences/{concern.pk}/prendre/").status_code == 302
    assert str(coordinator) in member.get(f"{ROOT}confidences/{concern.pk}/").content.decode()
    assert cell.post(f"{ROOT}confidences/{concern.pk}/repondre/", {"words": " "}).status_code == 422
    assert cell.post(f"{ROOT}confidences/{concern.pk}/repondre/", {"words": "Le ton a changé."}).status_code == 302
    assert "Le ton a changé." in member.get(f"{ROOT}confidences/{concern.pk}/").content.decode()
    run_all()
    assert WORDS not in "".join(Message.objects.values_list("body", flat=True))


def test_each_reading_by_the_cell_is_kept(member, cell, mission, agent):
    moved(mission, "done")
    concern = concerns.do_tell_concern(actor=actor_for(agent), assignment=mission, words=WORDS)
    cell.get(f"{ROOT}confidences/{concern.pk}/")
    assert "micro_mobility.concern" in set(views_of(agent.key).values_list("what", flat=True))


@pytest.mark.parametrize("place", ["link", "return"])
def test_somebody_without_an_account_tells_it_from_their_link(stranger, mission, agent, place):
    moved(mission, "done")
    purpose, segment = ("answer", "reponse") if place == "link" else ("return", "retour")
    path = f"{ROOT}{segment}/"
    url = make_link(person_key=agent.key, purpose=purpose, subject=f"assignment:{mission.pk}", path=path)
    where = f"{url[url.index(path) :]}/confidence/"
    assert stranger.get(where).status_code == 200
    assert stranger.post(where, {"words": ""}).status_code == 422
    assert "Merci" in stranger.post(where, {"words": WORDS}).content.decode()
    assert Concern.objects.get().person == agent


def test_no_page_of_a_manager_a_host_or_human_resources_says_a_word_of_it(
    desk, partner, manager, hr, mission, agent, stranger
):
    moved(mission, "done")
    concern = concerns.do_tell_concern(actor=actor_for(agent), assignment=mission, words=WORDS, not_again=True)
    readers = {"host": desk, "partner": partner, "manager": signed_in(manager), "hr": signed_in(hr)}
    pages = [
        "accueil/",
        "arrivees/",
        f"arrivees/presence/?jour={mission.day}&demi=am",
        f"veille/?jour={mission.day}",
        "mon-service/",
        "confidences/",
        f"confidences/{concern.pk}/",
        f"missions/{mission.pk}/accueil/",
        f"missions/{mission.pk}/confidence/",
        f"missions/{mission.pk}/",
        f"personnes/{agent.pk}/",
        f"missions/{mission.pk}/feuille/",
        "tout-arreter/",
    ]
    for name, client in readers.items():
        for path in pages:
            answer = client.get(f"{ROOT}{path}")
            body = answer.content.decode(errors="replace")
            assert WORDS not in body, (name, path)
        assert client.get(f"{ROOT}confidences/{concern.pk}/").status_code == 404, name
        assert client.post(f"{ROOT}confidences/{concern.pk}/repondre/", {"words": "Vu."}).status_code == 404, name
    assert stranger.get(f"{ROOT}confidences/{concern.pk}/").status_code == 302


def test_the_cell_writes_down_what_came_by_telephone(cell, mission, coordinator):
    moved(mission, "done")
    where = f"{ROOT}missions/{mission.pk}/confidence/"
    assert cell.post(where, {"words": WORDS}).status_code == 422
    assert cell.post(where, {"words": WORDS, "channel": "phone"}).status_code == 302
    page = cell.get(f"{ROOT}confidences/{Concern.objects.get().pk}/").content.decode()
    assert "par téléphone" in page and str(coordinator) in page


# --- attendance ---------------------------------------------------------------------------------------------------


def test_a_whole_sheet_is_written_on_one_page_and_one_refused_line_holds_back_no_other(desk, need, mission, that_day):
    moved(mission, "confirmed")
    other = make_assignment(need.slots.get(), make_person("Bruno"), state="confirmed")
    third = make_assignment(need.slots.get(), make_person("Chloé"), state="confirmed")
    where = f"{ROOT}arrivees/presence/?jour={that_day}&demi=am"
    assert len(desk.get(where).context["lines"]) == 3
    said = {
        f"{mission.pk}-seen": "came",
        f"{mission.pk}-trained": "on",
        f"{mission.pk}-safety_told": "on",
        f"{mission.pk}-hours": "3,5",
        f"{other.pk}-seen": "came",
        f"{other.pk}-trained": "on",
        f"{third.pk}-seen": "absent",
    }
    answer = desk.post(where, said)
    assert answer.status_code == 422
    assert (answer.context["written"], answer.context["refused"]) == (2, 1)
    states = dict(Assignment.objects.values_list("pk", "state"))
    assert states == {mission.pk: "done", other.pk: "confirmed", third.pk: "no_show"}
    assert desk.post(where, {f"{other.pk}-seen": ""}).status_code == 302


def test_a_mistap_is_taken_back_before_anybody_reads_of_it(desk, mission, agent, that_day):
    moved(mission, "confirmed")
    desk.post(f"{ROOT}missions/{mission.pk}/accueil/absence/", {"excused": "non"})
    assert desk.post(f"{ROOT}missions/{mission.pk}/accueil/reprendre/").status_code == 302
    mission.refresh_from_db()
    assert mission.state == "confirmed"
    with clock.travelling(clock.now() + timedelta(hours=1)):
        run_all()
    assert not Message.objects.filter(person_key=agent.key).exists()
    assert desk.post(f"{ROOT}missions/{mission.pk}/accueil/reprendre/").status_code == 409


def test_a_sheet_is_its_hosts_and_the_cells(partner, member, cell, town, need, mission, that_day):
    moved(mission, "confirmed")
    where = f"{ROOT}arrivees/presence/?jour={that_day}&demi=am"
    assert partner.get(where).context["lines"] == []
    assert partner.get(f"{where}&lieu={town.site.pk}").status_code == 404
    assert member.get(where).status_code == 403
    assert len(cell.get(f"{where}&lieu={town.site.pk}").context["lines"]) == 1


def test_a_sheet_asks_a_steady_number_of_questions(desk, need, mission, that_day, constant_queries):
    moved(mission, "confirmed")
    Slot.objects.filter(need=need).update(headcount=60)

    def grow() -> None:
        for _rank in range(3):
            make_assignment(need.slots.get(), make_person("Bruno"), state="confirmed")

    constant_queries(desk, f"{ROOT}arrivees/presence/?jour={that_day}&demi=am", grow)


# --- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", BLANKS)
def test_every_blank_form_prints_with_its_code_and_where_to_bring_it(cell, coordinator, slug):
    made = cell.get(f"{ROOT}papier/{slug}/")
    assert made.status_code == 200
    assert made.content.startswith(b"%PDF")
    data = BLANKS[slug](None)
    assert codes.read_code(data["code"]) is not None
    assert str(coordinator) in data["bring"]


def test_the_code_of_every_form_that_is_printed_is_recognised(cell, desk, town, agent, monkeypatch):
    make_offer(agent)
    printed = {}
    for module in (papers, cell_young):
        monkeypatch.setattr(
            module, "pdf", lambda _template, data, **_said: printed.update(code=data["code"]) or b"%PDF"
        )
    forms = [(cell, f"papier/{one.slug}/") for one in papers.PAPERS]
    forms += [(desk, f"papier/{one.slug}/") for one in papers.PAPERS if roles.HOST in one.readers]
    forms.append((cell, f"personnes/{agent.pk}/accord/papier/"))
    for reader, address in forms:
        assert reader.get(f"{ROOT}{address}").status_code == 200
        answer = reader.post(f"{ROOT}papier/", {"code": printed.pop("code")})
        assert answer.status_code == 302, address
        assert reader.get(answer.headers["Location"]).status_code == 200, address
    assert cell.post(f"{ROOT}papier/", {"code": codes.code_of(codes.CONSENT, 10**6)}).status_code == 422
    assert desk.post(f"{ROOT}papier/", {"code": codes.code_of(codes.CONSENT, agent.pk)}).status_code == 422


def test_the_code_of_a_sheet_leads_to_where_it_is_written(cell, desk, town, mission):
    day = mission.day
    sheet = codes.code_of(codes.SHEET, sheet_number(town.site.pk, day, "pm"))
    found = {
        codes.code_of(codes.NEED): f"{ROOT}besoins/nouveau/",
        codes.code_of(codes.OFFER): f"{ROOT}offres/nouvelle/",
        codes.code_of(codes.COUPON, mission.pk): f"{ROOT}missions/{mission.pk}/ecrire-la-reponse/",
        codes.code_of(codes.DEBRIEF, mission.pk).lower(): f"{ROOT}missions/{mission.pk}/bilan-recu/",
        f" {sheet} ": f"{ROOT}arrivees/presence/?lieu={town.site.pk}&jour={day}&demi=pm&papier=oui",
    }
    for code, where in found.items():
        answer = cell.post(f"{ROOT}papier/", {"code": code})
        assert (answer.status_code, answer.get("Location")) == (302, where)
    for wrong in ("", "R12", "Z9-A", codes.code_of(codes.COUPON, 999_999), "R" + "9" * 40):
        assert cell.post(f"{ROOT}papier/", {"code": wrong}).status_code == 422
    assert desk.post(f"{ROOT}papier/", {"code": codes.code_of(codes.COUPON, mission.pk)}).status_code == 422


def test_a_sheets_number_is_read_back_whatever_the_site() -> None:
    for place in (1, 12, 12345):
        for half in ("am", "pm"):
            assert sheet_of(sheet_number(place, next_monday(), half)) == (place, next_monday(), half)
    for wrong in (0, 3, 99, 10**11):
        with pytest.raises(ValueError):
            sheet_of(wrong)


OFFER = {
    "origin": "paper",
    "first_name": "Odile",
    "last_name": "Brun",
    "channel": "phone",
    "phone": "06 39 98 12 34",
    "weekly_cap": "2",
    "never": ["no_weekend:"],
}


def test_an_offer_on_paper_of_somebody_without_e_mail_counts_like_any_other(cell, town, coordinator):
    answer = cell.post(f"{ROOT}offres/nouvelle/", {**OFFER, "unit": town.home.pk})
    assert answer.status_code == 302
    person = Person.objects.get(first_name="Odile")
    assert (person.user, person.email, person.channel) == (None, "", "phone")
    offer = Offer.objects.get(person=person)
    assert list(offer.wishes.values_list("kind", "hard")) == [("no_weekend", True)]
    sheet = cell.get(f"{ROOT}personnes/{person.pk}/").content.decode()
    assert "sur papier" in sheet and str(coordinator) in sheet


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "carrier pigeon"},
        {"phone": "12"},
        {"phone": "", "channel": "phone"},
        {"channel": "mail", "email": ""},
        {"birth_date": "2099-01-01"},
        {"weekly_cap": "0"},
        {"unit": ""},
        {"kinds": ["nothing"]},
        {"half_days": ["2026-13-45/am"]},
    ],
)
def test_a_sheet_misread_is_refused_and_nothing_is_half_written(cell, town, wrong):
    people = Person.objects.count()
    answer = cell.post(f"{ROOT}offres/nouvelle/", {**OFFER, "unit": town.home.pk, **wrong})
    assert answer.status_code == 422
    assert "Odile" in answer.content.decode()
    assert Person.objects.count() == people
    assert not Offer.objects.exists()


def test_the_same_person_is_written_once(cell, town):
    said = {**OFFER, "unit": town.home.pk}
    assert cell.post(f"{ROOT}offres/nouvelle/", said).status_code == 302
    assert cell.post(f"{ROOT}offres/nouvelle/", said).status_code == 409
    assert Person.objects.filter(first_name="Odile").count() == 1


def test_a_debrief_on_paper_is_written_down_with_its_origin(cell, mission):
    moved(mission, "done")
    where = f"{ROOT}missions/{mission.pk}/bilan-recu/"
    assert cell.get(where).status_code == 200
    said = dict.fromkeys(("was_volunteer", "fresh_eye_used", "roles_split", "return_prepared"), "oui")
    assert cell.post(where, said).status_code == 302
    mission.refresh_from_db()
    assert mission.state == "debriefed"


def test_forms_are_printed_by_those_who_hand_them_out(desk, member, partner, stranger):
    assert desk.get(f"{ROOT}papier/besoin/").status_code == 200
    assert partner.get(f"{ROOT}papier/").status_code == 200
    assert desk.get(f"{ROOT}papier/offre/").status_code == 404
    assert member.get(f"{ROOT}papier/").status_code == 403
    assert stranger.get(f"{ROOT}papier/").status_code == 302
