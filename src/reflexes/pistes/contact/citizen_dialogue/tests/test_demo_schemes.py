"""The demonstration shows a street at every moment of a trial."""

import pytest

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.contact.citizen_dialogue import demo_schemes
from reflexes.pistes.contact.citizen_dialogue.models import Booklet, FieldNote, Indicator, Outcome, Scheme

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_a_street_at_every_moment_of_a_trial():
    directory_demo.seed()
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    for role in (roles.FACILITATOR, roles.ELECTED):
        make_person(role=role, organisation=town)
    demo_schemes.seed()
    lane = Scheme.objects.get(title="Piste provisoire du quai")
    assert 0 < (lane.review_on - clock.today()).days < 15
    assert lane.outcomes.get().verdict == Outcome.Verdict.ADAPT
    assert FieldNote.objects.filter(scheme=lane).count() >= 10
    assert Indicator.objects.filter(scheme=lane, state="aside").exclude(why_aside="").count() == 1
    assert Booklet.objects.get().scheme == lane
    urgent = Scheme.objects.get(urgent=True)
    assert urgent.is_late and urgent.choice_closed_at is not None
    assert Scheme.objects.filter(choice_closed_at=None).count() == 1
    assert Message.objects.filter(key__startswith="street-evaluator:").count() == 1
    assert not Job.objects.filter(kind__startswith="citizen_dialogue.").exists()
