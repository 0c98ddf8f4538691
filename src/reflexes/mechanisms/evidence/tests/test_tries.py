"""What must stay rare is counted before it is done."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence.models import Tries
from reflexes.mechanisms.evidence.services import tries

LIMIT = tries.Limit("codes", 2, timedelta(hours=1))


@pytest.mark.django_db
def test_beyond_the_limit_one_waits_and_others_do_not() -> None:
    for _time in range(2):
        tries.count_try(LIMIT, "one")
    with pytest.raises(Refusal) as refused:
        tries.count_try(LIMIT, "one")
    assert refused.value.code == "too_many"
    tries.count_try(LIMIT, "other")


@pytest.mark.django_db
def test_counts_hold_no_address_and_are_forgotten_the_next_day() -> None:
    tries.count_try(LIMIT, "192.0.2.7")
    assert "192.0.2.7" not in str(Tries.objects.values().get())
    Tries.objects.update(since=clock.real_now() - timedelta(hours=2))
    tries.count_try(LIMIT, "192.0.2.7")
    assert Tries.objects.get().count == 1
    Tries.objects.update(since=clock.real_now() - timedelta(days=2))
    assert tries.forget() == 1
