"""Magic links: one question each, no session, a sentence for every refusal."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reflexes.core import clock
from reflexes.core.accounts import links
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink

pytestmark = pytest.mark.django_db

MEMBER = uuid.UUID(int=1)
PARTNER = uuid.UUID(int=2)


def token_for(person: uuid.UUID = MEMBER, *, purpose: str = "answer", subject: str = "assignment:12", **kwargs) -> str:
    address = links.make_link(person_key=person, purpose=purpose, subject=subject, path="/reponse/", **kwargs)
    return address.rsplit("/", 1)[1]


def refusal_of(token: str, purpose: str = "answer") -> LinkRefused:
    with pytest.raises(LinkRefused) as refused:
        links.open_link(token, purpose)
    return refused.value


def test_the_address_is_absolute_and_carries_a_token_of_256_bits(settings):
    address = links.make_link(person_key=MEMBER, purpose="answer", subject="assignment:12", path="/reponse/")
    assert address.startswith(f"{settings.SITE_URL}/reponse/")
    assert len(address.rsplit("/", 1)[1]) == 43


def test_the_database_keeps_no_token():
    token = token_for()
    row = MagicLink.objects.values().get()
    assert token not in str(row)
    assert row["digest"] == links.digest_of(token)


def test_a_link_says_whose_question_it_answers():
    opened = links.open_link(token_for(PARTNER, subject="assignment:7"), "answer")
    assert (opened.person_key, opened.subject) == (PARTNER, "assignment:7")


def test_opening_a_link_twice_writes_nothing_because_mail_scanners_open_it_first():
    token = token_for()
    with CaptureQueriesContext(connection) as queries:
        links.open_link(token, "answer")
        links.open_link(token, "answer")
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_a_stranger_who_guesses_finds_nothing():
    token_for()
    assert refusal_of("x" * 43).code == "unknown"


def test_a_link_answers_one_purpose_only():
    assert refusal_of(token_for(purpose="answer"), purpose="release").code == "unknown"


def test_a_link_opens_until_the_second_it_expires():
    token = token_for()
    MagicLink.objects.update(expires_at=clock.real_now() + timedelta(seconds=30))
    assert links.open_link(token, "answer")
    MagicLink.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert refusal_of(token).code == "expired"


def test_a_real_link_keeps_the_real_date_for_someone_who_plays_an_exercise():
    token = token_for()
    with clock.shifted(timedelta(days=90)):
        assert links.open_link(token, "answer")


def test_the_expiry_of_a_new_link_is_eight_days_away():
    token_for()
    link = MagicLink.objects.get()
    assert link.expires_at - link.created_at == timedelta(days=8)


def test_a_link_made_in_an_exercise_opens_at_the_date_of_the_exercise():
    with clock.shifted(timedelta(days=-60)):
        token = token_for(exercise_id=4)
    opened = links.open_link(token, "answer")
    assert opened.exercise_id == 4
    assert opened.expires_at < clock.real_now()
    assert links.shift_of(opened) == timedelta(days=-60)


def test_a_used_link_is_refused_and_so_are_its_copies():
    first, copy, other = token_for(), token_for(), token_for(PARTNER)
    links.use_link(links.open_link(first, "answer"))
    assert refusal_of(first).code == "used"
    assert refusal_of(copy).code == "used"
    assert links.open_link(other, "answer")


def test_of_two_answers_by_one_link_the_second_is_refused():
    token = token_for()
    one, two = links.open_link(token, "answer"), links.open_link(token, "answer")
    links.use_link(one)
    with pytest.raises(LinkRefused) as refused:
        links.use_link(two)
    assert refused.value.code == "used"


def test_a_link_that_expires_between_reading_and_answering_is_refused():
    link = links.open_link(token_for(), "answer")
    MagicLink.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    with pytest.raises(LinkRefused) as refused:
        links.use_link(link)
    assert refused.value.code == "expired"
    assert MagicLink.objects.get().used_at is None


def test_a_withdrawn_question_closes_its_links_and_no_other():
    token, other = token_for(), token_for(subject="assignment:13")
    assert links.revoke_links(purpose="answer", subject="assignment:12") == 1
    assert refusal_of(token).code == "revoked"
    assert links.open_link(other, "answer")


def test_an_expired_link_is_renewed_once_for_the_same_question():
    token = token_for()
    MagicLink.objects.update(expires_at=clock.real_now() - timedelta(days=1))
    old, address = links.renew_link(token)
    fresh = links.open_link(address.rsplit("/", 1)[1], "answer")
    assert (fresh.person_key, fresh.subject, fresh.path) == (old.person_key, old.subject, old.path)
    with pytest.raises(LinkRefused) as refused:
        links.renew_link(token)
    assert refused.value.code == "revoked"
    assert MagicLink.objects.count() == 2


def test_a_link_that_still_works_is_not_renewed():
    token = token_for()
    with pytest.raises(LinkRefused):
        links.renew_link(token)
    assert MagicLink.objects.count() == 1


def test_each_refusal_has_its_own_sentence():
    assert len({str(sentence) for sentence in links.SENTENCES.values()}) == len(links.SENTENCES)


@pytest.mark.django_db(transaction=True)
def test_of_eight_answers_at_once_by_copies_of_a_question_one_wins():
    copies = [token_for() for _ in range(8)]
    opened = [links.open_link(token, "answer") for token in copies]
    together = Barrier(len(opened))

    def answer(link: MagicLink) -> str:
        try:
            together.wait(timeout=20)
            links.use_link(link)
        except LinkRefused as refused:
            return refused.code
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(opened)) as pool:
        answers = sorted(pool.map(answer, opened))
    assert answers == ["used"] * 7 + ["won"]
