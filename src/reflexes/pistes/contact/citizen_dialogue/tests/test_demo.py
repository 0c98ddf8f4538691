"""The demonstration shows a budget that ended, one that is voted on and one that takes ideas."""

import pytest

from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.services import consultations
from reflexes.mechanisms.assembly.services.silences import WORDS, silences
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity
from reflexes.pistes.contact.citizen_dialogue import demo
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility, GoalScore, Step
from reflexes.pistes.contact.citizen_dialogue.services.waiting import KINDS

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_a_budget_at_every_moment_of_its_life(stranger):
    directory_demo.seed()
    demo.seed()
    ended, voted, young = Edition.objects.order_by("made_at")
    assert [one.state for one in (ended, voted, young)] == ["ended", "open", "open"]
    assert voted.before == ended
    assert voted.vote is not None
    assert ended.vote is not None
    assert set(Feasibility.objects.filter(edition=voted).values_list("verdict", flat=True)) == {
        "",
        "feasible",
        "changed",
        "not",
    }
    door = Step.objects.get(edition=voted, kind="ideas").consultation
    assert set(consultations.reach(door).values()) <= {1, 2, 3}
    assert consultations.is_open(Step.objects.get(edition=young, kind="ideas").consultation)
    assert not any(one.learned == "" for one in ended.variables.all())
    keeper = Capacity.objects.get(role=roles.FACILITATOR)
    codes = {one.code for one in silences(actor_of(keeper.person, keeper), WORDS | KINDS)}
    assert {"feasibility_late", "milestones_late"} <= codes
    assert GoalScore.objects.exists()
    assert not Job.objects.filter(kind__startswith="citizen_dialogue.").exists()
    for address, _words in demo.to_click():
        assert stranger.get(address).status_code == 200
    address, words = next(one for one in demo.to_click() if "/voter/" in one[0])
    assert "Une fontaine à boire" in stranger.post(address, {"code": words[-14:]}).content.decode()
