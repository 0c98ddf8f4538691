"""P11 as the participation officer, a service and residents meet it: each acceptance point through its pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from reflexes.core import clock
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.assembly.models import Channel, Consultation, Contribution, Proposal
from reflexes.mechanisms.assembly.services import consultations
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.middleware import SESSION_KEY
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.pistes.contact.citizen_dialogue.factories import make_edition, make_feasibility, make_idea_proposal
from reflexes.pistes.contact.citizen_dialogue.links_editions import MARK, SAY, link_for
from reflexes.pistes.contact.citizen_dialogue.models import Edition, GoalCard, GoalScore, Step
from reflexes.pistes.contact.citizen_dialogue.services import feasibility
from reflexes.pistes.contact.citizen_dialogue.services.waiting import KINDS
from reflexes.pistes.contact.citizen_dialogue.tests.editions_desk import at, desk, public
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


def typed_step(step: Step) -> dict[str, str]:
    """Return what the form of a step sends."""
    return {
        "starts_on": str(step.starts_on),
        "ends_on": str(step.ends_on),
        "main_channel": "web",
        "main_words": "Sur ce site.",
        "backup_channel": "phone",
        "backup_words": "03 88 00 04 50, de 9 h à 17 h.",
    }


def prepared(desk, elected, **more) -> Edition:
    """Prepare an edition through its pages: a title, a first day, then what is missing."""
    form = {"title": "Budget des quartiers", "begins_on": str(clock.today()), "budget_cents": "300 000", **more}
    answer = desk.post(at("edition_new"), {**form, "answerer": elected.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    edition = Edition.objects.order_by("-pk")[0]
    for step in edition.steps.order_by("place"):
        assert desk.post(at("step", step.pk), typed_step(step)).status_code == 302
    return edition


def waiting_at(desk) -> set[str]:
    """Return where each line of what waits leads."""
    groups = desk.get(at("waiting")).context["groups"]
    return {line["href"] for _group, lines in groups for line in lines}


def step_of(edition, kind) -> Step:
    return edition.steps.select_related("consultation", "edition").get(kind=kind)


def card_of(key: str, **marks: tuple[str, str]) -> dict[str, str]:
    """Return what the form of a card sends: ``g11=("helps", "…")``."""
    typed = {"client_key": key, "shown_name": "Une habitante"}
    for goal, (mark, sentence) in marks.items():
        typed |= {f"mark_{goal[1:]}": mark, f"sentence_{goal[1:]}": sentence}
    return typed


def test_p11_accept_1_each_step_names_two_channels_and_a_switch_is_read_where_people_speak(desk, stranger, elected):
    edition = prepared(desk, elected)
    step = step_of(edition, "ideas")
    same = {**typed_step(step), "backup_channel": "web"}
    assert desk.post(at("step", step.pk), same).status_code == 422
    assert desk.post(at("step", step.pk), {**typed_step(step), "backup_words": ""}).status_code == 422
    desk.post(at("edition_open", edition.slug))
    desk.post(at("rules", edition.slug), {"rules": "Trois idées.", "how": "Avec 80 personnes."})
    desk.post(at("step", step.pk), {**typed_step(step), "starts_on": str(clock.today())})
    desk.post(at("door_open", step.pk), {"question": "Que changer dans votre rue ?"})
    step = step_of(edition, "ideas")
    speak = public("speak", step.consultation.slug)
    for moment in range(3):
        page = stranger.get(speak)
        assert page.status_code == 200
        sent = {"client_key": page.context["form"]["client_key"].value(), "kind": "idea", "words": f"Idée {moment}"}
        assert stranger.post(speak, sent).status_code == 302
        if moment < 2:
            assert desk.post(at("step_switch", step.pk), {"why": ""}).status_code == 422
            assert desk.post(at("step_switch", step.pk), {"why": f"Exercice {moment}"}).status_code == 302
        if moment == 0:
            assert "Exercice 0" in stranger.get(speak).content.decode()
            assert "Exercice 0" in stranger.get(public("edition", edition.slug)).content.decode()
    said = Contribution.objects.filter(consultation=step.consultation)
    assert set(said.values_list("words", flat=True)) == {"Idée 0", "Idée 1", "Idée 2"}
    shown = stranger.get(public("edition", edition.slug))
    ((_step, heard),) = shown.context["heard"]
    assert (heard.before, heard.during, heard.after) == (1, 1, 1)


def test_p11_accept_1_the_switch_is_played_in_an_exercise_three_months_ahead_and_nothing_real_moves(
    desk, stranger, town
):
    real = make_edition(town.hall)
    door = step_of(real, "ideas").consultation
    session = desk.session
    session[SESSION_KEY] = make_exercise().pk
    session.save()
    assert [one.pk for one in desk.get(at("editions")).context["to_play"]] == [real.pk]
    assert desk.get(at("edition", real.slug)).status_code == 404
    assert desk.post(at("edition_play", real.slug)).status_code == 302
    played = Edition.objects.exclude(exercise=None).get()
    step = step_of(played, "ideas")
    assert desk.post(at("door_open", step.pk), {"question": "Que faire ?"}).status_code == 302
    step = step_of(played, "ideas")
    for number in range(3):
        page = desk.get(public("speak", step.consultation.slug))
        sent = {"client_key": page.context["form"]["client_key"].value(), "kind": "idea", "words": f"Joué {number}"}
        assert desk.post(public("speak", step.consultation.slug), sent).status_code == 302
        assert desk.post(at("step_switch", step.pk), {"why": f"Exercice {number}"}).status_code == 302
    assert step.consultation.contributions.count() == 3
    assert door.contributions.count() == 0
    assert not real.steps.filter(switches__isnull=False).exists()
    assert stranger.get(public("edition", played.slug)).status_code == 404


def test_p11_accept_2_reach_by_channel_is_public_with_its_sheet_and_its_schema(desk, stranger, town):
    edition = make_edition(town.hall)
    door = step_of(edition, "ideas").consultation
    for channel in ("phone", "paper", "room", "letter"):
        typed = {
            "channel": channel,
            "words": f"Une fontaine ({channel})",
            "kind": "idea",
            "said_on": str(clock.today()),
        }
        page = desk.get(at("type", door.slug))
        typed["client_key"] = page.context["form"]["client_key"].value()
        answer = desk.post(at("type", door.slug), typed)
        assert answer.status_code == 302, answer.context["form"].errors
    shown = stranger.get(public("edition", edition.slug)).context
    assert {str(bar.label): bar.value for bar in shown["reach"].bars} == {
        str(Channel(code).label): count for code, count in consultations.reach(door).items()
    }
    sheet = stranger.get(public("contributions_csv", edition.slug)).content.decode("utf-8-sig").splitlines()
    schema = stranger.get(public("contributions_schema", edition.slug)).json()["schema"]
    names = [field["name"] for field in schema["fields"]]
    assert sheet[0].split(";") == names
    allowed = next(field for field in schema["fields"] if field["name"] == "channel")["constraints"]["enum"]
    assert {line.split(";")[names.index("channel")] for line in sheet[1:]} <= set(allowed)
    assert len(sheet) == 5
    found = stranger.get(public("ideas", edition.slug), {"channel": "paper", "q": "FONTAÎNE"})
    assert [one.channel for one in found.context["rows"]] == ["paper"]


def test_p11_accept_3_a_paper_typed_by_an_agent_counts_like_a_screen(desk, stranger, town):
    edition = make_edition(town.hall)
    door = step_of(edition, "ideas").consultation
    key = desk.get(at("type", door.slug)).context["form"]["client_key"].value()
    desk.post(
        at("type", door.slug),
        {"channel": "paper", "words": "Un banc", "kind": "idea", "client_key": key, "said_on": str(clock.today())},
    )
    speak = public("speak", door.slug)
    key = stranger.get(speak).context["form"]["client_key"].value()
    stranger.post(speak, {"client_key": key, "kind": "idea", "words": "Deux bancs"})
    said = list(door.contributions.order_by("pk"))
    assert [one.channel for one in said] == ["paper", "web"]
    made = {"title": "Des bancs", "words": "Poser des bancs.", "contributions": [one.pk for one in said]}
    assert desk.post(at("proposal_new", door.slug), made).status_code == 302
    assert Proposal.objects.get().sources.count() == 2
    assert "2" in stranger.get(public("proposals", door.slug)).content.decode()


def test_p11_accept_4_the_next_edition_says_what_it_changes_and_the_one_before_what_was_learned(
    desk, stranger, elected
):
    first = prepared(desk, elected)
    desk.post(at("variable_new", first.slug), {"name": "Bus", "becomes": "Un bus du vote", "why": "Aller vers."})
    desk.post(at("edition_open", first.slug))
    second = prepared(desk, elected, before=first.slug)
    assert [ok for ok, _words in desk.get(at("edition", second.slug)).context["checks"]] == [True, True, True, False]
    desk.post(at("edition_open", second.slug))
    second.refresh_from_db()
    assert second.state == Edition.State.DRAFT
    incomplete = {"name": "Âges", "becomes": "Dès 7 ans", "why": ""}
    assert desk.post(at("variable_new", second.slug), incomplete).status_code == 422
    assert desk.post(at("variable_new", second.slug), {**incomplete, "why": "Les écoles."}).status_code == 302
    desk.post(at("edition_open", second.slug))
    second.refresh_from_db()
    assert second.state == Edition.State.OPEN
    assert "Les écoles." in stranger.get(public("edition", second.slug)).content.decode()
    line = first.variables.get()
    for kind in ("ideas", "vote", "results"):
        desk.post(at("step_done", step_of(first, kind).pk), {"words": "Fait."})
    assert desk.post(at("edition_end", first.slug), {"learned": "Beaucoup."}).status_code == 422
    told = {"learned": "Beaucoup.", f"variable_{line.pk}": "Le bus double le vote des aînés."}
    assert desk.post(at("edition_end", first.slug), told).status_code == 302
    page = stranger.get(public("edition", first.slug)).content.decode()
    assert "Le bus double le vote des aînés." in page
    assert stranger.get(public("edition", "nulle-part")).status_code == 404


def test_p11_accept_5_people_mark_goals_with_a_sentence_and_nothing_is_added_up(desk, stranger, resident, town):
    edition = make_edition(town.hall)
    proposal = make_idea_proposal(edition)
    card = "11111111-1111-4111-8111-111111111111"
    page = public("goals_proposal", edition.slug, proposal.pk)
    own = signed_in(resident)
    assert own.post(page, card_of(card, g11=("helps", ""))).status_code == 422
    assert own.post(page, card_of(card)).status_code == 422
    assert own.post(page, card_of(card, g11=("helps", "On s’assoit."), g13=("harms", "Du béton."))).status_code == 302
    assert stranger.post(page, card_of(card, g1=("helps", "Non."))).status_code == 200
    typed = {**card_of("22222222-2222-4222-8222-222222222222", g11=("much", "De l’ombre.")), "channel": "paper"}
    assert desk.post(at("goals_type", edition.slug, proposal.pk), typed).status_code == 302
    assert list(GoalCard.objects.order_by("pk").values_list("channel", flat=True)) == ["web", "paper"]
    shown = dict(stranger.get(page).context["goals"])
    assert [one.mark for goal, said in shown.items() if goal.number == 11 for one, _tone, _name in said] == [
        "helps",
        "much",
    ]
    text = stranger.get(page).content.decode()
    assert "On s’assoit." in text
    assert "Du béton." in text
    ((_one, people, cells),) = stranger.get(public("goals", edition.slug)).context["grid"]
    assert people == 2
    assert {goal.number: count for goal, count in cells if count} == {11: 2, 13: 1}


def test_a_resident_marks_goals_by_the_link_received(resident, stranger, town, desk):
    edition = make_edition(town.hall)
    proposal = make_idea_proposal(edition)
    desk.post(at("goals_ask", edition.slug), {"people": [resident.pk]})
    assert Job.objects.filter(kind="citizen_dialogue.scores_asked").count() == 1
    page = link_for(resident, MARK, edition.pk, exercise_id=None)
    assert stranger.get(page).context["left"] == 1
    one = f"{page}?proposition={proposal.pk}"
    typed = card_of("33333333-3333-4333-8333-333333333333", g3=("helps", "On marche plus."))
    assert stranger.post(one, {**typed, "sentence_3": " "}).status_code == 422
    assert stranger.post(one, typed).status_code == 302
    assert GoalScore.objects.get().card.person == resident
    assert stranger.get(page).context["left"] == 0


def test_a_service_answers_by_its_link_and_everybody_reads_its_motive(desk, stranger, manager, town):
    edition = make_edition(town.hall)
    yes, no = make_idea_proposal(edition), make_idea_proposal(edition)
    ask = {"unit": town.home.pk, "due_on": str(clock.today() + timedelta(days=9)), "proposals": [yes.pk, no.pk]}
    assert desk.post(at("feasibility_ask", edition.slug), {**ask, "proposals": []}).status_code == 422
    assert desk.post(at("feasibility_ask", edition.slug), ask).status_code == 302
    first, second = edition.feasibilities.order_by("pk")
    page = link_for(manager, SAY, first.pk, exercise_id=None)
    assert stranger.get(page).status_code == 200
    assert stranger.post(page, {"verdict": "changed", "cents": "12 000"}).status_code == 422
    said = {"verdict": "changed", "cents": "12 000", "motive": "Deux au lieu de trois."}
    assert stranger.post(page, said).status_code == 302
    assert stranger.post(page, said).status_code == 409
    own = signed_in(manager)
    assert [one.pk for one in own.get("/dialogue/service/").context["rows"]] == [second.pk, first.pk]
    refused = {"verdict": "not", "motive": "Le sol est pollué.", "cents": ""}
    assert own.post(f"/dialogue/service/{second.pk}/", refused).status_code == 302
    first.refresh_from_db()
    assert (first.cents, first.by) == (1_200_000, manager)
    text = stranger.get(public("feasibility", edition.slug)).content.decode()
    assert "Le sol est pollué." in text
    assert "Deux au lieu de trois." in text
    assert first.edition.feasibilities.filter(verdict="").count() == 0


def test_the_worker_tells_the_service_and_the_officer(desk, manager, facilitator, town):
    from reflexes.core.notifications.models import Message

    edition = make_edition(town.hall)
    proposal = make_idea_proposal(edition)
    ask = {"unit": town.home.pk, "due_on": str(clock.today() + timedelta(days=9)), "proposals": [proposal.pk]}
    desk.post(at("feasibility_ask", edition.slug), ask)
    asked = edition.feasibilities.get()
    run_all()
    assert Message.objects.filter(person_key=manager.key).count() == 1
    feasibility.do_say(actor=actor_for(manager), feasibility=asked, verdict="feasible", cents=500)
    run_all()
    assert Message.objects.filter(person_key=facilitator.key).count() == 1


def test_a_budget_goes_from_its_rules_to_its_works_through_its_pages(desk, stranger, elected, town):
    edition = prepared(desk, elected)
    desk.post(at("edition_open", edition.slug))
    ideas = step_of(edition, "ideas")
    desk.post(at("step", ideas.pk), {**typed_step(ideas), "starts_on": str(clock.today())})
    assert desk.post(at("door_open", ideas.pk), {"question": "Que faire ?"}).status_code == 422
    assert desk.post(at("rules", edition.slug), {"rules": "", "how": "Seuls."}).status_code == 422
    desk.post(at("rules", edition.slug), {"rules": "Trois idées.", "how": "Avec 80 personnes."})
    assert desk.post(at("door_open", ideas.pk), {"question": "Que faire ?"}).status_code == 302
    door = Consultation.objects.get()
    assert stranger.get(public("door", door.slug), follow=True).status_code == 200
    assert desk.get(at("door", door.slug), follow=True).context["edition"] == edition
    made = []
    for title in ("Des bancs", "Une fontaine"):
        desk.post(at("proposal_new", door.slug), {"title": title, "words": f"Poser : {title}."})
        made.append(Proposal.objects.order_by("-pk")[0])
    for proposal in made:
        asked = make_feasibility(edition, proposal, unit=town.home)
        said = {"verdict": "feasible", "cents": "5000", "motive": ""}
        assert desk.post(at("feasibility_say", asked.pk), said).status_code == 302
    assert desk.get(at("feasibility", edition.slug)).context["ready"] == 2
    assert desk.post(at("edition_vote", edition.slug), {"most_choices": "2"}).status_code == 302
    edition.refresh_from_db()
    assert edition.vote.choices.count() == 2
    assert edition.vote.budget_cents == 30_000_000
    desk.post(at("answer", made[0].pk), {"state": "adopted"})
    promise = {"words": "Dix bancs posés.", "owner": town.home.pk, "due_on": str(clock.today() + timedelta(days=90))}
    step = {"step": "Choix des bancs", "step_on": str(clock.today() + timedelta(days=30))}
    assert desk.get(at("delivery", edition.slug)).context["unpromised"] == [made[0]]
    assert desk.post(at("commit", made[0].pk), {**promise, **step}).status_code == 302
    (work_,) = stranger.get(public("delivery", edition.slug)).context["works"]
    assert (work_.tone, [one.tone for one in work_.stages]) == ("going", ["going"])
    with clock.travelling(clock.now() + timedelta(days=40)):
        assert stranger.get(public("delivery", edition.slug)).context["works"][0].tone == "waits"
        assert at("silence", "milestones_late") in waiting_at(desk)


def test_what_waits_has_its_age_and_leads_to_one_thing(desk, town):
    edition = make_edition(town.hall)
    make_feasibility(edition, due_on=clock.today() - timedelta(days=3))
    assert at("silence", "feasibility_late") in waiting_at(desk)
    page = desk.get(at("silence", "feasibility_late"))
    assert len(page.context["lines"]) == 1
    with clock.travelling(clock.now() + timedelta(days=60)):
        assert at("silence", "steps_without_result") in waiting_at(desk)
        assert desk.get(at("silence", "steps_without_result")).status_code == 200


def test_the_desk_does_not_exist_for_anybody_else(member, partner, stranger, town):
    edition = make_edition(town.hall)
    step = step_of(edition, "ideas")
    pages = [at("waiting"), at("editions"), at("edition", edition.slug), at("step_switch", step.pk), at("edition_new")]
    other = signed_in(make_person("Olga", role=roles.FACILITATOR, organisation=town.association))
    for page in pages:
        assert member.get(page).status_code == 404
        assert partner.get(page).status_code == 404
        assert stranger.get(page).status_code == 302
    for page in pages[2:4]:
        assert other.get(page).status_code == 404
    draft = make_edition(town.hall, state="draft")
    for client in (member, partner, stranger):
        assert client.get(public("edition", edition.slug)).status_code == 200
        assert client.get(public("edition", draft.slug)).status_code == 404
        assert client.get(public("editions")).status_code == 200


def test_lists_ask_the_same_number_of_questions_however_long_they_are(desk, stranger, town, constant_queries):
    edition = make_edition(town.hall)

    def grow():
        make_edition(town.hall)
        proposal = make_idea_proposal(edition)
        make_feasibility(edition, proposal, due_on=clock.today() - timedelta(days=1))
        card = GoalCard.objects.create(edition=edition, proposal=proposal, client_key=uuid4(), channel="paper")
        GoalScore.objects.create(card=card, goal=3, mark="helps", sentence="Oui.")

    grow()
    for url in (
        at("waiting"),
        at("editions"),
        at("feasibility", edition.slug),
        at("goals", edition.slug),
        *(at("silence", code) for code in KINDS),
    ):
        constant_queries(desk, url, grow)
    for name in ("edition", "feasibility", "goals", "ideas", "delivery"):
        constant_queries(stranger, public(name, edition.slug), grow)
    constant_queries(stranger, public("editions"), grow)
