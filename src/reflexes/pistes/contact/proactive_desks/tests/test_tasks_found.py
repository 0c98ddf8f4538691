"""People who wait for somebody are found by what is to be done, by place, by who is on it."""

import pytest
from django.urls import reverse

from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_commune, make_person
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign
from reflexes.pistes.contact.proactive_desks.factories_units import make_entrusted_visit, make_proximity_unit
from reflexes.pistes.contact.proactive_desks.models import Callee, HumanTask
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db


def test_people_who_wait_are_found_by_what_where_and_who() -> None:
    campaign = make_campaign()
    boss = make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation)
    desk = signed_in(boss)
    away = make_commune(code="67218", name="Illkirch-Graffenstaden")
    rows = {
        "relative": {"taken_by": boss},
        "visit": {},
        "decide": {},
    }
    made = {}
    for kind, fields in rows.items():
        place = {"commune": away} if kind == "decide" else {}
        callee = make_callee(campaign, state=Callee.State.HUMAN, **place)
        made[kind] = HumanTask.objects.create(campaign=campaign, callee=callee, kind=kind, **fields)
    make_entrusted_visit(make_proximity_unit(campaign.organisation), made["visit"].callee)
    address = reverse("proactive_desks:tasks", args=[campaign.slug])

    def found(asked: str) -> set[str]:
        page = desk.get(f"{address}?{asked}").content.decode()
        return {kind for kind, task in made.items() if str(task.key) in page}

    assert found("") == set(rows)
    assert found("kind=visit") == {"visit"}
    assert found("place=67218") == {"decide"}
    assert found("who=me") == {"relative"}
    assert found("who=unit") == {"visit"}
    assert found("who=nobody&place=67218") == {"decide"}
    assert found("kind=nothing&place=zz") == set(rows)
    assert "Personne n’attend cela" in desk.get(f"{address}?kind=relative&place=67218").content.decode()
