"""Sessions: whose turn it is, how long ahead, two doors and one register, minutes and what coming costs (P01, A02)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.factories import make_attendance, make_body, make_college, make_seat, make_session
from reflexes.mechanisms.assembly.models import Attendance, Body, Expense, Seat, Session, Topic
from reflexes.mechanisms.assembly.services import expenses, minutes, register, rotation, sessions
from reflexes.mechanisms.assembly.services.sessions import Doors, Point
from reflexes.mechanisms.assembly.tests.casting import Cast, announced, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_place
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db
Presence, Door = Attendance.Presence, Attendance.Door


@pytest.fixture
def cast() -> Cast:
    return Cast()


def in_days(number: float) -> datetime:
    return clock.now() + timedelta(days=number)


def call(cast: Cast, *, days: float = 21, **said: Any) -> Session:
    values = {
        "actor": cast.keeper,
        "body": cast.body,
        "starts_at": in_days(days),
        "ends_at": in_days(days) + timedelta(hours=3),
        "doors": Doors(place=make_place(cast.town), room_places=30, remote="https://visio.example.org"),
        **said,
    }
    return sessions.do_call_session(**values)


def called(session: Session) -> list[Person]:
    return [line.person for line in session.attendances.select_related("person").order_by("turn")]


def line_of(session: Session, person: Person) -> Attendance:
    return session.attendances.select_related("session__body", "person").get(person=person)


@contextmanager
def on_the_day(session: Session) -> Iterator[None]:
    with clock.shifted(session.starts_at - clock.now() + timedelta(minutes=5)):
        yield


class TestTheRotation:
    def test_of_a_large_panel_those_who_came_least_come_first_then_those_asked_longest_ago(self, cast: Cast) -> None:
        people = [cast.person, *cast.panel(5)]
        Body.objects.update(per_session=2)
        cast.body.refresh_from_db()
        rounds = []
        for turn in range(4):
            session = call(cast, days=20 + turn)
            rounds.append(called(session))
            for line in session.attendances.order_by("turn"):
                Attendance.objects.filter(pk=line.pk).update(presence=Presence.THERE)
        assert rounds == [people[0:2], people[2:4], people[4:6], people[0:2]]

    def test_two_sessions_called_on_one_day_call_two_groups(self, cast: Cast) -> None:
        people = [cast.person, *cast.panel(3)]
        Body.objects.update(per_session=2)
        assert called(call(cast)) == people[:2]
        assert called(call(cast, days=40)) == people[2:]

    def test_whoever_is_expected_already_waits_behind_whoever_came_once(self, cast: Cast) -> None:
        (other,) = cast.panel(1)
        Body.objects.update(per_session=1)
        make_attendance(make_session(cast.body, starts_at=in_days(-30)), other, presence=Presence.THERE)
        assert called(call(cast)) == [cast.person]
        assert called(call(cast, days=40)) == [other]

    def test_whoever_did_not_come_is_asked_after_those_who_were_never_asked(self, cast: Cast) -> None:
        people = [cast.person, *cast.panel(3)]
        Body.objects.update(per_session=2)
        session = call(cast)
        session.attendances.update(presence=Presence.ABSENT)
        assert called(call(cast, days=40)) == people[2:]

    def test_each_college_comes_in_its_proportion(self, cast: Cast) -> None:
        cast.panel(5)
        elected = make_college(cast.body, name="Élus", seats=3)
        cast.panel(3, college=elected)
        Body.objects.update(per_session=3)
        session = call(cast)
        seats = Seat.objects.filter(person__in=called(session)).values_list("college__name", flat=True)
        assert sorted(seats) == ["Habitants", "Habitants", "Élus"]

    @settings(deadline=None)
    @given(
        sizes=st.dictionaries(st.integers(1, 9), st.integers(0, 200), max_size=6),
        places=st.integers(0, 300),
    )
    def test_places_are_shared_within_one_of_the_exact_proportion(self, sizes: dict[int, int], places: int) -> None:
        given_out = rotation.shares(sizes, places)
        people = sum(sizes.values())
        assert sum(given_out.values()) == min(people, places)
        for college, size in sizes.items():
            exact = size * min(places, people) / max(people, 1)
            assert abs(given_out[college] - exact) < 1
            assert given_out[college] <= size

    def test_a_body_without_a_number_calls_everybody(self, cast: Cast) -> None:
        people = [cast.person, *cast.panel(3)]
        assert called(call(cast)) == people

    def test_the_turn_is_explained_in_words_and_everybody_s_count_is_shown(self, cast: Cast) -> None:
        never, absent = cast.panel(2)
        for presence, person in ((Presence.THERE, cast.person), (Presence.ABSENT, absent)):
            make_attendance(make_session(cast.body, starts_at=in_days(-30)), person, presence=presence)
        turns = rotation.panel(cast.body, exercise_id=None)
        assert [(turn.seat.person, turn.came, rotation.why(turn)) for turn in turns] == [
            (never, 0, "Jamais sollicité."),
            (absent, 0, "A été sollicité et n’est pas encore venu."),
            (cast.person, 1, "Est venu une fois."),
        ]

    def test_a_large_panel_is_read_in_two_questions(self, cast: Cast, django_assert_num_queries: Any) -> None:
        cast.panel(12)
        with django_assert_num_queries(2):
            assert len(rotation.panel(cast.body, exercise_id=None)) == 13


class TestCalling:
    def test_an_ordinary_session_is_called_a_fortnight_ahead_and_the_sentence_gives_the_first_moment(
        self, cast: Cast
    ) -> None:
        refusal = refused("too_soon", call, cast=cast, days=13.9)
        assert "14" in str(refusal)
        assert call(cast, days=14.01).kind == Session.Kind.ORDINARY

    def test_a_crisis_session_comes_at_48_hours_with_the_panel_that_sits_and_says_why(self, cast: Cast) -> None:
        crisis = {"kind": Session.Kind.CRISIS}
        refused("why_missing", call, cast=cast, days=3, **crisis)
        refused("too_soon", call, cast=cast, days=1.9, why_called="L’usine brûle.", **crisis)
        session = call(cast, days=2.01, why_called="L’usine brûle.", **crisis)
        assert called(session) == [cast.person]
        assert announced("session_called") == [{"session": session.pk}]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"doors": Doors()}, "no_door"),
            ({"doors": Doors(remote="06 39 98 00 00", room_places=0)}, "room_places"),
            ({"kind": "party"}, "kind_unknown"),
            ({"days": 400}, "after_the_end"),
            ({"agenda": [Point(title=" ")]}, "point_empty"),
        ],
    )
    def test_a_slip_is_told_in_one_sentence_and_nobody_is_called(
        self, cast: Cast, wrong: dict[str, Any], code: str
    ) -> None:
        refused(code, call, cast=cast, **wrong)
        assert not Attendance.objects.exists()

    def test_a_session_that_ends_before_it_starts_is_refused(self, cast: Cast) -> None:
        refused("ends_before", call, cast=cast, ends_at=in_days(20))

    def test_a_body_where_nobody_sits_or_that_is_over_calls_nobody(self, cast: Cast) -> None:
        Seat.objects.all().delete()
        refused("nobody_sits", call, cast=cast)
        Body.objects.update(state=Body.State.CLOSED)
        refused("not_open", call, cast=cast)

    def test_the_agenda_keeps_the_order_given_and_takes_this_body_s_topics_only(self, cast: Cast) -> None:
        topic = Topic.objects.create(body=cast.body, title="Marchés", kind=Topic.Kind.GOAL)
        session = call(cast, agenda=[Point(title="Accueil", minutes=10), Point(title="Marchés", topic=topic)])
        assert [(one.position, one.title) for one in session.agenda.all()] == [(1, "Accueil"), (2, "Marchés")]
        sessions.do_write_agenda(actor=cast.keeper, session=session, agenda=[Point(title="Marchés", topic=topic)])
        assert [one.title for one in session.agenda.all()] == ["Marchés"]
        other = Topic.objects.create(body=make_body(), title="Ailleurs", kind=Topic.Kind.GOAL)
        points = [Point(title="Ailleurs", topic=other)]
        refused("topic_elsewhere", sessions.do_write_agenda, actor=cast.keeper, session=session, agenda=points)

    def test_a_cancelled_session_says_why_and_counts_for_nobody(self, cast: Cast) -> None:
        session = call(cast)
        refused("why_missing", sessions.do_cancel_session, actor=cast.keeper, session=session, why="")
        sessions.do_cancel_session(actor=cast.keeper, session=session, why="La salle est inondée.")
        assert announced("session_cancelled") == [{"session": session.pk}]
        refused("not_called", sessions.do_cancel_session, actor=cast.keeper, session=session, why="Encore.")
        (turn,) = rotation.panel(cast.body, exercise_id=None)
        assert (turn.came, turn.expected, turn.last_on) == (0, 0, None)

    def test_nobody_but_the_officer_calls_or_cancels(self, cast: Cast) -> None:
        session = call(cast)
        for actor in [*cast.others, cast.member]:
            with pytest.raises(PermissionDenied):
                call(cast, actor=actor)
            with pytest.raises(PermissionDenied):
                sessions.do_cancel_session(actor=actor, session=session, why="Non.")
            with pytest.raises(PermissionDenied):
                sessions.do_write_agenda(actor=actor, session=session, agenda=[])

    def test_in_an_exercise_the_real_panel_is_called_and_nothing_real_moves(self, cast: Cast) -> None:
        playing = actor_for(
            make_person("Flore", role=roles.FACILITATOR, organisation=cast.town), exercise_id=make_exercise().pk
        )
        played = call(cast, actor=playing, kind=Session.Kind.CRISIS, days=3, why_called="Crue jouée.")
        assert (played.exercise_id, played.number, called(played)) == (playing.exercise_id, 1, [cast.person])
        played.attendances.update(presence=Presence.THERE)
        (turn,) = rotation.panel(cast.body, exercise_id=None)
        assert turn.came == 0
        assert call(cast).number == 1
        assert list(sessions.sessions_of(cast.keeper, cast.body)) != list(sessions.sessions_of(playing, cast.body))
        real = call(cast)
        refused("in_exercise", sessions.do_cancel_session, actor=playing, session=real, why="Joué.")
        with pytest.raises(Http404):
            sessions.do_cancel_session(actor=cast.keeper, session=played, why="Vrai.")


class TestTheRegister:
    def test_one_says_whether_one_comes_by_which_door_and_with_which_needs(self, cast: Cast) -> None:
        session = call(cast)
        line = line_of(session, cast.person)
        register.do_answer_call(
            actor=cast.member, attendance=line, coming=True, door=Door.PHONE, needs="Un interprète en arabe."
        )
        assert (line.answer, line.door) == (Attendance.Answer.COMING, Door.PHONE)
        assert [one.person for one in register.needs_to_arrange(session)] == [cast.person]
        assert register.doors_of(session) == {"room": 0, "remote": 0, "phone": 1}

    def test_whoever_cannot_come_is_replaced_by_the_next_of_their_college(self, cast: Cast) -> None:
        people = [cast.person, *cast.panel(3)]
        Body.objects.update(per_session=2)
        session = call(cast)
        following = register.do_answer_call(actor=cast.member, attendance=line_of(session, cast.person), coming=False)
        assert following is not None
        assert (following.person, following.turn) == (people[2], 3)
        assert announced("session_called_instead") == [{"attendance": following.pk}]

    def test_a_mind_that_changes_twice_calls_nobody_twice(self, cast: Cast) -> None:
        cast.panel(5)
        Body.objects.update(per_session=2)
        session = call(cast)
        line = line_of(session, cast.person)
        for coming in (False, True, False, False):
            register.do_answer_call(actor=cast.member, attendance=line, coming=coming)
        assert session.attendances.count() == 3

    def test_nobody_is_next_when_everybody_was_asked_or_the_college_has_no_one_left(self, cast: Cast) -> None:
        cast.panel(1)
        Body.objects.update(per_session=2)
        session = call(cast)
        line = line_of(session, cast.person)
        assert register.do_answer_call(actor=cast.member, attendance=line, coming=False) is None

    def test_a_full_room_is_refused_with_a_sentence_that_offers_the_other_door(self, cast: Cast) -> None:
        (other,) = cast.panel(1)
        room = make_place(cast.town)
        session = call(cast, doors=Doors(place=room, room_places=1, remote="https://visio.example.org"))
        register.do_answer_call(actor=cast.keeper, attendance=line_of(session, other), coming=True)
        line = line_of(session, cast.person)
        refusal = refused("room_full", register.do_answer_call, actor=cast.member, attendance=line, coming=True)
        assert "à distance" in str(refusal)
        register.do_answer_call(actor=cast.member, attendance=line, coming=True, door=Door.REMOTE)
        assert session.attendances.filter(answer=Attendance.Answer.COMING).count() == 2

    def test_a_full_room_without_another_door_says_whom_to_call(self, cast: Cast) -> None:
        (other,) = cast.panel(1)
        session = call(cast, doors=Doors(place=make_place(cast.town), room_places=1))
        register.do_answer_call(actor=cast.keeper, attendance=line_of(session, other), coming=True)
        line = line_of(session, cast.person)
        refusal = refused("room_full", register.do_answer_call, actor=cast.member, attendance=line, coming=True)
        assert "à distance" not in str(refusal)
        refused("no_remote", register.do_answer_call, actor=cast.member, attendance=line, coming=True, door="remote")

    def test_doors_do_not_close_on_those_who_said_they_come(self, cast: Cast) -> None:
        (other,) = cast.panel(1)
        session = call(cast)
        for person in (cast.person, other):
            register.do_answer_call(actor=cast.keeper, attendance=line_of(session, person), coming=True)
        change = {"actor": cast.keeper, "session": session}
        refused("room_shrinks", sessions.do_change_doors, **change, doors=Doors(place=session.place, room_places=1))
        refused("room_expected", sessions.do_change_doors, **change, doors=Doors(remote="03 88 00 00 00"))
        sessions.do_change_doors(**change, doors=Doors(place=session.place, room_places=2))
        assert (session.room_places, session.remote) == (2, "")

    def test_a_session_from_afar_only_has_no_room(self, cast: Cast) -> None:
        session = call(cast, doors=Doors(remote="03 88 00 00 00"))
        line = line_of(session, cast.person)
        assert line.door == Door.REMOTE
        refused("no_room", register.do_answer_call, actor=cast.member, attendance=line, coming=True, door=Door.ROOM)

    def test_once_begun_nobody_answers_any_more(self, cast: Cast) -> None:
        session = call(cast)
        with on_the_day(session):
            line = line_of(session, cast.person)
            refused("not_called", register.do_answer_call, actor=cast.member, attendance=line, coming=True)

    def test_presence_is_noted_on_the_day_with_a_door_switched_at_the_last_moment(self, cast: Cast) -> None:
        session = call(cast)
        line = line_of(session, cast.person)
        note = {"actor": cast.keeper, "attendance": line, "presence": Presence.THERE}
        refused("too_early", register.do_note_presence, **note)
        with on_the_day(session):
            register.do_note_presence(**note, door=Door.REMOTE)
            assert (line.presence, line.door) == (Presence.THERE, Door.REMOTE)
            refused("presence_unknown", register.do_note_presence, **{**note, "presence": "maybe"})
            register.do_note_presence(**{**note, "presence": Presence.EXCUSED})
        session.refresh_from_db()
        assert (session.state, line.presence) == (Session.State.HELD, Presence.EXCUSED)

    def test_somebody_of_the_panel_who_comes_anyway_is_on_the_same_register(self, cast: Cast) -> None:
        (other,) = cast.panel(1)
        Body.objects.update(per_session=1)
        session = call(cast)
        with on_the_day(session):
            line = register.do_note_arrival(actor=cast.keeper, session=session, person=other)
            again = register.do_note_arrival(actor=cast.keeper, session=session, person=other, door=Door.REMOTE)
            assert (line.pk, again.door) == (again.pk, Door.REMOTE)
            passer = make_person("Ida")
            refused("not_of_the_panel", register.do_note_arrival, actor=cast.keeper, session=session, person=passer)

    def test_the_names_of_a_register_are_read_by_the_officer_alone(self, cast: Cast) -> None:
        cast.panel(2)
        session = call(cast)
        assert len(register.visible_lines(cast.keeper, session)) == 3
        assert [line.person for line in register.visible_lines(cast.member, session)] == [cast.person]
        assert [list(register.visible_lines(actor, session)) for actor in cast.others] == [[], [], []]

    def test_a_session_of_a_body_one_does_not_see_does_not_exist(self, cast: Cast) -> None:
        session = call(cast)
        assert perms.access_session(STRANGER, session.pk) == session
        Body.objects.update(public=False)
        assert perms.access_session(cast.member, session.pk) == session
        playing = actor_for(cast.person, exercise_id=make_exercise().pk)
        for actor in [*cast.others, playing]:
            with pytest.raises(Http404):
                perms.access_session(actor, session.pk)

    def test_a_line_is_read_and_answered_by_its_person_and_the_officer_alone(self, cast: Cast) -> None:
        line = line_of(call(cast), cast.person)
        for actor in cast.others:
            with pytest.raises(Http404):
                register.access_attendance(actor, line.pk)
            with pytest.raises(PermissionDenied):
                register.do_answer_call(actor=actor, attendance=line, coming=True)
            with pytest.raises(PermissionDenied):
                register.do_note_presence(actor=actor, attendance=line, presence=Presence.THERE)
        with pytest.raises(PermissionDenied):
            register.do_note_presence(actor=cast.member, attendance=line, presence=Presence.THERE)
        assert register.access_attendance(cast.member, line.pk) == line


class TestMinutes:
    @pytest.fixture
    def session(self, cast: Cast) -> Session:
        return call(cast, agenda=[Point(title="Accueil"), Point(title="Marchés")])

    def test_minutes_are_written_point_by_point_and_published_with_the_presence(
        self, cast: Cast, session: Session
    ) -> None:
        write = {"actor": cast.keeper, "session": session}
        refused("not_begun", minutes.do_write_minutes, **write, minutes="Rien.")
        with on_the_day(session):
            refused("minutes_empty", minutes.do_publish_minutes, **write)
            minutes.do_write_minutes(**write, minutes="", by_point={2: "Samedi, quai des Bateliers."})
            refused("register_empty", minutes.do_publish_minutes, **write)
            line = line_of(session, cast.person)
            register.do_note_presence(actor=cast.keeper, attendance=line, presence=Presence.THERE)
            minutes.do_publish_minutes(**write)
            assert announced("minutes_published") == [{"session": session.pk}]
            refused("published", minutes.do_write_minutes, **write, minutes="Autre chose.")
            note = {"actor": cast.keeper, "attendance": line, "presence": Presence.ABSENT}
            refused("published", register.do_note_presence, **note)
        assert session.agenda.get(position=2).minutes == "Samedi, quai des Bateliers."

    def test_a_point_that_is_not_on_the_agenda_and_a_cancelled_session_are_refused(
        self, cast: Cast, session: Session
    ) -> None:
        write = {"actor": cast.keeper, "session": session, "minutes": "Rien."}
        with on_the_day(session):
            refused("point_unknown", minutes.do_write_minutes, **write, by_point={9: "?"})
        sessions.do_cancel_session(actor=cast.keeper, session=session, why="Inondée.")
        refused("cancelled", minutes.do_write_minutes, **write)

    def test_the_agenda_does_not_change_under_the_minutes(self, cast: Cast, session: Session) -> None:
        with on_the_day(session):
            minutes.do_write_minutes(actor=cast.keeper, session=session, minutes="", by_point={1: "Bonjour."})
        refused("agenda_used", sessions.do_write_agenda, actor=cast.keeper, session=session, agenda=[])

    def test_they_are_read_by_everybody_once_published_and_by_the_officer_before(
        self, cast: Cast, session: Session
    ) -> None:
        readers = [*cast.others, cast.member]
        assert minutes.can_read_minutes(cast.keeper, session)
        assert not any(minutes.can_read_minutes(actor, session) for actor in readers)
        session.minutes_published_at = clock.now()
        assert all(minutes.can_read_minutes(actor, session) for actor in readers)

    def test_only_the_officer_writes_them(self, cast: Cast, session: Session) -> None:
        for actor in [*cast.others, cast.member]:
            with pytest.raises(PermissionDenied):
                minutes.do_write_minutes(actor=actor, session=session, minutes="Rien.")
            with pytest.raises(PermissionDenied):
                minutes.do_publish_minutes(actor=actor, session=session)


class TestExpenses:
    @pytest.fixture
    def line(self, cast: Cast) -> Attendance:
        past = make_session(cast.body, starts_at=in_days(-1), state=Session.State.HELD)
        return make_attendance(past, cast.person, presence=Presence.THERE)

    def ask(self, cast: Cast, line: Attendance, **said: Any) -> Expense:
        values = {"actor": cast.member, "attendance": line, "kind": Expense.Kind.TRAVEL, "cents": 420, **said}
        return expenses.do_ask_expense(**values)

    def settle(self, cast: Cast, expense: Expense, state: str, **said: Any) -> Expense:
        return expenses.do_settle_expense(**{"actor": cast.keeper, "expense": expense, "state": state, **said})

    def test_an_expense_is_asked_agreed_and_paid(self, cast: Cast, line: Attendance) -> None:
        expense = self.ask(cast, line)
        refused("not_from_here", self.settle, cast=cast, expense=expense, state=Expense.State.PAID)
        self.settle(cast, expense, Expense.State.AGREED)
        self.settle(cast, expense, Expense.State.PAID)
        refused("not_from_here", self.settle, cast=cast, expense=expense, state=Expense.State.REFUSED, motive="Non.")
        assert len(announced("expense_settled")) == 2

    def test_a_refusal_has_a_motive(self, cast: Cast, line: Attendance) -> None:
        expense = self.ask(cast, line)
        refused("motive_missing", self.settle, cast=cast, expense=expense, state=Expense.State.REFUSED)
        self.settle(cast, expense, Expense.State.REFUSED, motive="Il manque le billet.")
        assert expense.motive == "Il manque le billet."

    def test_of_two_who_settle_at_once_one_does(self, cast: Cast, line: Attendance) -> None:
        expense = self.ask(cast, line)
        seen = Expense.objects.select_related("attendance__session__body").get(pk=expense.pk)
        self.settle(cast, expense, Expense.State.AGREED)
        refused("settled", self.settle, cast=cast, expense=seen, state=Expense.State.REFUSED, motive="Non.")

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [({"cents": 0}, "nothing_asked"), ({"cents": 99_000_00}, "too_much"), ({"kind": "gift"}, "kind_unknown")],
    )
    def test_a_slip_is_told_in_one_sentence(
        self, cast: Cast, line: Attendance, wrong: dict[str, Any], code: str
    ) -> None:
        refused(code, self.ask, cast=cast, line=line, **wrong)

    def test_nothing_is_asked_for_a_session_to_come_nor_by_whoever_was_not_there(
        self, cast: Cast, line: Attendance
    ) -> None:
        to_come = make_attendance(make_session(cast.body), cast.person)
        refused("not_held", self.ask, cast=cast, line=to_come)
        line.presence = Presence.ABSENT
        refused("was_not_there", self.ask, cast=cast, line=line)

    def test_nobody_settles_their_own(self, cast: Cast, line: Attendance) -> None:
        own = make_attendance(line.session, Person.objects.get(pk=cast.keeper.person_id), presence=Presence.THERE)
        expense = self.ask(cast, own, actor=cast.keeper)
        refused("own_expense", self.settle, cast=cast, expense=expense, state=Expense.State.AGREED)
        self.settle(cast, expense, Expense.State.AGREED, actor=cast.second_keeper)

    def test_totals_are_read_by_session_and_by_person_by_the_officer_and_one_s_own_by_oneself(
        self, cast: Cast, line: Attendance, django_assert_num_queries: Any
    ) -> None:
        (other,) = cast.panel(1)
        theirs = make_attendance(line.session, other, presence=Presence.THERE)
        for of, cents, state in ((line, 420, "asked"), (line, 1000, "paid"), (theirs, 500, "agreed")):
            Expense.objects.create(attendance=of, kind="travel", cents=cents, state=state)
        with django_assert_num_queries(1):
            (total,) = expenses.totals_by_session(cast.keeper, cast.body)
        assert (total.of, total.asked, total.agreed, total.paid) == (line.session, 420, 500, 1000)
        with django_assert_num_queries(1):
            by_person = {
                one.of: (one.asked, one.agreed, one.paid) for one in expenses.totals_by_person(cast.keeper, cast.body)
            }
        assert by_person == {cast.person: (420, 0, 1000), other: (0, 500, 0)}
        own = expenses.own_total(cast.member, cast.body)
        assert own is not None
        assert (own.of, own.paid) == (cast.person, 1000)
        for actor in [*cast.others, cast.member]:
            with pytest.raises(PermissionDenied):
                expenses.totals_by_person(actor, cast.body)
            with pytest.raises(PermissionDenied):
                expenses.totals_by_session(actor, cast.body)
        assert [expenses.own_total(actor, cast.body) for actor in cast.others] == [None, None, None]

    def test_an_expense_is_read_by_whoever_asked_and_the_officer_alone(self, cast: Cast, line: Attendance) -> None:
        expense = self.ask(cast, line)
        for actor in (cast.member, cast.keeper):
            assert expenses.access_expense(actor, expense.pk) == expense
        for actor in cast.others:
            with pytest.raises(Http404):
                expenses.access_expense(actor, expense.pk)
            with pytest.raises(PermissionDenied):
                self.ask(cast, line, actor=actor)
            with pytest.raises(PermissionDenied):
                self.settle(cast, expense, Expense.State.AGREED, actor=actor)
        with pytest.raises(PermissionDenied):
            self.settle(cast, expense, Expense.State.AGREED, actor=cast.member)


def test_each_act_of_a_session_has_its_sentence(cast: Cast) -> None:
    session = call(cast)
    register.do_answer_call(actor=cast.member, attendance=line_of(session, cast.person), coming=True)
    assert told("session_called")[0].params == {"session": session.pk, "kind": "ordinary", "called": 1}
    assert told("call_answered")


def test_the_sessions_of_a_body_are_listed_in_one_question(cast: Cast, django_assert_num_queries: Any) -> None:
    for _count in range(3):
        make_attendance(make_session(cast.body), cast.person, answer="coming")
    make_seat(cast.college)
    with django_assert_num_queries(1):
        listed = [
            (one.asked, one.coming, one.there, str(one.place)) for one in sessions.sessions_of(cast.keeper, cast.body)
        ]
    assert [counts[:3] for counts in listed] == [(1, 1, 0)] * 3
