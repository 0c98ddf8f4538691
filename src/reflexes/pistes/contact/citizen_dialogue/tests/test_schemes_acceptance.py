"""P11, what it accepts of something tried for a while (6 to 9), through the pages people use."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory.factories import make_unit
from reflexes.pistes.contact.citizen_dialogue.factories_schemes import (
    make_evaluator,
    make_indicator,
    make_measure,
    make_note,
    make_scheme,
)
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, FieldNote, Indicator, Measure, Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.tests.schemes_desk import at, desk, link, now_typed, page_of

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
TODAY = clock.today


@pytest.fixture
def lane(town):
    """A lane whose indicators are still being chosen."""
    return make_scheme(town.hall, title="Piste de l’avenue")


@pytest.fixture
def judged(town):
    """A lane whose choice is closed, with one indicator counted in the street."""
    scheme = make_scheme(town.hall, title="Piste du pont", closed=True)
    make_indicator(scheme, title="Cyclistes au pont")
    return scheme


def written(town, **also):
    """Return what the form of something tried sends."""
    return {
        "title": "Terrasse de la place",
        "why": "Déjeuner dehors pendant la crise.",
        "owner": make_unit(town.hall).pk,
        "where": "Place du Marché",
        "opened_on": str(TODAY()),
        "urgent": "on",
        **also,
    }


def test_p11_accept_6_nothing_is_written_without_the_day_it_is_judged(desk, town):
    refused = desk.post(at("scheme_new"), written(town))
    assert refused.status_code == 422
    assert "Terrasse de la place" in refused.content.decode()
    assert not Scheme.objects.exists()
    for wrong in (TODAY(), TODAY() - timedelta(days=1)):
        assert desk.post(at("scheme_new"), written(town, review_on=str(wrong))).status_code == 422
    made = desk.post(at("scheme_new"), written(town, review_on=str(TODAY() + timedelta(days=90))))
    scheme = Scheme.objects.get()
    assert made["Location"] == at("scheme", scheme.slug)
    assert scheme.urgent and scheme.review_on == TODAY() + timedelta(days=90)


def test_p11_accept_6_the_database_itself_refuses_a_scheme_without_its_day(lane):
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.filter(pk=lane.pk).update(review_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.filter(pk=lane.pk).update(review_on=lane.opened_on)


def test_p11_accept_6_the_day_is_never_put_off_by_the_form(desk, lane, town):
    typed = {**written(town), "title": lane.title, "opened_on": str(lane.opened_on)}
    later = desk.post(at("scheme_write", lane.slug), {**typed, "review_on": str(lane.review_on + timedelta(days=1))})
    assert later.status_code == 422
    nearer = lane.review_on - timedelta(days=5)
    assert desk.post(at("scheme_write", lane.slug), {**typed, "review_on": str(nearer)}).status_code == 302
    lane.refresh_from_db()
    assert lane.review_on == nearer


def test_p11_accept_6_an_overdue_day_shows_its_age_to_everybody_first(stranger, town):
    make_scheme(town.hall, title="À temps")
    late = make_scheme(town.hall, title="En retard", late=True)
    listed = stranger.get("/amenagements/").content.decode()
    assert listed.index("En retard") < listed.index("À temps")
    assert "10 jours" in listed
    assert "10 jours" in page_of(stranger, late)


def test_p11_accept_7_indicators_are_proposed_chosen_with_users_and_closed(desk, lane, client):
    typed = {
        "title": "Cyclistes au pont",
        "kind": "use",
        "how": "Comptés le mardi.",
        "unit": "cyclistes",
        "source": "Compteur",
        "proposed_by": "association de cyclistes",
        "in_the_street": "on",
    }
    assert desk.post(at("indicator_new", lane.slug), {**typed, "proposed_by": ""}).status_code == 422
    assert desk.post(at("indicator_new", lane.slug), typed).status_code == 302
    one = lane.indicators.get()
    assert desk.post(at("choice_close", lane.slug), follow=True).status_code == 200
    lane.refresh_from_db()
    assert lane.choice_closed_at is None  # it is neither chosen nor set aside
    assert desk.post(at("indicator_choose", one.pk), {"chosen_with": " "}).status_code == 422
    desk.post(at("indicator_choose", one.pk), {"chosen_with": "riverains, deux commerçantes"})
    desk.post(at("choice_close", lane.slug))
    lane.refresh_from_db()
    one.refresh_from_db()
    assert lane.choice_closed_at is not None and one.chosen_at is not None
    late = desk.post(at("indicator_new", lane.slug), {**typed, "title": "Un autre"})
    assert late.status_code == 409
    assert desk.post(at("indicator_aside", one.pk), {"why": "Il déplaît."}).status_code == 409
    assert lane.indicators.count() == 1


def test_p11_accept_7_evaluators_say_by_their_link_what_would_tell_them_something(client, lane, desk):
    one = make_indicator(lane, state="proposed")
    address = link(make_evaluator(lane))
    assert one.title in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {f"dit_{one.pk}": "oui"}).status_code == 302
    proposed = {
        "geste": "proposer",
        "title": "Enfants seuls à vélo",
        "kind": "felt",
        "how": "Comptés à la sortie de l’école.",
        "unit": "enfants",
        "source": "Nous-mêmes",
    }
    assert client.post(address, proposed).status_code == 302
    mine = lane.indicators.get(title="Enfants seuls à vélo")
    assert (mine.proposed_by, mine.state) == ("cycliste", Indicator.State.PROPOSED)
    assert one.voices.get().agrees
    assert "cycliste" in desk.get(at("scheme", lane.slug)).content.decode()


def test_p11_accept_7_no_figure_is_written_before_the_choice_is_closed(desk, lane, client):
    one = make_indicator(lane)
    figure = {"indicator": one.pk, "on": str(TODAY()), "value": "128"}
    assert desk.post(at("measure_new", lane.slug), figure).status_code == 409
    sheet = SimpleUploadedFile("r.csv", f"indicateur;jour;valeur\n{one.title};{TODAY()};128\n".encode())
    assert desk.post(at("measures_import", lane.slug), {"file": sheet}).status_code == 409
    evaluator = make_evaluator(lane)
    note = {"client_key": uuid.uuid4(), "where": "Au pont", "at": now_typed(), "channel": "paper", "minutes": "10"}
    note[f"count_{one.pk}"] = "12"
    assert desk.post(at("note_new", evaluator.pk), note).status_code == 409
    assert not Measure.objects.exists() and not FieldNote.objects.exists()


def test_p11_accept_7_no_figure_is_shown_before_the_choice_is_closed_even_if_the_database_holds_one(stranger, lane):
    one = make_indicator(lane)
    make_measure(one, value=31415)
    make_note(make_evaluator(lane), counts={one: 27182}, saw="Rien à voir avant le choix.")
    shown = page_of(stranger, lane)
    for hidden in ("31415", "31 415", "27182", "27 182", "Rien à voir"):
        assert hidden not in shown
    assert stranger.get(f"/amenagements/{lane.slug}/releves.csv").content.decode().count("\n") == 1


def test_p11_accept_8_a_decision_has_a_motive_and_adapting_sets_the_next_day_again_and_again(desk, judged, elected):
    said = {"verdict": "adapt", "by": elected.pk, "on": str(TODAY())}
    first, second = TODAY() + timedelta(days=60), TODAY() + timedelta(days=120)
    whole = {**said, "motive": "Les livraisons.", "changes": "Deux places.", "next_review_on": str(first)}
    for missing in ("motive", "changes", "next_review_on"):
        refused = desk.post(at("decide", judged.slug), {**whole, missing: ""})
        assert refused.status_code == 422
    assert not judged.outcomes.exists()
    assert desk.post(at("decide", judged.slug), whole).status_code == 302
    judged.refresh_from_db()
    assert judged.review_on == first and judged.ended_on is None
    again = {**whole, "motive": "Mieux, pas assez.", "next_review_on": str(second)}
    desk.post(at("decide", judged.slug), again)
    desk.post(at("decide", judged.slug), {**said, "verdict": "remove", "motive": "Elle ne sert plus."})
    judged.refresh_from_db()
    assert list(judged.outcomes.values_list("verdict", flat=True)) == ["adapt", "adapt", "remove"]
    assert judged.ended_on == TODAY()
    assert desk.post(at("decide", judged.slug), whole).status_code == 409
    shown = page_of(desk, judged)
    for motive in ("Les livraisons.", "Mieux, pas assez.", "Elle ne sert plus."):
        assert motive in shown


def test_p11_accept_8_keeping_for_good_takes_something_measured_or_observed(desk, judged, elected):
    keep = {"verdict": "keep", "motive": "Elle sert.", "by": elected.pk, "on": str(TODAY())}
    assert desk.post(at("decide", judged.slug), keep).status_code == 422
    make_measure(judged.indicators.get())
    assert desk.post(at("decide", judged.slug), keep).status_code == 302
    assert judged.outcomes.get().verdict == Outcome.Verdict.KEEP


def test_p11_accept_8_those_who_observed_are_told(desk, judged, elected):
    evaluator = make_evaluator(judged)
    said = {"verdict": "remove", "motive": "Trop d’accidents.", "by": elected.pk, "on": str(TODAY())}
    desk.post(at("decide", judged.slug), said)
    message = Message.objects.get(person_key=evaluator.person.key)
    assert "Trop d’accidents." in message.body


def test_p11_accept_9_field_notes_and_counts_sit_on_the_page_of_the_figures(client, judged):
    one = judged.indicators.get()
    make_measure(one, value=412)
    address = link(make_evaluator(judged, as_words="commerçante"))
    opened = client.get(address)
    assert opened.status_code == 200
    key = opened.context["form"]["client_key"].value()
    note = {
        "client_key": key,
        "where": "Devant la boulangerie",
        "at": now_typed(),
        "minutes": "10",
        f"count_{one.pk}": "17",
        "saw": "Deux enfants seuls.",
        "feeling": "ease",
    }
    assert client.post(address, note).status_code == 302
    assert client.post(address, note).status_code == 302  # sent twice, it is one note
    assert FieldNote.objects.count() == 1
    shown = page_of(client, judged)
    for part in ("412", "Devant la boulangerie", "Deux enfants seuls.", "102", "commerçante"):
        assert part in shown
    assert FieldNote.objects.get().evaluator.person.last_name not in shown


def test_p11_accept_9_a_note_on_paper_counts_the_same_and_says_its_channel(desk, stranger, judged):
    one = judged.indicators.get()
    evaluator = make_evaluator(judged)
    typed = {
        "client_key": uuid.uuid4(),
        "channel": "paper",
        "where": "Au pont",
        "at": now_typed(),
        "minutes": "20",
        f"count_{one.pk}": "40",
        "saw": "Beaucoup de monde.",
    }
    assert desk.post(at("note_new", evaluator.pk), {**typed, "channel": "web"}).status_code == 422
    assert desk.post(at("note_new", evaluator.pk), typed).status_code == 302
    note = FieldNote.objects.get()
    assert (note.channel, note.entered_by is not None) == ("paper", True)
    shown = page_of(stranger, judged)
    assert "Beaucoup de monde." in shown and "sur papier" in shown
    sheet = stranger.get(f"/amenagements/{judged.slug}/releves.csv").content.decode()
    assert "paper" in sheet and ";40;" in sheet


def test_a_whole_evaluation_from_the_first_indicator_to_the_decision(desk, client, town, elected):
    day = TODAY() + timedelta(days=30)
    desk.post(at("scheme_new"), written(town, review_on=str(day)))
    scheme = Scheme.objects.get()
    indicator = {
        "title": "Clients assis",
        "kind": "use",
        "how": "À midi.",
        "unit": "clients",
        "source": "Nous",
        "proposed_by": "cafetiers",
        "in_the_street": "on",
    }
    desk.post(at("indicator_new", scheme.slug), indicator)
    desk.post(at("indicator_choose", scheme.indicators.get().pk), {"chosen_with": "voisins"})
    desk.post(at("choice_close", scheme.slug))
    newcomer = {
        "first_name": "Zoé",
        "last_name": "Klein",
        "channel": "mail",
        "email": "zoe@example.org",
        "as_words": "voisine",
    }
    assert desk.post(at("evaluator_new", scheme.slug), newcomer).status_code == 302
    evaluator = Evaluator.objects.get()
    message = Message.objects.get(person_key=evaluator.person.key)
    address = message.actions.get().url.split("/", 3)[3]
    key = client.get(f"/{address}").context["form"]["client_key"].value()
    seen = {"client_key": key, "where": "Sous le tilleul", "at": now_typed(), "saw": "On mange à l’ombre."}
    assert client.post(f"/{address}", seen).status_code == 302
    one = scheme.indicators.get()
    desk.post(at("measure_new", scheme.slug), {"indicator": one.pk, "on": str(TODAY()), "value": "36,5"})
    kept = {"verdict": "keep", "motive": "La place vit.", "by": elected.pk, "on": str(TODAY())}
    assert desk.post(at("decide", scheme.slug), kept).status_code == 302
    shown = page_of(client, scheme)
    for part in ("On mange à l’ombre.", "36,5", "La place vit.", "voisine"):
        assert part in shown
    assert "décidé" in client.get(f"/{address}").content.decode()
