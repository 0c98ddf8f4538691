"""The demonstration shows units as they live: a week of reports, one missing, needs at every moment of their life."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity
from reflexes.pistes.contact.proactive_desks import demo_units
from reflexes.pistes.contact.proactive_desks.models import Facility, FieldNeed, ProximityUnit
from reflexes.pistes.contact.proactive_desks.services.morning import compose
from reflexes.pistes.contact.proactive_desks.services.units_reports import board
from reflexes.pistes.contact.proactive_desks.services.units_silences import silences

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_a_week_of_reports_one_missing_and_a_sheet_that_says_it():
    directory_demo.seed()
    demo_units.seed()
    director = Capacity.objects.get(role=roles.DIRECTOR)
    actor = actor_of(director.person, director)
    assert ProximityUnit.objects.count() == 5 and Facility.objects.count() == 60
    assert set(FieldNeed.objects.values_list("state", flat=True)) == {"open", "in_hand", "met", "not_met"}
    today, yesterday = board(actor, clock.today()), board(actor, clock.today() - timedelta(days=1))
    assert [line.unit.name for line in today.missing] == ["Neudorf et Port du Rhin"]
    assert [line.unit.name for line in yesterday.missing] == ["Meinau et Illkirch"]
    assert any(line.unread for line in today.lines)
    sheet = compose(actor, clock.today())
    assert sheet.missing == ["Meinau et Illkirch"]
    assert {"questions_waiting", "units_past_end", "reports_missing"} <= {one.code for one in silences(actor)}
    assert Capacity.objects.filter(role=roles.OUTREACH, person__user__is_active=True).count() == 10
    assert not Message.objects.exists()


def test_the_generator_takes_a_number():
    directory_demo.seed()
    demo_units.seed(facilities=300)
    assert Facility.objects.count() == 300
