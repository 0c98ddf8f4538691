"""The call desk by plain forms: who sees it, one step at a time, every end of a call, twice is once."""

import html
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.evidence.models import Opposition, Reading
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_caller, make_campaign
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.models import Callee, CallerCard, Campaign, LateNote, Lease, SaidAnswers
from reflexes.pistes.contact.proactive_desks.services import scripts_calls
from reflexes.pistes.contact.proactive_desks.services.empty import Empty
from reflexes.pistes.contact.proactive_desks.tests.calling import at_ten
from tests.harness.cast import signed_in


@pytest.fixture(autouse=True)
def _in_calling_hours() -> Any:
    with clock.travelling(at_ten()):
        yield


@pytest.fixture
def campaign(db: None) -> Campaign:
    made = make_campaign(make_organisation())
    make_script(made)
    make_callee(made, "Martin")
    return made


@pytest.fixture
def caller(campaign: Campaign) -> Client:
    return signed_in(Person.objects.get(pk=make_caller(campaign).person_id))


def take(client: Client, campaign: Campaign) -> str:
    answer = client.post(reverse("proactive_desks:desk_take", args=[campaign.slug]))
    assert answer.status_code == 302, answer.content
    return str(answer.url)


def lease() -> Lease:
    return Lease.objects.select_related("callee", "said").get()


def at(name: str) -> str:
    return reverse(f"proactive_desks:{name}", args=[lease().key])


def end(client: Client, outcome: str, **fields: str) -> Any:
    return client.post(at("call_end"), {"client_key": str(uuid.uuid4()), "outcome": outcome, **fields})


def test_the_desk_gives_one_person_and_never_a_list(caller: Client, campaign: Campaign) -> None:
    make_callee(campaign, "Dupont")
    home = caller.get(reverse("proactive_desks:desk")).content.decode()
    assert campaign.title in home
    assert "Martin" not in home
    where = take(caller, campaign)
    page = caller.get(where).content.decode()
    assert "Jeanne Martin" in page
    assert "Dupont" not in page
    assert campaign.dataset.purpose in page
    assert campaign.who_calls in page
    assert campaign.how_to_check in page
    assert "tel:+3363998" not in page
    assert take(caller, campaign) == where


def test_a_member_a_partner_and_a_stranger_at_the_desk(
    caller: Client, campaign: Campaign, member: Client, stranger: Client
) -> None:
    take(caller, campaign)
    other = signed_in(Person.objects.get(pk=make_caller(campaign, "Lou").person_id))
    for name in ("call", "call_after"):
        assert stranger.get(at(name)).status_code == 302
        assert member.get(at(name)).status_code == 404
        assert other.get(at(name)).status_code == 404
    for name in ("call_save", "call_renew", "call_number", "call_end", "call_urgent", "call_give_back"):
        assert other.post(at(name)).status_code == 404
        assert member.post(at(name)).status_code == 404
        assert stranger.post(at(name)).status_code == 302
        # Opened by hand, or after signing in again, it leads back to the call.
        assert caller.get(at(name)).url == at("call")
    assert member.post(reverse("proactive_desks:desk_take", args=[campaign.slug])).status_code == 404
    assert not Reading.objects.filter(what="phone").exists()


def test_the_number_shows_once_asked_for_and_is_one_reading(caller: Client, campaign: Campaign) -> None:
    where = take(caller, campaign)
    for _twice in range(2):
        caller.post(at("call_number"))
    assert "tel:+3363998" in caller.get(where).content.decode()
    assert Reading.objects.filter(what="phone", through=str(lease().key)).count() == 1


def test_one_step_at_a_time_forward_and_back_with_what_was_said(caller: Client, campaign: Campaign) -> None:
    where = take(caller, campaign)
    assert "prendre de vos nouvelles. Est-ce" in caller.get(where).content.decode()
    caller.post(where, {"step": "hello", "go": "next"})
    assert "Comment allez-vous" in caller.get(where).content.decode()
    caller.post(where, {"step": "mood", "a-mood": "low", "go": "next"})
    page = caller.get(where).content.decode()
    assert "m’en dire un peu plus" in page
    assert 'name="a-mood"' not in page
    caller.post(where, {"step": "low_words", "a-low_words": "Je suis seule.", "go": "back"})
    caller.post(where, {"step": "mood", "a-mood": "well", "go": "next"})
    assert "À qui parlez-vous" in caller.get(where).content.decode()
    said = lease().said
    assert scripts_calls.answers_of(said) == {"mood": "well", "low_words": "Je suis seule."}


def test_a_wrong_answer_stays_on_the_page_with_one_sentence(caller: Client, campaign: Campaign) -> None:
    where = take(caller, campaign)
    answer = caller.post(where, {"step": "mood", "a-mood": "splendid", "go": "next"})
    assert answer.status_code == 422
    assert "Choisissez parmi les réponses" in answer.content.decode()
    answer = caller.post(
        where, {"step": "mood", "a-mood": "splendid", "go": "next"}, headers={"accept": "application/json"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")


def test_what_is_typed_is_kept_and_what_sounds_urgent_is_said(caller: Client, campaign: Campaign) -> None:
    take(caller, campaign)
    answer = caller.post(at("call_save"), {"a-other": "Je n’ai rien mangé depuis trois jours."})
    assert answer.status_code == 200
    assert "rien à manger" in answer.json()["urgent"]
    assert not Case.objects.exists()
    assert caller.post(at("call_save"), {"a-food": "nothing", "a-other": "Ça va."}).json()["urgent"]
    assert caller.post(at("call_save"), {"a-food": "yes"}).json()["urgent"] == ""


def test_an_open_page_keeps_the_person(caller: Client, campaign: Campaign) -> None:
    take(caller, campaign)
    until = lease().until
    with clock.shifted(timedelta(minutes=15) + (at_ten() - clock.real_now())):
        assert caller.post(at("call_renew")).status_code == 204
    assert lease().until > until + timedelta(minutes=10)
    end(caller, "fine")
    assert caller.post(at("call_renew")).status_code == 409


@pytest.mark.parametrize(
    ("outcome", "fields", "state"),
    [
        ("fine", {}, "closed"),
        ("no_answer", {}, "scheduled"),
        ("refused", {}, "closed"),
        ("wrong_number", {}, "human"),
        ("died", {}, "closed"),
        ("aggressive", {}, "closed"),
        ("call_back", {"when": "hour"}, "scheduled"),
        ("need", {"words": "Je n’ai plus de pain."}, "closed"),
        ("need", {"words": "Je suis seule.", "every_days": "7"}, "scheduled"),
    ],
)
def test_p12_accept_4_each_end_of_a_call_has_its_path(
    caller: Client, campaign: Campaign, outcome: str, fields: dict[str, str], state: str
) -> None:
    take(caller, campaign)
    answer = end(caller, outcome, **fields)
    assert (answer.status_code, answer.url) == (302, at("call_after"))
    assert Callee.objects.get().state == state
    assert caller.get(answer.url).status_code == 200
    assert caller.get(at("call")).url == at("call_after")
    assert Opposition.objects.exists() is (outcome in {"refused", "aggressive", "died"})


def test_p12_accept_8_after_an_insult_or_a_death_a_breath_and_an_easy_call(caller: Client, campaign: Campaign) -> None:
    card = CallerCard.objects.get(campaign=campaign)
    buddy = Person.objects.get(pk=make_caller(campaign, "Bénédicte").person_id)
    CallerCard.objects.filter(pk=card.pk).update(buddy=buddy)
    take(caller, campaign)
    end(caller, "aggressive")
    page = caller.get(at("call_after")).content.decode()
    assert "Respirez" in page
    assert str(buddy) in page
    assert "tel:0388000000" in page
    card.refresh_from_db()
    assert card.easy_next
    assert Case.objects.count() == 0


def test_an_end_that_cannot_be_written_says_why_and_keeps_the_words(caller: Client, campaign: Campaign) -> None:
    take(caller, campaign)
    answer = end(caller, "need", words="  ")
    assert answer.status_code == 422
    assert 'class="error" role="alert"' in answer.content.decode()
    answer = end(caller, "call_back", note="Elle entend mal.")
    assert answer.status_code == 422
    assert "Elle entend mal." in answer.content.decode()
    assert end(caller, "splendid").status_code == 422
    assert lease().closed_at is None


def test_a_double_click_and_the_back_button_write_one_end(caller: Client, campaign: Campaign) -> None:
    take(caller, campaign)
    sent = {"client_key": str(uuid.uuid4()), "outcome": "need", "words": "Du pain."}
    for _click in range(3):
        assert caller.post(at("call_end"), sent).url == at("call_after")
    assert (Case.objects.count(), LateNote.objects.count(), lease().outcome) == (1, 0, "need")


def test_two_tabs_show_one_person_and_the_second_end_is_a_note(caller: Client, campaign: Campaign) -> None:
    assert take(caller, campaign) == take(caller, campaign)
    end(caller, "fine")
    end(caller, "refused")
    assert (lease().outcome, LateNote.objects.get().outcome) == ("fine", "refused")


def test_answers_still_on_the_way_come_with_the_end(caller: Client, campaign: Campaign) -> None:
    take(caller, campaign)
    end(caller, "fine", **{"a-mood": "well", "a-other": "Merci.", "a-food": "nonsense"})
    assert scripts_calls.answers_of(lease().said) == {"mood": "well", "other": "Merci."}


def test_once_the_time_ran_out_the_name_is_gone_and_what_came_of_it_is_a_note(
    caller: Client, campaign: Campaign
) -> None:
    where = take(caller, campaign)
    with clock.shifted(timedelta(minutes=30) + (at_ten() - clock.real_now())):
        other = signed_in(Person.objects.get(pk=make_caller(campaign, "Lou").person_id))
        assert "/appeler/" in str(other.post(reverse("proactive_desks:desk_take", args=[campaign.slug])).url)
        page = caller.get(where).content.decode()
        assert "Martin" not in page
        key = Lease.objects.order_by("pk")[0].key
        assert reverse("proactive_desks:call_urgent", args=[key]) in page
        assert "tel:15" in page
        answer = caller.post(
            reverse("proactive_desks:call_end", args=[key]), {"client_key": str(uuid.uuid4()), "outcome": "fine"}
        )
        assert answer.status_code == 302
    assert LateNote.objects.get().outcome == "fine"
    assert Lease.objects.order_by("pk")[1].closed_at is None


def test_p12_accept_7_the_urgent_page_gives_the_numbers_and_the_address(caller: Client, campaign: Campaign) -> None:
    where = take(caller, campaign)
    page = caller.get(where).content.decode()
    numbers = ("15", "17", "18", "112", "3114", "119", "3919", "3977")
    # The numbers are in the page of the call already: they need no network.
    assert all(f"tel:{number}" in page for number in numbers)
    sent = {"client_key": str(uuid.uuid4()), "a-other": "Je veux en finir.", "a-mood": "nonsense"}
    for _click in range(2):
        assert caller.post(at("call_urgent"), sent).url == where
    page = caller.get(where).content.decode()
    assert all(f"tel:{number}" in page for number in numbers)
    assert "3 rue des Tanneurs" in page
    assert "Je veux en finir." in page
    assert Case.objects.get().urgent
    assert "Respirez" in caller.get(at("call_after")).content.decode()


def test_an_emergency_after_the_time_ran_out_alerts_all_the_same(caller: Client, campaign: Campaign) -> None:
    where = take(caller, campaign)
    long = "Je ne sais plus quoi dire. " * 300
    caller.post(at("call_save"), {"a-other": long[:3900]})
    with clock.shifted(timedelta(minutes=30) + (at_ten() - clock.real_now())):
        sent = {"client_key": str(uuid.uuid4()), "words": long}
        assert caller.post(at("call_urgent"), sent).url == where
        page = caller.get(where).content.decode()
    assert "3 rue des Tanneurs" in page
    assert Case.objects.get().urgent


def test_an_emergency_when_nobody_is_in_charge_says_so(caller: Client, campaign: Campaign) -> None:
    take(caller, campaign)
    Capacity.objects.filter(role=roles.SUPERVISOR).update(ends_on=clock.today() - timedelta(days=1))
    caller.post(at("call_urgent"), {"client_key": str(uuid.uuid4())})
    page = caller.get(at("call")).content.decode()
    assert "Personne n’est responsable des appels aujourd’hui" in page
    assert "tel:15" in page
    assert Case.objects.get().urgent


def test_an_alert_that_cannot_leave_shows_whom_to_ring_all_the_same(
    caller: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(caller, campaign)
    page = caller.get(at("call")).content.decode()
    assert "data-urgent-panel hidden" in page

    def refuse(**_sent: Any) -> None:
        raise Refusal("no_case", "Nobody could be told.")

    monkeypatch.setattr(scripts_calls, "do_alert", refuse)
    answer = caller.post(at("call_urgent"), {"client_key": str(uuid.uuid4())})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nobody could be told." in page
    assert "data-urgent-panel hidden" not in page
    assert "tel:15" in page


@pytest.mark.parametrize("why", ["knows", "too_hard", "not_now", "mistake"])
def test_somebody_known_or_too_hard_goes_back_without_a_word(caller: Client, campaign: Campaign, why: str) -> None:
    take(caller, campaign)
    answer = caller.post(at("call_give_back"), {"why": why})
    assert (answer.status_code, answer.url) == (302, reverse("proactive_desks:desk"))
    assert Callee.objects.get().state == "ready"
    assert lease().why == why
    assert (CallerCard.objects.get(campaign=campaign).paused_at is not None) is (why == "not_now")


def test_p12_accept_8_a_break_and_a_talk_are_one_button_each(caller: Client, campaign: Campaign) -> None:
    slug = [campaign.slug]
    caller.post(reverse("proactive_desks:desk_talk", args=slug))
    caller.post(reverse("proactive_desks:desk_rest", args=slug))
    assert CallerCard.objects.get(campaign=campaign).debriefs.count() == 1
    assert take(caller, campaign) == reverse("proactive_desks:desk")
    page = caller.get(reverse("proactive_desks:desk")).content.decode()
    assert "Vous faites une pause" in page
    caller.post(reverse("proactive_desks:desk_rest", args=slug))
    assert "/appeler/" in take(caller, campaign)
    assert SaidAnswers.objects.count() == 1


def test_a_call_that_broke_off_as_it_began_is_found_again(caller: Client, campaign: Campaign) -> None:
    where = take(caller, campaign)
    SaidAnswers.objects.all().delete()
    assert caller.get(where).url == reverse("proactive_desks:desk")
    page = caller.get(reverse("proactive_desks:desk")).content.decode()
    assert "Reprendre cet appel" in page
    assert take(caller, campaign) == where
    assert "Jeanne Martin" in caller.get(where).content.decode()


def test_nobody_to_call_says_why(caller: Client, campaign: Campaign) -> None:
    Callee.objects.all().delete()
    caller.post(reverse("proactive_desks:desk_take", args=[campaign.slug]))
    assert str(Empty("done")) in html.unescape(caller.get(reverse("proactive_desks:desk")).content.decode())


def test_the_desk_leads_to_what_became_of_people_and_exists_for_callers_only(
    caller: Client, campaign: Campaign, member: Client, partner: Client, stranger: Client
) -> None:
    home = reverse("proactive_desks:desk")
    assert reverse("proactive_desks:feedback") in caller.get(home).content.decode()
    assert (member.get(home).status_code, partner.get(home).status_code) == (404, 404)
    assert stranger.get(home).status_code == 302
