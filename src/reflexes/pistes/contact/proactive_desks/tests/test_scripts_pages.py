"""Writing a script in the site: step by step, moved, published, brought in from a sheet and taken out again."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks.factories import make_caller, make_campaign, make_supervisor
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.models import Campaign, Script
from reflexes.pistes.contact.proactive_desks.services import scripts, scripts_sheets
from tests.harness.cast import signed_in


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(make_organisation())


@pytest.fixture
def keeper(campaign: Campaign) -> Client:
    return signed_in(Person.objects.get(pk=make_supervisor(campaign).person_id))


def begun(keeper: Client, campaign: Campaign) -> Script:
    keeper.post(reverse("proactive_desks:script_begin", args=[campaign.slug]))
    return Script.objects.get(published_at=None)


def at(name: str, script: Script, *more: Any) -> str:
    return reverse(f"proactive_desks:{name}", args=[script.pk, *more])


def test_a_script_is_begun_from_the_default_read_and_published(keeper: Client, campaign: Campaign) -> None:
    listed = reverse("proactive_desks:scripts", args=[campaign.slug])
    assert "Pas encore de script" in keeper.get(listed).content.decode()
    script = begun(keeper, campaign)
    page = keeper.get(at("script", script)).content.decode()
    assert "Comment allez-vous en ce moment" in page
    keeper.post(at("script_publish", script))
    script.refresh_from_db()
    assert script.published_at
    page = keeper.get(at("script", script)).content.decode()
    assert reverse("proactive_desks:step", args=[script.pk, 1]) not in page
    assert keeper.get(at("step", script, 1)).status_code == 404
    assert begun(keeper, campaign).number == 2
    assert keeper.get(listed).status_code == 200


def test_a_step_is_written_changed_moved_and_taken_out(keeper: Client, campaign: Campaign) -> None:
    script = begun(keeper, campaign)
    before = len(scripts.steps_of(script))
    sent = {
        "kind": "select_one",
        "label_fr": "Avez-vous un chien ?",
        "name": "dog",
        "choices": "yes = Oui | Yes\nno = Non | | alimentation et courses | urgent",
        "relevant": "${food} = 'yes'",
    }
    assert keeper.post(at("step_new", script), sent).status_code == 302
    dog = scripts.steps_of(script)[-1]
    assert (len(scripts.steps_of(script)), dog.choices[1].need, dog.choices[1].urgent) == (before + 1, "food", True)
    place = before + 1
    page = keeper.get(at("step", script, place)).content.decode()
    assert "no = Non |  | food | urgent" in page
    keeper.post(at("step", script, place), {**sent, "label_fr": "Avez-vous un chat ?"})
    keeper.post(at("step_move", script, place), {"how": "up"})
    assert scripts.steps_of(script)[-2].label["fr"] == "Avez-vous un chat ?"
    keeper.post(at("step_move", script, place - 1), {"how": "remove"})
    assert len(scripts.steps_of(script)) == before


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"choices": "yes Oui"}, "Ligne 1"),
        ({"choices": "yes = Oui | | bread"}, "Ligne 1"),
        ({"choices": ""}, "n’a pas de choix"),
        ({"name": "food"}, "est pris par une étape"),
        ({"relevant": "food = 'yes'"}, "ne se lit plus"),
        ({"relevant": "${food} = 'perhaps'"}, "n’est pas un choix"),
        ({"label_fr": ""}, "ne dit rien"),
    ],
)
def test_a_step_that_cannot_be_is_refused_in_one_sentence_and_stays_typed(
    keeper: Client, campaign: Campaign, changed: dict[str, str], words: str
) -> None:
    script = begun(keeper, campaign)
    sent = {"kind": "select_one", "label_fr": "Un chien ?", "name": "dog", "choices": "yes = Oui", **changed}
    answer = keeper.post(at("step_new", script), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "dog" not in [step.name for step in scripts.steps_of(script)]


def test_what_stops_a_script_is_listed_before_it_can_be_published(keeper: Client, campaign: Campaign) -> None:
    script = begun(keeper, campaign)
    moved = [step.name for step in scripts.steps_of(script)].index("mood") + 1
    keeper.post(at("step_move", script, moved), {"how": "remove"})
    page = keeper.get(at("script", script)).content.decode()
    assert "mood" in page
    assert reverse("proactive_desks:script_publish", args=[script.pk]) not in page
    keeper.post(at("script_publish", script))
    script.refresh_from_db()
    assert script.published_at is None


def test_a_sheet_taken_out_is_brought_in_again(keeper: Client, campaign: Campaign) -> None:
    script = make_script(campaign)
    answer = keeper.get(at("script_sheet", script, "xlsx"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = SimpleUploadedFile("script.xlsx", answer.content)
    done = keeper.post(reverse("proactive_desks:script_import", args=[campaign.slug]), {"sheet": sheet})
    written = Script.objects.get(published_at=None)
    assert done.url == at("script", written)
    assert scripts.steps_of(written) == scripts.steps_of(script)
    assert keeper.get(at("script_sheet", script, "pdf")).status_code == 404


def test_a_bad_line_is_named_with_its_row_on_the_page(keeper: Client, campaign: Campaign) -> None:
    there = reverse("proactive_desks:script_import", args=[campaign.slug])
    assert keeper.get(there).status_code == 200
    sheet = io.BytesIO(b"type;name;label\nphoto;x;Quoi ?\n")
    sheet.name = "script.csv"
    answer = keeper.post(there, {"sheet": sheet})
    assert answer.status_code == 422
    assert "ligne 2" in answer.content.decode()
    assert keeper.post(there, {}).status_code == 422
    assert not Script.objects.exists()


def test_only_those_in_charge_of_the_campaign_write_its_script(campaign: Campaign, stranger: Client) -> None:
    script = make_script(campaign)
    caller = signed_in(Person.objects.get(pk=make_caller(campaign).person_id))
    partner = signed_in(Person.objects.get(pk=make_supervisor(make_campaign(make_organisation())).person_id))
    slug = [campaign.slug]
    for client, status in ((caller, 404), (partner, 404), (stranger, 302)):
        assert client.get(reverse("proactive_desks:scripts", args=slug)).status_code == status
        assert client.get(at("script", script)).status_code == status
        assert client.post(reverse("proactive_desks:script_begin", args=slug)).status_code == status
        assert client.post(at("script_publish", script)).status_code == status
    assert scripts_sheets.sheet_of(script, "ods").startswith(b"PK")


def test_questions_do_not_grow_with_the_steps(keeper: Client, campaign: Campaign, constant_queries: Any) -> None:
    script = begun(keeper, campaign)

    def grow() -> None:
        for number in range(5):
            sent = {"kind": "text", "label_fr": f"Et {number} ?", "name": f"more_{number}"}
            assert keeper.post(at("step_new", script), sent).status_code == 302

    constant_queries(keeper, at("script", script), grow)
