"""Services come from the national schema, by file or by hand; nothing bad is half written; nothing is deleted."""

import io
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core.acting import STRANGER
from reflexes.core.text import normalised
from reflexes.mechanisms.casework.factories import make_sent, make_service
from reflexes.mechanisms.casework.models import Need, Service, Structure
from reflexes.mechanisms.casework.services import directory, importing
from reflexes.mechanisms.casework.services.directory import Written, find_services
from reflexes.mechanisms.casework.tests.casting import Cast, journaled, refused
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for, make_commune

pytestmark = pytest.mark.django_db

STRUCTURES = [{"id": "dora--1", "source": "dora", "nom": "CCAS de Strasbourg", "telephone": "03 88 60 90 90"}]
SERVICE: dict[str, Any] = {
    "id": "dora--s1",
    "source": "dora",
    "structure_id": "dora--1",
    "nom": "Portage de repas",
    "description": "Un repas chaud apporté chaque midi à domicile.",
    "thematiques": ["equipement-et-alimentation--alimentation"],
    "zone_eligibilite": ["67"],
    "courriel": "repas@example.org",
    "date_maj": "2026-10-01",
}


@pytest.fixture
def cast() -> Cast:
    return Cast()


def a_json(rows: Any, name: str = "services.json") -> tuple[str, bytes]:
    return name, json.dumps(rows).encode()


def a_csv(rows: list[dict[str, Any]], name: str = "services.csv") -> tuple[str, bytes]:
    titles = list(rows[0])
    out = io.StringIO()
    for line in [titles, *([one.get(title, "") for title in titles] for one in rows)]:
        cells = [json.dumps(cell) if isinstance(cell, list) else str(cell) for cell in line]
        out.write(";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n")
    return name, out.getvalue().encode()


def imported(cast: Cast, *services: dict[str, Any]) -> dict[str, int]:
    found = importing.read(a_json(STRUCTURES, "structures.json"), a_json(list(services)))
    return importing.do_import(actor=cast.navigator, found=found)


@pytest.mark.parametrize("form", [a_json, a_csv])
def test_services_come_by_the_column_names_of_the_schema(cast: Cast, form: Any) -> None:
    found = importing.read(form(STRUCTURES, f"structures.{form.__name__[2:]}"), form([SERVICE]))
    assert found.problems == []
    assert not Structure.objects.filter(external_id="dora--1").exists()
    importing.do_import(actor=cast.navigator, found=found)
    service = Service.objects.get(external_id="dora--s1")
    assert (service.name, service.structure.name) == ("Portage de repas", "CCAS de Strasbourg")
    assert service.structure.phone == "+33388609090"
    assert [one.theme for one in service.themes.all()] == SERVICE["thematiques"]
    assert [one.code for one in service.zones.all()] == ["67"]
    assert service.search == normalised("Portage de repas CCAS de Strasbourg")
    assert len(journaled("directory_imported")) == 1


def test_each_bad_line_is_named_and_nothing_is_written(cast: Cast) -> None:
    bad = [
        SERVICE,
        {**SERVICE, "nom": ""},
        SERVICE,
        {**SERVICE, "id": "dora--s2", "structure_id": "nowhere"},
        {**SERVICE, "id": "dora--s3", "date_maj": "hier"},
        {**SERVICE, "id": "dora--s4", "source": "local"},
    ]
    found = importing.read(a_json(STRUCTURES), a_json(bad))
    said = {(one.code, one.row) for one in found.problems}
    assert said >= {("cell_missing", 2), ("twice", 3), ("no_structure", 4), ("date_wrong", 5), ("ours", 6)}
    assert all(str(one).startswith("services.json") for one in found.problems)
    refused("bad_lines", importing.do_import, actor=cast.navigator, found=found)
    assert not Service.objects.filter(source="dora", external_id="dora--s1").exists()


def test_a_doubtful_contact_or_theme_is_said_and_the_line_kept_without_it(cast: Cast) -> None:
    row = {**SERVICE, "telephone": "12", "courriel": "chez nous", "thematiques": ["danse", "sante--voir-un-medecin"]}
    found = importing.read(a_json(STRUCTURES), a_json([row]))
    assert {one.code for one in found.problems} == {"phone_wrong", "email_wrong", "theme_unknown"}
    importing.do_import(actor=cast.navigator, found=found)
    service = Service.objects.get(external_id="dora--s1")
    assert (service.phone, service.email) == ("", "")
    assert [one.theme for one in service.themes.all()] == ["sante--voir-un-medecin"]


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b'"a"', b"[" * 100_000, b"\xff\xfe"])
def test_a_file_that_is_no_list_is_refused_in_a_sentence(cast: Cast, data: bytes) -> None:
    found = importing.read(None, ("services.json", data))
    assert [one.code for one in found.problems] == ["not_json"]
    assert importing.read(None, ("services.csv", data)).refused


def test_a_column_that_is_missing_is_named(cast: Cast) -> None:
    found = importing.read(None, a_csv([{"id": "1", "nom": "Repas"}]))
    assert {one.column for one in found.problems} == {"source", "structure_id", "description"}


def test_what_its_source_no_longer_lists_is_put_aside_and_comes_back_never_deleted(cast: Cast) -> None:
    other = {**SERVICE, "id": "dora--s2", "nom": "Bricolage"}
    imported(cast, SERVICE, other)
    by_hand, elsewhere = make_service("Local", source="local"), make_service("Ailleurs", source="soliguide")
    gone = Service.objects.get(external_id="dora--s2")
    referral = make_sent(cast.navigator, cast.told(), gone)
    assert imported(cast, SERVICE)["aside"] >= 1
    gone.refresh_from_db()
    assert gone.put_aside_at is not None
    assert gone not in find_services()
    referral.refresh_from_db()
    assert referral.service == gone
    for one in (by_hand, elsewhere):
        one.refresh_from_db()
        assert one.put_aside_at is None
    imported(cast, SERVICE, other)
    gone.refresh_from_db()
    assert gone.put_aside_at is None
    assert Service.objects.filter(external_id="dora--s2").count() == 1


def test_services_are_found_by_need_and_place_the_nearest_first(cast: Cast) -> None:
    Service.objects.all().update(put_aside_at="2026-01-01T00:00Z")
    country = make_service("Aide nationale", zones=("france",), commune_code="")
    here = make_service("Repas de Strasbourg", zones=("67482",))
    department = make_service("Repas du Bas-Rhin", zones=("67",))
    group = make_service("Repas de l’Eurométropole", zones=("246700488",))
    unsaid = make_service("Épicerie", commune_code="67482")
    make_service("Repas de Lyon", zones=("69",), commune_code="69123")
    make_service("Lyon sans zone", commune_code="69123")
    make_service("Docteur", zones=("67482",), themes=(Need.HEALTH.value,))
    found = list(find_services(need=Need.FOOD, commune=make_commune()))
    assert found[0] == here
    assert set(found) == {here, department, country, group, unsaid}
    sure = {offer.service: offer.sure_place for offer in directory.offers(found)}
    assert not sure[group]
    assert sure[department]
    assert sure[unsaid]
    assert list(find_services(words="epicerie")) == [unsaid]


def test_a_service_of_a_group_of_communes_is_sure_where_the_group_is_known() -> None:
    group = make_service("Repas de l’Eurométropole", zones=("246700488",))
    make_service("Repas d’un autre groupe", zones=("200040178",))
    found = list(find_services(need=Need.FOOD, commune=make_commune(code="67218", group_code="246700488")))
    assert found == [group]
    assert [offer.sure_place for offer in directory.offers(found)] == [True]


def test_a_service_is_written_by_hand_with_a_way_to_reach_it(cast: Cast) -> None:
    said = {"name": "Bois de chauffage", "structure": "Les Bûcherons", "needs": [Need.MONEY]}

    def written(**also: Any) -> Service:
        return directory.do_write_service(actor=cast.navigator, said=Written(**{**said, **also}))

    refused("contact_missing", written)
    refused("contact_wrong", written, phone="12")
    refused("name_missing", written, name=" ", phone="06 39 98 00 20")
    refused("need_missing", written, needs=["x"], phone="06 39 98 00 20")
    service = written(phone="06 39 98 00 20")
    assert service in find_services(need=Need.MONEY)
    directory.do_write_service(
        actor=cast.navigator, said=Written(**{**said, "name": "Bois sec"}, email="bois@example.org"), service=service
    )
    assert Service.objects.get(pk=service.pk).name == "Bois sec"
    refused(
        "listed_elsewhere",
        directory.do_write_service,
        actor=cast.navigator,
        said=Written(**said),
        service=cast.service,
    )


def test_only_those_who_keep_the_directory_change_it_and_never_from_an_exercise(cast: Cast) -> None:
    found = importing.read(a_json(STRUCTURES), a_json([SERVICE]))
    for actor in (cast.caller, cast.resident, STRANGER):
        with pytest.raises(PermissionDenied):
            importing.do_import(actor=actor, found=found)
        with pytest.raises(PermissionDenied):
            directory.do_put_aside(actor=actor, service=cast.service)
    playing = actor_for(cast.navigator_person, exercise_id=make_exercise().pk)
    refused("in_exercise", importing.do_import, actor=playing, found=found)


def test_who_read_something_by_a_link_has_a_name(cast: Cast) -> None:
    assert directory.names_of_readers([cast.service.contact_key]) == {cast.service.contact_key: cast.service.in_words}
