"""A certificate is sent by the person, confirmed by somebody else of the cell, locked, and recalled before its end."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.privacy.services import export_person
from reflexes.mechanisms.directory import certificates
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.mechanisms.directory.models import CertificateClaim, PersonSkill

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(agent):
    return PersonSkill.objects.create(person=agent, skill=make_skill("aide-soignant", regulated=True))


def send(held, **fields):
    return certificates.do_send_certificate(
        actor=actor_for(held.person), held=held, **{"body": "École de soins", "number": "AS-12", **fields}
    )


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def test_a_colleague_confirms_it_and_the_person_is_told(held, coordinator, town):
    send(held, expires_on=in_days(400))
    assert held.confirmed_by is None
    confirmed = certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    assert (confirmed.confirmed_by, confirmed.confirmer, confirmed.certificate_number) == (
        town.hall,
        coordinator,
        "AS-12",
    )
    assert not CertificateClaim.objects.exists()
    assert "confirmé" in Message.objects.get(person_key=held.person.key).subject


def test_what_was_confirmed_is_locked_and_a_newer_paper_waits_beside_it(held, coordinator):
    send(held, expires_on=in_days(40))
    certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    send(held, number="AS-99", expires_on=in_days(700))
    held.refresh_from_db()
    assert (held.certificate_number, held.expires_on) == ("AS-12", in_days(40))
    certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    held.refresh_from_db()
    assert (held.certificate_number, held.expires_on) == ("AS-99", in_days(700))


def test_the_person_may_withdraw_it_and_keeps_the_skill(held, coordinator):
    send(held)
    certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    certificates.do_withdraw_certificate(actor=actor_for(held.person), held=held)
    assert (held.confirmed_by, held.certificate_body) == (None, "")
    assert PersonSkill.objects.filter(pk=held.pk).exists()


def test_nobody_confirms_their_own_nor_confirms_without_keeping_the_cell(held, coordinator, host, manager, hr):
    send(held)
    for other in (host, manager, hr, held.person):
        with pytest.raises(PermissionDenied):
            certificates.do_confirm_certificate(actor=actor_for(other), held=held)
    own = PersonSkill.objects.create(person=coordinator, skill=held.skill)
    send(own)
    with pytest.raises(Refusal) as refused:
        certificates.do_confirm_certificate(actor=actor_for(coordinator), held=own)
    assert refused.value.code == "own"


def test_a_paper_sent_back_says_why_and_can_be_sent_again(held, coordinator):
    send(held)
    with pytest.raises(Refusal):
        certificates.do_return_certificate(actor=actor_for(coordinator), held=held, because=" ")
    certificates.do_return_certificate(actor=actor_for(coordinator), held=held, because="La date ne se lit pas.")
    assert "La date ne se lit pas." in Message.objects.get(person_key=held.person.key).body
    assert send(held).returned_at is None


def test_two_people_of_the_cell_confirm_once(held, coordinator):
    send(held)
    certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    with pytest.raises(Refusal) as refused:
        certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    assert refused.value.conflict


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": "  "}, "body_missing"),
        ({"issued_on": 1}, "issued_later"),
        ({"issued_on": -10, "expires_on": -10}, "ends_before"),
        ({"expires_on": -1}, "already_ended"),
        ({"expires_on": 366 * 60}, "date_far"),
    ],
)
def test_an_impossible_certificate_has_its_sentence_and_writes_nothing(held, fields, code):
    dates = {name: in_days(value) if isinstance(value, int) else value for name, value in fields.items()}
    with pytest.raises(Refusal) as refused:
        send(held, **dates)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert not CertificateClaim.objects.exists()


def test_a_skill_that_is_not_regulated_has_no_certificate(agent):
    plain = PersonSkill.objects.create(person=agent, skill=make_skill("accueil"))
    with pytest.raises(Refusal) as refused:
        send(plain)
    assert refused.value.code == "not_regulated"


def test_the_person_is_reminded_once_thirty_days_before_its_end(held, coordinator):
    send(held, expires_on=in_days(31))
    certificates.do_confirm_certificate(actor=actor_for(coordinator), held=held)
    assert certificates.remind_of_ends() == 0
    PersonSkill.objects.update(expires_on=in_days(30))
    assert certificates.remind_of_ends() == 1
    assert certificates.remind_of_ends() == 0
    assert Message.objects.filter(subject="Un certificat à renouveler").count() == 1


def test_appraisers_hosts_and_strangers_find_no_certificate(held, manager, hr, host, partner_host, coordinator):
    for other in (manager, hr, host, partner_host):
        with pytest.raises(Http404):
            certificates.access_certificate(actor_for(other), held.pk)
    assert certificates.access_certificate(actor_for(coordinator), held.pk) == held
    assert certificates.access_certificate(actor_for(held.person), held.pk) == held


def test_the_person_reads_their_papers_in_what_is_known_about_them(held, coordinator):
    send(held)
    known = export_person(held.person.key)["known"]["directory"]
    assert known["certificates_sent"][0]["certificate_number"] == "AS-12"
    assert make_person("Autre").key != held.person.key
