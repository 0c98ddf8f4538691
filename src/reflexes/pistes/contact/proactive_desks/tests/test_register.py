"""Those who call, come or write by themselves: a register judged first, then cases whose readings are written down."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.factories import make_sent
from reflexes.mechanisms.casework.links import link_for
from reflexes.mechanisms.casework.models import Case, Referral
from reflexes.mechanisms.casework.views.by_link import READ
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.evidence.factories import WHOLE, make_dataset
from reflexes.mechanisms.evidence.models import Dataset, Reading
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.services import holdings, registers
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SAID = {"channel": "phone", "phone": "06 39 98 00 21", "name": "Ada Klein", "words": "Je n’ai plus de chauffage."}


def at(name: str, *args: object) -> str:
    return reverse(f"proactive_desks:{name}", args=args)


@pytest.fixture
def supervisor(town) -> Client:
    return signed_in(make_person("Sonia", role=roles.SUPERVISOR, organisation=town.hall))


@pytest.fixture
def navigator(town):
    return make_person("Nour", role=roles.NAVIGATOR, organisation=town.hall)


@pytest.fixture
def register(town) -> Dataset:
    return make_dataset(town.hall, piste=perms.SLUG)


def told(navigator) -> Case:
    answer = signed_in(navigator).post(at("navigator_inbound"), {**SAID, "vu": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get()


def test_the_register_is_written_judged_then_opened_and_only_then_can_words_be_written_down(
    town, supervisor, navigator
) -> None:
    refused = signed_in(navigator).post(at("navigator_inbound"), {**SAID, "vu": "1"})
    assert refused.status_code == 422 and "Ada Klein" in refused.content.decode()
    assert "Aucun registre" in supervisor.get(at("desk_register")).content.decode()
    typed = {**WHOLE, "title": "Celles et ceux qui nous appellent", "ends_on": clock.today() + timedelta(days=90)}
    assert supervisor.post(at("desk_register_write"), typed).status_code == 302
    assert "l’avis" in supervisor.get(at("desk_register")).content.decode()
    supervisor.post(at("desk_register_open"))
    assert Dataset.objects.get().state == Dataset.State.DRAFT
    dpo = actor_for(make_person("Diane", role=roles.DPO, organisation=town.hall))
    datasets.do_give_opinion(actor=dpo, dataset=Dataset.objects.get(), says="favourable", words="Finalité précise.")
    supervisor.post(at("desk_register_open"))
    assert Dataset.objects.get().state == Dataset.State.OPEN
    assert told(navigator).key_name == Dataset.objects.get().key
    assert supervisor.post(at("desk_register_write"), typed).status_code == 409


def test_who_it_is_shows_when_somebody_asks_and_that_reading_is_written_under_pseudonyms(register, navigator) -> None:
    case = told(navigator)
    need = Referral.objects.get()
    desk = signed_in(navigator)
    assert "Ada Klein" not in desk.get(at("navigator_need", need.key)).content.decode()
    assert "Ada Klein" in desk.post(at("navigator_who", need.key)).content.decode()
    reading = Reading.objects.get()
    assert (reading.subject, reading.reader, reading.allowed) == (case.subject, navigator.key, True)
    assert (reading.what_for, reading.through) == (registers.FOLLOWING, str(need.key))


def test_once_the_register_has_ended_nobody_reads_who_it_is_and_nothing_more_is_written(register, navigator) -> None:
    told(navigator)
    need = Referral.objects.get()
    Dataset.objects.filter(pk=register.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert registers.key_of(actor_for(navigator)) == ""
    with pytest.raises(PermissionDenied):
        registers.do_reveal_case(actor=actor_for(navigator), case=need.case, what="identity", through=str(need.key))


def test_a_case_of_another_piste_is_not_read_here(register, navigator) -> None:
    case = told(navigator)
    Dataset.objects.filter(pk=register.pk).update(piste="somewhere_else")
    with pytest.raises(PermissionDenied):
        registers.do_reveal_case(actor=actor_for(navigator), case=case, what="identity", through="x")


def test_what_somebody_told_by_themselves_is_found_by_their_telephone_and_goes_with_the_register(
    register, navigator
) -> None:
    told(navigator)
    assert {one.what for one in holdings.find(register, "+33639980021")} == {"identity", "case_words"}
    assert list(holdings.find(register, "+33639980022")) == []
    with pytest.raises(Refusal) as followed:
        holdings.shed(register)
    assert followed.value.code == "needs_open"
    Referral.objects.update(state="closed", told="Le chauffage marche.")
    assert holdings.shed(register) == {"cases": 1, "needs": 1, "needs_met": 0, "texts": 2}
    assert not Case.objects.exists()


def test_a_service_reads_by_its_link_what_was_shared_with_it_and_that_reading_is_written(
    register, navigator, stranger
) -> None:
    need = make_sent(actor_for(navigator), told(navigator))
    path = link_for(need).partition("/guichets/lien/")
    page = stranger.get("".join(path[1:]))
    assert page.status_code == 200 and "Ada Klein" not in page.content.decode()
    read = stranger.post("".join(path[1:]), {"geste": READ})
    assert "Ada Klein" in read.content.decode()
    assert Reading.objects.filter(allowed=True, what_for=registers.FOLLOWING).exists()


def test_the_register_is_the_supervisor_s_alone(register, supervisor, navigator, member, stranger) -> None:
    elsewhere = make_person("Paul", role=roles.SUPERVISOR, organisation=make_organisation("Ailleurs"))
    assert supervisor.get(at("desk_register")).context["register"] == register
    assert signed_in(elsewhere).get(at("desk_register")).context["register"] is None
    for client in (member, signed_in(navigator)):
        assert client.get(at("desk_register")).status_code == 404
    assert stranger.get(at("desk_register")).status_code == 302
