"""Words arrive by any channel and count alike; nothing is lost nor written twice; hiding has a reason and an appeal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.factories import (
    make_body,
    make_consultation,
    make_contribution,
    make_proposal,
    make_session,
)
from reflexes.mechanisms.assembly.models import Body, Channel, Consultation, Contribution
from reflexes.mechanisms.assembly.services import consultations, contributions, moderation
from reflexes.mechanisms.assembly.services.contributions import Typed, Words
from reflexes.mechanisms.assembly.tests.casting import Cast, announced, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person

pytestmark = pytest.mark.django_db
State, Why = Contribution.State, Contribution.Why


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def street(cast: Cast) -> Consultation:
    return make_consultation(cast.town)


def say(cast: Cast, street: Consultation, *, actor: Any = None, **said: Any) -> Contribution:
    of_door = {name: said.pop(name) for name in ("typed", "by_name") if name in said}
    words = Words(**{"client_key": uuid4(), "words": "Gardez la piste.", **said})
    return contributions.do_contribute(actor=actor or cast.member, consultation=street, said=words, **of_door)


class TestConsultations:
    def fields(self, cast: Cast, **other: Any) -> dict[str, Any]:
        return {
            "title": "La rue pour tous",
            "question": "Que garder ?",
            "opens_on": clock.today(),
            "closes_on": clock.today() + timedelta(days=90),
            "main_channel": Channel.WEB,
            "main_words": "Sur ce site.",
            "backup_channel": Channel.PHONE,
            "backup_words": "03 88 00 00 00",
            "answerer": cast.answerer,
            **other,
        }

    def open(self, cast: Cast, **other: Any) -> Consultation:
        actor = other.pop("actor", cast.keeper)
        fields = self.fields(cast, **other)
        return consultations.do_open_consultation(actor=actor, piste=cast.body.piste, fields=fields)

    def test_every_consultation_names_a_main_and_another_backup_channel(self, cast: Cast) -> None:
        for wrong in ({"backup_channel": Channel.WEB}, {"backup_channel": ""}, {"backup_words": " "}):
            refusal = refused("consultation_incomplete", self.open, cast=cast, **wrong)
            assert str(refusal) == str(consultations.MISSING["backup_channel"])
        with pytest.raises(IntegrityError), transaction.atomic():
            make_consultation(cast.town, backup_channel=Channel.WEB)

    def test_all_that_lacks_is_told_at_once(self, cast: Cast) -> None:
        nothing = {"title": "", "question": "", "opens_on": None, "closes_on": None, "answerer": None}
        refusal = refused(
            "consultation_incomplete", self.open, cast=cast, **nothing, main_channel="", backup_channel="smoke"
        )
        assert str(refusal) == " ".join(str(sentence) for sentence in consultations.MISSING.values())

    @pytest.mark.parametrize("last", [-1, -30])
    def test_it_does_not_close_before_today(self, cast: Cast, last: int) -> None:
        closes_on = clock.today() + timedelta(days=last)
        refused("consultation_incomplete", self.open, cast=cast, closes_on=closes_on)

    def test_a_body_lends_its_answerer_and_its_delay(self, cast: Cast) -> None:
        fields = self.fields(cast, body=cast.body)
        del fields["answerer"]
        Body.objects.update(answer_days=45)
        cast.body.refresh_from_db()
        opened = consultations.do_open_consultation(actor=cast.keeper, piste=cast.body.piste, fields=fields)
        assert (opened.answerer, opened.answer_days, opened.slug) == (cast.answerer, 45, "la-rue-pour-tous")
        assert announced("consultation_opened") == [{"consultation": opened.pk}]
        assert self.open(cast).slug == "la-rue-pour-tous-2"

    def test_a_body_that_is_not_at_work_or_is_another_s_asks_nothing(self, cast: Cast) -> None:
        draft = make_body(cast.town, state=Body.State.DRAFT)
        refused("body_not_open", self.open, cast=cast, body=draft)
        with pytest.raises(PermissionDenied):
            self.open(cast, body=make_body(cast.association))

    def test_only_an_officer_opens_prolongs_closes_and_switches(self, cast: Cast, street: Consultation) -> None:
        for actor in (cast.resident, cast.member, STRANGER):
            with pytest.raises(PermissionDenied):
                self.open(cast, actor=actor)
        later = street.closes_on + timedelta(days=1)
        for actor in [*cast.others, cast.member]:
            for act, said in (
                (consultations.do_prolong, {"closes_on": later, "reason": "La rue n’a pas rouvert."}),
                (consultations.do_close_consultation, {"words": "Travaux."}),
                (consultations.do_switch_channel, {"why": "Le site est en panne."}),
            ):
                with pytest.raises(PermissionDenied):
                    act(actor=actor, consultation=street, **said)

    def test_it_lasts_longer_with_a_reason_only(self, cast: Cast, street: Consultation) -> None:
        prolong = {"actor": cast.keeper, "consultation": street}
        later = street.closes_on + timedelta(days=10)
        refused("reason_missing", consultations.do_prolong, **prolong, closes_on=later, reason=" ")
        refused("not_longer", consultations.do_prolong, **prolong, closes_on=street.closes_on, reason="Encore.")
        consultations.do_prolong(**prolong, closes_on=later, reason="La rue n’a pas rouvert.")
        assert street.closes_on == later
        assert told("consultation_prolonged")[0].reason == "La rue n’a pas rouvert."

    def test_closing_early_says_why_and_prolonging_opens_again(self, cast: Cast, street: Consultation) -> None:
        close = {"actor": cast.keeper, "consultation": street}
        refused("words_missing", consultations.do_close_consultation, **close, words="")
        consultations.do_close_consultation(**close, words="La rue est fermée.")
        assert not consultations.is_open(street)
        refused("closed_already", consultations.do_close_consultation, **close, words="La rue est fermée.")
        refused(
            "in_the_past", consultations.do_prolong, **close, closes_on=clock.today() - timedelta(days=1), reason="!"
        )
        consultations.do_prolong(**close, closes_on=street.closes_on, reason="Elle a rouvert.")
        assert consultations.is_open(street)

    def test_switching_to_the_backup_and_back_loses_nothing(self, cast: Cast, street: Consultation) -> None:
        before = say(cast, street)
        switch = {"actor": cast.keeper, "consultation": street}
        refused("why_missing", consultations.do_switch_channel, **switch, why=" ")
        consultations.do_switch_channel(**switch, why="Le site est en panne.")
        assert consultations.channel_now(street) == (Channel.PHONE, street.backup_words)
        meanwhile = say(cast, street, actor=cast.keeper, typed=Typed(channel=Channel.PHONE))
        stubborn = say(cast, street)
        consultations.do_switch_channel(**switch, why="Le site est réparé.")
        assert consultations.channel_now(street) == (Channel.WEB, street.main_words)
        assert set(contributions.find_contributions(STRANGER, street)) == {before, meanwhile, stubborn}
        assert (told("channel_switched")[0].params, told("channel_back")[0].params) == (
            {"channel": "phone"},
            {"channel": "web"},
        )

    def test_of_two_who_switch_at_once_one_does(self, cast: Cast, street: Consultation) -> None:
        seen = Consultation.objects.get(pk=street.pk)
        consultations.do_switch_channel(actor=cast.keeper, consultation=street, why="Panne.")
        refused("switched", consultations.do_switch_channel, actor=cast.keeper, consultation=seen, why="Panne.")

    def test_a_consultation_of_a_private_body_is_for_those_of_the_body(self, cast: Cast) -> None:
        cast.body.public = False
        cast.body.save()
        inside = make_consultation(cast.town, body=cast.body)
        assert perms.access_consultation(cast.member, inside.slug) == inside
        for actor in cast.others:
            with pytest.raises(Http404):
                perms.access_consultation(actor, inside.slug)
            with pytest.raises(Http404):
                say(cast, inside, actor=actor)


class TestSaying:
    def test_a_stranger_speaks_without_a_name(self, cast: Cast, street: Consultation) -> None:
        said = say(cast, street, actor=STRANGER)
        assert (said.person, said.shown_name, said.state, said.channel) == (None, "", State.SHOWN, Channel.WEB)

    def test_somebody_known_may_also_speak_without_being_known(self, cast: Cast, street: Consultation) -> None:
        assert say(cast, street).person == cast.person
        assert say(cast, street, by_name=False).person is None

    def test_the_journal_never_says_who_spoke_and_says_who_typed(self, cast: Cast, street: Consultation) -> None:
        say(cast, street)
        say(cast, street, actor=cast.keeper, typed=Typed(channel=Channel.PAPER, person=cast.person))
        spoke, typed = told("contributed")
        assert (spoke.actor_key, typed.actor_key) == (None, cast.keeper.person_key)
        assert (spoke.params["channel"], typed.params["channel"]) == ("web", "paper")

    def test_paper_and_telephone_typed_by_an_agent_count_the_same(self, cast: Cast, street: Consultation) -> None:
        agent = cast.acting("Amina", roles.AGENT)
        for channel in (Channel.PHONE, Channel.PAPER, Channel.ROOM, Channel.LETTER):
            said = say(cast, street, actor=agent, typed=Typed(channel=channel, person=cast.person))
            assert (said.state, said.channel, said.person, said.entered_by_id) == (
                State.SHOWN,
                channel,
                cast.person,
                agent.person_id,
            )
        say(cast, street)
        make_contribution(street, state=State.WITHDRAWN, words="")
        make_contribution(street, channel=Channel.PAPER, state=State.HIDDEN, why_hidden=Why.OFF)
        assert consultations.reach(street) == {"web": 1, "phone": 1, "paper": 2, "room": 1, "letter": 1}

    def test_reach_names_the_channels_nobody_used(self, street: Consultation) -> None:
        assert consultations.reach(street) == dict.fromkeys(Channel.values, 0)

    def test_an_agent_of_a_partner_or_a_resident_types_for_nobody(self, cast: Cast, street: Consultation) -> None:
        for actor in [*cast.others, cast.member]:
            with pytest.raises(PermissionDenied):
                say(cast, street, actor=actor, typed=Typed(channel=Channel.PAPER))

    @pytest.mark.parametrize("channel", ["", "web", "smoke"])
    def test_the_channel_of_what_is_typed_is_said(self, cast: Cast, street: Consultation, channel: str) -> None:
        refused("channel_missing", say, cast=cast, street=street, actor=cast.keeper, typed=Typed(channel=channel))

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"words": "  "}, "words_missing"),
            ({"words": "a" * 5001}, "words_too_long"),
            ({"title": "a" * 161}, "title_too_long"),
            ({"shown_name": "a" * 81}, "name_too_long"),
            ({"kind": "rant"}, "kind_unknown"),
            ({"kind": "comment"}, "about_what"),
        ],
    )
    def test_a_slip_is_told_in_one_sentence(
        self, cast: Cast, street: Consultation, wrong: dict[str, Any], code: str
    ) -> None:
        refused(code, say, cast=cast, street=street, **wrong)
        assert not Contribution.objects.exists()

    def test_closed_on_screen_a_paper_of_the_last_day_is_still_typed(self, cast: Cast, street: Consultation) -> None:
        last_day = clock.now() + timedelta(days=30)
        with clock.shifted(timedelta(days=33)):
            refused("not_open", say, cast=cast, street=street)
            typed = Typed(channel=Channel.PAPER, said_at=last_day)
            assert say(cast, street, actor=cast.keeper, typed=typed).said_at == last_day
            late, ahead = clock.now(), clock.now() + timedelta(days=1)
            for moment, code in ((late, "said_outside"), (ahead, "said_later")):
                typed = Typed(channel=Channel.PAPER, said_at=moment)
                refused(code, say, cast=cast, street=street, actor=cast.keeper, typed=typed)

    def test_before_it_opens_words_wait_with_their_author(self, cast: Cast) -> None:
        to_come = make_consultation(cast.town, opens_on=clock.today() + timedelta(days=3))
        assert "pas encore" in str(refused("not_open", say, cast=cast, street=to_come))

    def test_a_remark_is_about_one_proposal_and_nothing_else(self, cast: Cast, street: Consultation) -> None:
        proposal = make_proposal(consultation=street)
        remark = say(cast, street, kind="comment", about=proposal)
        assert list(contributions.remarks_on(STRANGER, proposal)) == [remark]
        elsewhere = make_proposal(cast.body)
        refused("about_elsewhere", say, cast=cast, street=street, kind="comment", about=elsewhere)
        refused("about_what", say, cast=cast, street=street, kind="idea", about=proposal)

    def test_remarks_on_what_a_body_proposed_come_through_the_body_s_door(self, cast: Cast) -> None:
        door = make_consultation(cast.town, body=cast.body)
        proposal = make_proposal(cast.body)
        assert say(cast, door, kind="comment", about=proposal).about == proposal
        assert list(contributions.open_doors(cast.body, exercise_id=None)) == [door]

    def test_sent_twice_it_is_one_row_told_once(self, cast: Cast, street: Consultation) -> None:
        key = uuid4()
        assert say(cast, street, client_key=key) == say(cast, street, client_key=key)
        assert (Contribution.objects.count(), len(announced("contribution_received"))) == (1, 1)

    def test_words_changed_after_they_were_sent_are_not_lost_in_silence(self, cast: Cast, street: Consultation) -> None:
        key = uuid4()
        say(cast, street, client_key=key)
        refused("sent_already", say, cast=cast, street=street, client_key=key, words="Autre chose.")
        refused("sent_already", say, cast=cast, street=make_consultation(cast.town), client_key=key)

    def test_an_exercise_hears_nothing_real_and_reality_nothing_played(self, cast: Cast, street: Consultation) -> None:
        playing = actor_for(cast.person, exercise_id=make_exercise().pk)
        with pytest.raises(Http404):
            say(cast, street, actor=playing)
        played = make_consultation(cast.town, exercise_id=playing.exercise_id)
        assert say(cast, played, actor=playing)
        with pytest.raises(Http404):
            say(cast, played)
        assert list(consultations.find_consultations(cast.keeper, piste=street.piste)) == [street]
        with pytest.raises(Http404):
            perms.access_contribution(cast.keeper, played.contributions.get().pk)


@pytest.mark.django_db(transaction=True)
def test_the_same_words_sent_by_eight_hands_at_once_are_one_row(cast: Cast, street: Consultation) -> None:
    together, key = Barrier(8), uuid4()

    def send(_number: int) -> int:
        try:
            together.wait(timeout=20)
            return say(cast, street, client_key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        rows = set(hands.map(send, range(8)))
    assert len(rows) == 1
    assert (Contribution.objects.count(), len(announced("contribution_received"))) == (1, 1)


class TestFinding:
    def test_words_are_found_whatever_their_accents_and_place(self, cast: Cast, street: Consultation) -> None:
        found = make_contribution(street, title="Une fontaine", words="Il y a une ÉCOLE au bout du quai.")
        make_contribution(street, words="Gardez la piste.")
        search = contributions.find_contributions
        assert list(search(STRANGER, street, text="quai ecole")) == [found]
        assert list(search(STRANGER, street, text="fontaine")) == [found]
        assert list(search(STRANGER, street, text="100 % fontaine_")) == []

    def test_filters_keep_a_channel_a_kind_and_what_is_not_joined_yet(self, cast: Cast, street: Consultation) -> None:
        paper = make_contribution(street, channel=Channel.PAPER, kind="testimony")
        joined = make_contribution(street, proposal=make_proposal(consultation=street))
        search = contributions.find_contributions
        assert list(search(STRANGER, street, channel="paper")) == [paper]
        assert list(search(STRANGER, street, kind="testimony")) == [paper]
        assert list(search(STRANGER, street, joined=True)) == [joined]
        assert list(search(STRANGER, street, joined=False)) == [paper]

    def test_what_is_hidden_is_read_by_its_author_and_the_officer_alone(self, cast: Cast, street: Consultation) -> None:
        hidden = make_contribution(street, person=cast.person, state=State.HIDDEN, why_hidden=Why.OFF)
        search = contributions.find_contributions
        for actor in (cast.member, cast.keeper):
            assert list(search(actor, street)) == [hidden]
            assert perms.access_contribution(actor, hidden.pk) == hidden
        for actor in cast.others:
            assert list(search(actor, street, state="hidden")) == []
            with pytest.raises(Http404):
                perms.access_contribution(actor, hidden.pk)

    def test_a_long_list_asks_one_question(
        self, cast: Cast, street: Consultation, django_assert_num_queries: Any
    ) -> None:
        proposal = make_proposal(consultation=street)
        for _count in range(5):
            make_contribution(street, proposal=proposal)
        with django_assert_num_queries(1):
            assert [str(one.proposal) for one in contributions.find_contributions(cast.keeper, street)] == [
                proposal.title
            ] * 5


class TestReadingThem:
    @pytest.fixture
    def said(self, cast: Cast, street: Consultation) -> Contribution:
        return say(cast, street)

    def test_where_words_are_read_first_they_wait_and_then_show(self, cast: Cast) -> None:
        careful = make_consultation(cast.town, moderation=Consultation.Moderation.BEFORE)
        said = say(cast, careful)
        assert said.state == State.WAITING
        assert list(contributions.find_contributions(STRANGER, careful)) == []
        moderation.do_show(actor=cast.keeper, contribution=said)
        assert list(contributions.find_contributions(STRANGER, careful)) == [said]
        refused("read_meanwhile", moderation.do_show, actor=cast.keeper, contribution=said)
        assert say(cast, careful, actor=cast.keeper, typed=Typed(channel=Channel.ROOM)).state == State.SHOWN

    def test_words_are_hidden_for_a_reason_of_the_list_and_their_author_is_told(
        self, cast: Cast, said: Contribution
    ) -> None:
        refused("why_unknown", moderation.do_hide, actor=cast.keeper, contribution=said, why="déplaît")
        moderation.do_hide(actor=cast.keeper, contribution=said, why=Why.OFF, words="La question est la rue.")
        assert (said.state, said.why_hidden, said.read_by_id) == (State.HIDDEN, Why.OFF, cast.keeper.person_id)
        assert announced("contribution_hidden") == [{"contribution": said.pk}]

    def test_an_appeal_is_made_once_and_answered_by_somebody_else(self, cast: Cast, said: Contribution) -> None:
        refused("no_appeal", moderation.do_appeal, actor=cast.member, contribution=said, words="Pourquoi ?")
        moderation.do_hide(actor=cast.keeper, contribution=said, why=Why.OFF)
        moderation.do_appeal(actor=cast.member, contribution=said, words="Cela parle de la rue.")
        refused("no_appeal", moderation.do_appeal, actor=cast.member, contribution=said, words="Encore.")
        answer = {"contribution": said, "show": True, "words": "C’est juste."}
        refused("same_person", moderation.do_answer_appeal, actor=cast.keeper, **answer)
        moderation.do_answer_appeal(actor=cast.second_keeper, **answer)
        assert (said.state, said.why_hidden, said.appeal_answer) == (State.SHOWN, "", "C’est juste.")
        refused("no_appeal_waits", moderation.do_answer_appeal, actor=cast.second_keeper, **answer)
        refused("appealed", moderation.do_hide, actor=cast.keeper, contribution=said, why=Why.OFF)

    def test_where_there_is_one_officer_the_director_answers(self, cast: Cast, said: Contribution) -> None:
        moderation.do_hide(actor=cast.keeper, contribution=said, why=Why.INSULT)
        moderation.do_appeal(actor=cast.keeper, contribution=said, words="Dit au téléphone : ce n’est pas une insulte.")
        director = cast.acting("Denis", roles.DIRECTOR)
        moderation.do_answer_appeal(actor=director, contribution=said, show=False, words="C’en est une.")
        assert (said.state, said.why_hidden) == (State.HIDDEN, Why.INSULT)

    def test_an_officer_never_answers_the_appeal_of_their_own_words(self, cast: Cast, street: Consultation) -> None:
        own = say(cast, street, actor=cast.second_keeper)
        moderation.do_hide(actor=cast.keeper, contribution=own, why=Why.OFF)
        moderation.do_appeal(actor=cast.second_keeper, contribution=own, words="Si, c’est la rue.")
        with pytest.raises(PermissionDenied):
            moderation.do_answer_appeal(actor=cast.second_keeper, contribution=own, show=True, words="Oui.")

    def test_the_database_itself_refuses_that_whoever_hid_answers(self, cast: Cast, said: Contribution) -> None:
        moderation.do_hide(actor=cast.keeper, contribution=said, why=Why.OFF)
        with pytest.raises(IntegrityError), transaction.atomic():
            Contribution.objects.filter(pk=said.pk).update(appeal_answered_by_id=cast.keeper.person_id)

    def test_nobody_else_hides_shows_appeals_or_answers(self, cast: Cast, said: Contribution) -> None:
        for actor in [*cast.others, cast.member]:
            with pytest.raises(PermissionDenied):
                moderation.do_hide(actor=actor, contribution=said, why=Why.OFF)
            with pytest.raises(PermissionDenied):
                moderation.do_show(actor=actor, contribution=said)
            with pytest.raises(PermissionDenied):
                moderation.do_answer_appeal(actor=actor, contribution=said, show=True, words="Oui.")
        for actor in cast.others:
            with pytest.raises(PermissionDenied):
                moderation.do_appeal(actor=actor, contribution=said, words="Non.")
            with pytest.raises(PermissionDenied):
                contributions.do_withdraw(actor=actor, contribution=said)

    def test_taken_back_the_words_are_erased_and_the_trace_stays(
        self, cast: Cast, street: Consultation, said: Contribution
    ) -> None:
        Contribution.objects.filter(pk=said.pk).update(proposal=make_proposal(consultation=street))
        contributions.do_withdraw(actor=cast.member, contribution=said)
        assert (said.state, said.words, said.title, said.search, said.proposal) == (State.WITHDRAWN, "", "", "", None)
        assert told("contribution_withdrawn")[0].actor_key is None
        refused("withdrawn", contributions.do_withdraw, actor=cast.member, contribution=said)
        assert list(contributions.find_contributions(STRANGER, street)) == []

    def test_a_form_sent_again_after_its_words_were_taken_back_writes_nothing(
        self, cast: Cast, street: Consultation
    ) -> None:
        key = uuid4()
        said = say(cast, street, client_key=key)
        contributions.do_withdraw(actor=cast.member, contribution=said)
        assert say(cast, street, client_key=key).state == State.WITHDRAWN


def test_a_session_s_consultation_belongs_to_its_body(cast: Cast) -> None:
    session = make_session(cast.body)
    fields = {**TestConsultations().fields(cast), "session": session}
    opened = consultations.do_open_consultation(actor=cast.keeper, piste=cast.body.piste, fields=fields)
    assert (opened.body, opened.session) == (cast.body, session)
    elsewhere = make_person("Ida")
    assert not perms.visible_contributions(actor_for(elsewhere), opened).exists()
