"""Work written with its cause, done once, tried again, given up, or left to a person."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import translation

from reflexes.core import clock
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox import handlers
from reflexes.core.outbox.errors import LeaseLost, MaybeSent, NotSent, Refused
from reflexes.core.outbox.handlers import every, handler
from reflexes.core.outbox.models import Job, Outcome, State
from reflexes.core.outbox.services import access_job, do_set_aside, do_try_again, enqueue, stuck_jobs
from reflexes.core.outbox.worker import LONGEST_WAIT, Worker, reap, run_all, wait_before
from reflexes.core.privacy.models import ViewRecord

COORDINATOR = Actor(role="coordinator", person_id=1)
MANAGER = Actor(role="manager", person_id=2)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kinds declared in a test end with it."""
    monkeypatch.setattr(handlers, "_handlers", {})
    monkeypatch.setattr(handlers, "_periods", {})
    yield


def failing(error: Exception) -> Callable[[Job], None]:
    def run(job: Job) -> None:
        raise error

    return run


def later(job: Job) -> timedelta:
    return job.run_at - clock.real_now()


def test_a_job_is_done_once() -> None:
    done: list[str] = []
    handler("test.note")(lambda job: done.append(job.payload["word"]))
    enqueue("test.note", {"word": "hello"}, key="note:1")

    assert run_all() == 1
    assert run_all() == 0

    assert done == ["hello"]
    assert Job.objects.get(key="note:1").state == State.DONE


def test_asking_twice_with_the_same_key_is_asking_once() -> None:
    first = enqueue("test.note", {"word": "one"}, key="note:1")
    with transaction.atomic():
        second = enqueue("test.note", {"word": "two"}, key="note:1")
        still_alive = Job.objects.count()

    assert second == first
    assert second.payload == {"word": "one"}
    assert still_alive == 1


def test_a_key_that_names_another_kind_of_work_is_a_mistake() -> None:
    enqueue("test.note", {}, key="note:1")

    with pytest.raises(ValueError, match=r"already names a job of kind test\.note"):
        enqueue("test.other", {}, key="note:1")


def test_a_job_disappears_with_a_cause_that_fails() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("test.note", {}, key="note:1")
        raise RuntimeError

    assert not Job.objects.exists()


def test_a_job_waits_for_its_hour() -> None:
    handler("test.note")(lambda job: None)
    enqueue("test.note", {}, key="note:1", run_at=clock.now() + timedelta(hours=1))

    assert run_all() == 0
    with clock.shifted(timedelta(hours=1, seconds=1)):
        assert run_all() == 1


def test_what_a_failing_job_had_written_is_undone_and_it_waits_longer_each_time() -> None:
    def half(job: Job) -> None:
        ViewRecord.objects.create(viewer_key="0" * 32, subject_key="1" * 32, what="x", purpose="x", hour=clock.now())
        raise RuntimeError("half-way")

    handler("test.half", attempts=2)(half)
    enqueue("test.half", {}, key="half:1")

    run_all(raising=False)
    job = Job.objects.get()
    assert (job.state, job.outcome, job.attempts) == (State.WAITING, Outcome.FAILED, 1)
    assert timedelta(seconds=10) < later(job) < timedelta(seconds=20)
    assert "half-way" in job.detail

    with clock.shifted(timedelta(minutes=1)):
        run_all(raising=False)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DEAD, 2)
    assert list(stuck_jobs()) == [job]
    assert not ViewRecord.objects.exists()


def test_an_unexpected_failure_is_raised_where_someone_watches() -> None:
    handler("test.half")(failing(RuntimeError("half-way")))
    enqueue("test.half", {}, key="half:1")

    with pytest.raises(RuntimeError, match="half-way"):
        run_all()

    assert Job.objects.get().outcome == Outcome.FAILED


def test_waits_double_stay_under_an_hour_and_can_be_recomputed() -> None:
    waits = [wait_before("mail:1", attempt) for attempt in range(1, 17)]

    assert waits == [wait_before("mail:1", attempt) for attempt in range(1, 17)]
    assert waits != [wait_before("mail:2", attempt) for attempt in range(1, 17)]
    assert all(wait <= LONGEST_WAIT * 1.25 for wait in waits)
    assert waits[5] > waits[2] > waits[0]


def test_a_kind_nobody_knows_becomes_a_dead_letter_with_its_sentence() -> None:
    enqueue("gone.kind", {}, key="gone:1")

    run_all()

    job = Job.objects.get()
    assert (job.state, job.outcome) == (State.DEAD, Outcome.UNKNOWN_KIND)
    with translation.override("en"):
        assert job.get_outcome_display().startswith("Nobody here knows how to do this work")


@pytest.mark.parametrize(
    ("error", "state", "outcome"),
    [
        (NotSent("no answer"), State.WAITING, Outcome.NOT_SENT),
        (Refused("550 unknown"), State.DEAD, Outcome.REFUSED),
        (MaybeSent("broken pipe"), State.UNCERTAIN, Outcome.MAYBE_SENT),
        (RuntimeError("surprise"), State.UNCERTAIN, Outcome.MAYBE_SENT),
    ],
)
def test_words_that_may_have_left_are_never_spoken_again(error: Exception, state: State, outcome: Outcome) -> None:
    handler("test.speak", external=True)(failing(error))
    enqueue("test.speak", {}, key="speak:1")

    run_all(raising=False)

    job = Job.objects.get()
    assert (job.state, job.outcome) == (state, outcome)
    assert str(error) in job.detail


def test_an_external_job_is_marked_before_it_speaks() -> None:
    seen: list[str] = []
    handler("test.speak", external=True)(lambda job: seen.append(Job.objects.get(pk=job.pk).state))
    enqueue("test.speak", {}, key="speak:1")

    run_all()

    assert seen == [State.SENDING]
    assert Job.objects.get().state == State.DONE


def test_the_owner_follows_each_state_of_its_job() -> None:
    seen: list[str] = []
    handler("test.speak", external=True, follow=lambda job: seen.append(job.state))(failing(MaybeSent("cut")))
    enqueue("test.speak", {}, key="speak:1")

    run_all(raising=False)
    do_try_again(actor=COORDINATOR, job=Job.objects.get())

    assert seen == [State.SENDING, State.UNCERTAIN, State.WAITING]


def left_by_a_dead_worker(state: State, *, attempts: int = 1) -> Job:
    return Job.objects.create(
        key=f"left:{state}:{attempts}",
        kind="test.left",
        state=state,
        worker="gone",
        attempts=attempts,
        lease_until=clock.real_now() - timedelta(seconds=1),
    )


@pytest.mark.parametrize(
    ("state", "attempts", "settled", "outcome"),
    [
        (State.RUNNING, 1, State.WAITING, Outcome.KILLED),
        (State.RUNNING, 6, State.DEAD, Outcome.KILLED),
        (State.SENDING, 1, State.UNCERTAIN, Outcome.MAYBE_SENT_KILLED),
    ],
)
def test_the_reaper_settles_what_a_dead_worker_left(
    state: State, attempts: int, settled: State, outcome: Outcome
) -> None:
    handler("test.left")(lambda job: None)
    job = left_by_a_dead_worker(state, attempts=attempts)

    assert reap() == 1

    job.refresh_from_db()
    assert (job.state, job.outcome) == (settled, outcome)


def test_the_reaper_leaves_a_job_whose_lease_runs() -> None:
    job = left_by_a_dead_worker(State.RUNNING)
    Job.objects.update(lease_until=clock.real_now() + timedelta(minutes=1))

    assert reap() == 0
    job.refresh_from_db()
    assert job.state == State.RUNNING


def test_a_worker_that_lost_its_lease_writes_nothing() -> None:
    handler("test.left")(lambda job: None)
    slow = Worker()
    enqueue("test.left", {}, key="left:1")
    job = slow.claim()
    assert job is not None
    Job.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
    reap()
    Job.objects.update(run_at=clock.real_now())
    other = Worker().claim()
    assert other is not None

    slow.do(job)

    assert Job.objects.get().worker == other.worker
    assert Job.objects.get().state == State.RUNNING


def test_what_a_slow_worker_knows_replaces_the_doubt_of_the_reaper() -> None:
    handler("test.speak", external=True)(lambda job: None)
    enqueue("test.speak", {}, key="speak:1")
    slow = Worker()
    job = slow.claim()
    assert job is not None
    Job.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))
    reap()
    assert Job.objects.get().state == State.UNCERTAIN

    slow.do(job)

    assert Job.objects.get().state == State.DONE


def test_a_long_job_renews_its_lease_and_stops_when_it_is_taken_over() -> None:
    leases: list[datetime] = []

    def long(job: Job) -> None:
        before = job.lease_until
        job.renew()
        leases.extend(moment for moment in (before, job.lease_until) if moment)
        Job.objects.filter(pk=job.pk).update(worker="other")
        with pytest.raises(LeaseLost):
            job.renew()
        job.renew()

    handler("test.long", long=True)(long)
    enqueue("test.long", {}, key="long:1")

    run_all()

    assert leases[1] > leases[0]
    assert Job.objects.get().worker == "other"
    assert Job.objects.get().state == State.RUNNING


def test_one_worker_only_claims_a_job() -> None:
    handler("test.note")(lambda job: None)
    enqueue("test.note", {}, key="note:1")

    assert Worker().claim() is not None
    assert Worker().claim() is None


def test_a_job_of_an_exercise_lives_at_its_date() -> None:
    seen: list[datetime] = []
    handler("test.when")(lambda job: seen.append(clock.now()))
    with clock.travelling(MONDAY + timedelta(days=400)):
        enqueue("test.when", {}, key="when:1", exercise_id=7)
        enqueue("test.when", {}, key="when:2", exercise_id=7, run_at=clock.now() + timedelta(hours=1))

    assert run_all() == 1
    assert abs(seen[0] - (MONDAY + timedelta(days=400))) < timedelta(minutes=1)
    assert timedelta(minutes=58) < later(Job.objects.get(key="when:2")) < timedelta(minutes=61)


def test_a_periodic_job_is_done_once_a_period_whatever_the_number_of_workers() -> None:
    done: list[str] = []
    every(timedelta(minutes=1), "test.tick")(lambda job: done.append(job.key))

    for worker in (Worker(), Worker()):
        worker.tick()
        worker.tick()
    run_all()

    assert len(done) == 1


def test_two_functions_cannot_do_the_same_kind() -> None:
    handler("test.note")(lambda job: None)

    with pytest.raises(ValueError, match="Rename one of them"):
        handler("test.note")(lambda job: None)


def test_what_is_over_is_forgotten_and_what_is_stuck_is_kept() -> None:
    from reflexes.core.outbox.jobs import tidy

    long_ago = clock.real_now() - timedelta(days=91)
    for state in (State.DONE, State.SET_ASIDE, State.DEAD, State.UNCERTAIN):
        Job.objects.create(key=state, kind="test.note", state=state, ended_at=long_ago)
    Job.objects.create(key="yesterday", kind="test.note", state=State.DONE, ended_at=clock.real_now())

    tidy(Job())

    assert set(Job.objects.values_list("key", flat=True)) == {"dead", "uncertain", "yesterday"}


class TestDecidingOnWhatIsStuck:
    """A coordinator decides; a manager may not; for a stranger it does not exist."""

    @pytest.fixture
    def uncertain(self) -> Job:
        return Job.objects.create(key="speak:1", kind="test.speak", state=State.UNCERTAIN, attempts=6)

    def test_the_coordinator_tries_again(self, uncertain: Job) -> None:
        do_try_again(actor=COORDINATOR, job=access_job(COORDINATOR, uncertain.pk))

        uncertain.refresh_from_db()
        assert (uncertain.state, uncertain.attempts) == (State.WAITING, 0)

    def test_the_coordinator_sets_aside(self, uncertain: Job) -> None:
        do_set_aside(actor=COORDINATOR, job=uncertain)

        uncertain.refresh_from_db()
        assert uncertain.state == State.SET_ASIDE

    def test_of_two_who_decide_at_once_one_is_told(self, uncertain: Job) -> None:
        seen_before = Job.objects.get(pk=uncertain.pk)
        do_set_aside(actor=COORDINATOR, job=uncertain)

        with pytest.raises(Refusal) as told:
            do_try_again(actor=COORDINATOR, job=seen_before)

        assert told.value.code == "already_decided"
        assert told.value.conflict
        assert Job.objects.get().state == State.SET_ASIDE

    @pytest.mark.parametrize("actor", [MANAGER, STRANGER])
    def test_nobody_else_sees_or_decides(self, uncertain: Job, actor: Actor) -> None:
        with pytest.raises(Http404):
            access_job(actor, uncertain.pk)
        with pytest.raises(PermissionDenied):
            do_try_again(actor=actor, job=uncertain)
