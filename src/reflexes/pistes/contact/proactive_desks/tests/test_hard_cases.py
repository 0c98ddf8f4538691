"""What happens in real life has a path on the screens: another town's file, one landline, an insult, a neighbour…"""

import html
import uuid
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_commune, make_organisation, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.services.oppositions import opposed
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_caller,
    make_campaign,
)
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.models import Batch, Callee, CallerCard, Campaign, HumanTask, Lease
from reflexes.pistes.contact.proactive_desks.tests.calling import at_ten
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock() -> Iterator[None]:
    with clock.travelling(at_ten()):
        yield


@pytest.fixture
def campaign(db: None) -> Campaign:
    made = make_campaign(make_organisation())
    make_script(made)
    return made


@pytest.fixture
def caller(campaign: Campaign) -> Client:
    return signed_in(Person.objects.get(pk=make_caller(campaign).person_id))


@pytest.fixture
def desk(campaign: Campaign) -> Client:
    return signed_in(make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation))


def at(name: str, *args: object) -> str:
    return reverse(f"proactive_desks:{name}", args=args)


def take(caller: Client, campaign: Campaign) -> str:
    """Take the next person; return their page, or the desk when there is nobody."""
    CallerCard.objects.update(last_claim_at=None)
    return str(caller.post(at("desk_take", campaign.slug)).url)


def end(caller: Client, outcome: str, **fields: str) -> Lease:
    lease = Lease.objects.get(closed_at=None)
    sent = {"client_key": str(uuid.uuid4()), "outcome": outcome, **fields}
    assert caller.post(at("call_end", lease.key), sent).status_code == 302
    lease.refresh_from_db()
    return lease


def words(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_the_file_of_another_town_is_refused_in_one_sentence_and_nobody_is_written(
    campaign: Campaign, desk: Client
) -> None:
    make_commune()
    lines = "".join(f"Martin{number};06 39 98 00 0{number};Marseille\n" for number in range(1, 6))
    sheet = SimpleUploadedFile("ailleurs.csv", f"Nom;Téléphone;Commune\n{lines}".encode())
    sent = desk.post(at("sheets", campaign.slug), {"sheet": sheet})
    page = words(desk, sent["Location"])
    assert 'role="alert"' in page
    assert "cela ressemble au fichier d’une autre ville" in page
    assert at("sheet_take", campaign.slug, Batch.objects.get().pk) not in page, "there is nothing to take"
    assert "Martin3" not in page
    assert (Callee.objects.count(), Batch.objects.get().sealed) == (0, "")


def test_one_landline_for_two_people_is_two_rows_said_on_the_page_and_never_two_rings(
    campaign: Campaign, desk: Client, caller: Client
) -> None:
    make_commune()
    text = "Nom;Prénom;Téléphone;Commune\nWeber;Anne;03 53 01 00 01;Strasbourg\nWeber;Paul;03 53 01 00 01;Strasbourg\n"
    sent = desk.post(at("sheets", campaign.slug), {"sheet": SimpleUploadedFile("apa.csv", text.encode())})
    batch = Batch.objects.get()
    assert "téléphone" in words(desk, sent["Location"])
    assert batch.shared
    desk.post(at("sheet_take", campaign.slug, batch.pk))
    other = signed_in(Person.objects.get(pk=make_caller(campaign, "Lina").person_id))
    take(caller, campaign)
    assert take(other, campaign) == at("desk"), "nobody rings there while another call does"
    assert Lease.objects.count() == 1
    end(caller, "fine")
    assert "/appeler/" in take(other, campaign)


def test_somebody_aggressive_is_hung_up_on_not_called_again_and_who_lives_there_is_left_to_a_person(
    campaign: Campaign, caller: Client
) -> None:
    phone = "+33639980811"
    make_callee(campaign, "Colere", phone=phone, priority=9, rank=9)
    partner = make_callee(campaign, "Douce", phone=phone)
    page = words(caller, take(caller, campaign))
    assert "Vous pouvez raccrocher" in page
    assert "J’ai raccroché" in page
    lease = end(caller, "aggressive")
    assert lease.callee.end == "refused"
    assert lease.hard
    assert opposed(campaign.organisation, [phone], "calls", None) == {phone}
    partner.refresh_from_db()
    assert partner.state == "human", "somebody decides how to reach them, nobody is cut off by another's anger"
    assert "Respirez" in words(caller, at("call_after", lease.key))


def test_a_neighbour_goes_to_somebody_else_and_never_comes_back_to_the_same_caller(
    campaign: Campaign, caller: Client
) -> None:
    callee = make_callee(campaign, "Voisine")
    assert "Je connais cette personne" in words(caller, take(caller, campaign))
    key = Lease.objects.get().key
    caller.post(at("call_give_back", key), {"why": "knows"})
    assert "Voisine" not in words(caller, at("desk"))
    assert caller.get(at("call", key)).status_code in {200, 302}
    assert "Voisine" not in html.unescape(caller.get(at("call", key), follow=True).content.decode())
    assert take(caller, campaign) == at("desk"), "not offered again to who knows them"
    other = signed_in(Person.objects.get(pk=make_caller(campaign, "Lina").person_id))
    assert "Voisine" in words(other, take(other, campaign))
    callee.refresh_from_db()
    assert callee.tries == 0


def test_a_wrong_number_that_answers_learns_nothing_and_is_never_rung_again(
    campaign: Campaign, caller: Client, desk: Client
) -> None:
    phone = "+33639980812"
    callee = make_callee(campaign, "Perdue", phone=phone)
    page = words(caller, take(caller, campaign))
    assert "Ne dites pas qui vous appeliez" in page
    lease = end(caller, "wrong_number")
    assert lease.callee.state == "human"
    assert opposed(campaign.organisation, [phone], "calls", None) == set(), "whoever answered refused nothing"
    task = HumanTask.objects.get()
    desk.post(at("task_take", task.key))
    refused = desk.post(at("task", task.key), {"result": "again", "words": "", "phone": ""})
    assert refused.status_code == 422
    assert "numéro" in html.unescape(refused.content.decode())
    sent = {"result": "again", "words": "Trouvé par sa sœur.", "phone": "06 39 98 08 13"}
    assert desk.post(at("task", task.key), sent).status_code == 302
    callee.refresh_from_db()
    assert callee.state == "ready"
    take(caller, campaign)
    lease = Lease.objects.get(closed_at=None)
    caller.post(at("call_number", lease.key))
    assert "tel:+33639980813" in words(caller, at("call", lease.key))


def test_a_death_is_met_with_words_and_no_campaign_calls_again_while_the_partner_is_not_cut_off(
    campaign: Campaign, caller: Client
) -> None:
    phone = "+33639980814"
    make_callee(campaign, "Adieu", phone=phone, priority=9, rank=9)
    partner = make_callee(campaign, "Adieu", phone=phone, facts={"first_name": "Paul"})
    elsewhere = make_callee(make_campaign(campaign.organisation), "Adieu", phone=phone)
    assert "je ne le savais pas" in words(caller, take(caller, campaign))
    lease = end(caller, "died")
    assert "Respirez" in words(caller, at("call_after", lease.key))
    elsewhere.refresh_from_db()
    partner.refresh_from_db()
    assert (lease.callee.end, elsewhere.end, partner.state) == ("died", "died", "ready")


def test_no_page_of_this_piste_gives_people_to_call_as_a_file_but_a_list_lent_for_a_day(
    campaign: Campaign, desk: Client, caller: Client
) -> None:
    """A file of people is asked for in trusted data, with its purpose and its end: here only a paper for one day."""
    from tests.test_permissions import addresses

    make_callee(campaign, "Zumstein")
    given = {"campaign": campaign.slug, "slug": campaign.slug, "card": CallerCard.objects.get().pk}
    # Figures of a morning, and nobody of a campaign.
    files = {"morning_pdf"}
    for name, _path, arguments in addresses():
        piste, _colon, short = name.partition(":")
        if piste != "proactive_desks" or not set(arguments) <= set(given) or short in files:
            continue
        for client in (desk, caller):
            answer = client.get(at(short, *[given[one] for one in arguments]))
            if answer.status_code == 200:
                assert "Content-Disposition" not in answer, f"{name} gives a file to whoever opens it"
                assert "Zumstein" not in answer.content.decode(), f"{name} names people to call"
