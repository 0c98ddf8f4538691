"""A service without an account answers by its link: it reads what it needs, once it presses, and no more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock, keyring, registry
from reflexes.core.accounts.models import MagicLink
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.models import State as MessageState
from reflexes.core.outbox import handlers
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.casework import links, messages, perms
from reflexes.mechanisms.casework.factories import make_sent, make_service
from reflexes.mechanisms.casework.models import Motive, Referral, State
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.casework.services.watch import watch
from reflexes.mechanisms.casework.tests import mounted
from reflexes.mechanisms.casework.tests.casting import FACTS, SAID, Cast, answering
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for

pytestmark = [pytest.mark.django_db, pytest.mark.urls("reflexes.mechanisms.casework.tests.mounted")]


@pytest.fixture(autouse=True)
def piste(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = registry.pistes()
    monkeypatch.setattr(registry, "pistes", lambda: (mounted.PISTE, *known))
    mounted.READ.clear()
    monkeypatch.setattr(handlers, "_handlers", dict(handlers._handlers))
    messages.handle(mounted.SLUG)
    yield


@pytest.fixture
def cast() -> Cast:
    return Cast(piste=mounted.SLUG)


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def text(response: Any) -> str:
    return str(response.content.decode())


def tell_all() -> None:
    """Do the jobs of messages that were asked for."""
    for job in Job.objects.filter(kind__startswith=f"{mounted.SLUG}.").order_by("pk"):
        handler = handlers.handler_of(job.kind)
        assert handler is not None
        handler.run(job)


def test_opening_the_link_shows_nothing_of_anybody_and_pressing_is_written_down(cast: Cast, client: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    address = path_of(links.link_for(referral))
    page = client.get(address)
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    referral.refresh_from_db()
    assert referral.state == State.SENT
    for secret in (FACTS["name"], FACTS["address"], SAID, "Apporter des repas"):
        assert secret not in text(page)
    read = text(client.post(address, {"geste": "lire"}))
    assert FACTS["name"] in read
    assert "Apporter des repas" in read
    assert FACTS["address"] not in read  # the navigator gave the name and the telephone
    assert SAID not in read
    ((actor, what, through),) = mounted.READ
    assert (actor.person_key, actor.role, actor.is_known) == (referral.contact_key, perms.SERVICE, False)
    assert (what, through) == ("referral", str(referral.key))
    referral.refresh_from_db()
    assert referral.state == State.RECEIVED


def test_a_service_accepts_then_says_it_is_done_by_the_same_link(cast: Cast, client: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    address = path_of(links.link_for(referral))
    day = clock.today() + timedelta(days=1)
    assert client.post(address, {"geste": "accepter", "done_by": day.isoformat()}).status_code == 302
    assert client.get(address).status_code == 200
    assert client.post(address, {"geste": "fait", "words": ""}).status_code == 422
    client.post(address, {"geste": "fait", "words": "Repas livrés."})
    referral.refresh_from_db()
    assert (referral.state, referral.done_by) == (State.DONE, day)
    assert client.get(address).status_code == 200
    assert client.post(address, {"geste": "fait", "words": "Encore."}).status_code == 409


def test_a_service_refuses_with_a_motive_and_what_it_typed_is_kept_when_one_lacks(cast: Cast, client: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    address = path_of(links.link_for(referral))
    refused = client.post(address, {"geste": "refuser", "motive": "", "words": "Plus de place."})
    assert refused.status_code == 422
    assert "Plus de place." in text(refused)
    client.post(address, {"geste": "refuser", "motive": Motive.FULL, "words": "Plus de place."})
    referral.refresh_from_db()
    assert (referral.state, referral.motive) == (State.REFUSED, Motive.FULL)


def test_a_link_too_old_is_renewed_in_one_click_and_goes_to_the_service_alone(cast: Cast, client: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    address = links.link_for(referral)
    token = address.rpartition("/")[2]
    MagicLink.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    old = client.get(path_of(address))
    assert old.status_code == 410
    renew = reverse("essai_public:referral_link_renew")
    assert renew in text(old)
    assert client.post(renew, {"token": token}).status_code == 200
    message = Message.objects.get()
    assert (message.email, message.person_key) == (cast.service.email, referral.contact_key)
    fresh = message.actions.get().url
    assert client.get(path_of(fresh)).status_code == 200
    assert client.post(renew, {"token": token}).status_code == 410
    assert client.post(renew, {"token": "x"}).status_code == 404


def test_a_closed_need_and_a_cut_address_open_nothing(cast: Cast, client: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    address = path_of(links.link_for(referral))
    referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL)
    referrals.do_refer_again(actor=cast.navigator, referral=referral)
    assert client.get(address).status_code == 410
    assert client.post(address, {"geste": "lire"}).status_code == 410
    assert client.get(reverse("essai_public:referral_link_cut")).status_code == 404
    assert client.get(address[:-9]).status_code == 404
    assert mounted.READ == []


def test_the_link_of_one_service_opens_no_other_need(cast: Cast, client: Client) -> None:
    own = make_sent(cast.navigator, cast.told(), cast.service)
    other = make_sent(cast.navigator, cast.told(), make_service("Transport"))
    address = path_of(links.link_for(own))
    MagicLink.objects.update(subject=links.subject_of(other))
    assert client.get(address).status_code == 410


def test_whoever_tends_messages_sees_what_became_of_the_question(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    asked = (links.REFERRAL, links.subject_of(referral))
    assert links.question_states([asked, ("other", "x:1")]) == {asked: ""}
    referrals.do_accept(actor=answering(referral), referral=referral)
    assert links.question_states([asked]) == {asked: State.ACCEPTED.label}


def test_once_the_key_is_gone_the_page_says_so(cast: Cast, client: Client) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    address = path_of(links.link_for(referral))
    keyring.destroy(cast.key_name)
    assert client.post(address, {"geste": "lire"}).status_code == 422


def test_messages_name_nobody_and_leave_to_the_copied_contacts(cast: Cast) -> None:
    case = cast.told(urgent=True)
    referral = make_sent(cast.navigator, case, cast.service)
    before = cast.service.email
    cast.service.email = "autre@example.org"
    cast.service.save()
    tell_all()
    to_service = Message.objects.get(email=before)
    assert to_service.urgent
    assert to_service.actions.get().url.startswith("http")
    referrals.do_finish(actor=answering(referral), referral=referral, outcome="Rose a mangé.")
    referrals.do_close_told_back(
        actor=cast.navigator, referral=referral, what_happened="Rose a mangé.", person_told="Oui."
    )
    tell_all()
    said = " ".join(f"{one.subject} {one.body}" for one in Message.objects.order_by("pk"))
    for secret in ("Rose", SAID, "9800011"):
        assert secret not in said
    assert Message.objects.filter(person_key=cast.caller.person_key).count() == 1


def test_a_service_without_an_address_is_called_by_somebody_who_writes_its_answer(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), make_service(email=""))
    tell_all()
    message = Message.objects.get(person_key=referral.contact_key)
    assert message.state == MessageState.TO_PHONE
    assert message.actions.get().url.endswith(f"/besoins/{referral.key}/")
    assert not MagicLink.objects.exists()


def test_a_reminder_brings_a_fresh_link_and_what_came_back_tells_the_navigators(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    with clock.shifted(timedelta(days=4)):
        watch()
        tell_all()
    assert MagicLink.objects.count() == 2
    with clock.shifted(timedelta(days=21)):
        watch()
        tell_all()
    assert Message.objects.filter(person_key=cast.navigator.person_key).count() == 1
    assert Referral.objects.get(pk=referral.pk).state == State.EXPIRED


def test_in_an_exercise_nothing_leaves_and_the_link_lives_at_its_date(cast: Cast, client: Client) -> None:
    exercise = make_exercise()
    playing = actor_for(cast.navigator_person, exercise_id=exercise.pk)
    with clock.shifted(exercise.shift):
        referral = make_sent(playing, cast.told(actor=playing, exercise_id=exercise.pk), cast.service)
        tell_all()
        address = path_of(links.link_for(referral))
    message = Message.objects.get(person_key=referral.contact_key)
    assert message.state == MessageState.EXERCISE
    assert client.get(address).status_code == 200
    assert client.post(address, {"geste": "accepter"}).status_code == 302
    referral.refresh_from_db()
    assert referral.state == State.ACCEPTED
    assert referral.moved_at > clock.now() + timedelta(days=80)
