"""The demonstration shows a committee at every moment of its life."""

import pytest

from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.models import Body, Proposal, Seat, Session
from reflexes.mechanisms.assembly.services.silences import silences
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity
from reflexes.pistes.influence.liaison_committees import demo

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_a_committee_at_every_moment_of_its_life():
    directory_demo.seed()
    demo.seed()
    assert sorted(Body.objects.values_list("state", flat=True)) == ["draft", "open"]
    assert Seat.objects.filter(state="held").count() == 39
    assert list(Session.objects.order_by("number").values_list("state", flat=True)) == ["held", "held", "called"]
    assert {one.state for one in Proposal.objects.all()} == {"received", "studied", "adopted", "adapted", "refused"}
    keeper = Capacity.objects.get(role=roles.FACILITATOR)
    waiting = {one.code: one.count for one in silences(actor_of(keeper.person, keeper))}
    assert waiting["proposals_late"] == 1
    assert waiting["seats_unanswered"] == 1
    assert waiting["sessions_without_minutes"] == 1
    assert waiting["expenses_unsettled"] == 2
    assert not Job.objects.filter(kind__startswith="liaison_committees.").exists()
    for role in (roles.FACILITATOR, roles.ELECTED, roles.RESIDENT):
        assert Capacity.objects.filter(role=role, person__user__isnull=False).exists()
