"""P12, accept 10, through the pages people use: territory, skills, doctrine, margins, report, board, missing ones."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory.factories import make_commune
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_doctrine,
    make_facility,
    make_field_need,
    make_outreach,
    make_proximity_unit,
    make_report,
    make_visit,
)
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    DailyReport,
    Doctrine,
    FieldNeed,
    Negotiation,
    ProximityUnit,
    Visit,
)
from reflexes.pistes.contact.proactive_desks.tests.units_desk import (
    at,
    centre,
    director,
    four_o_clock,
    head,
    hour,
    lead,
    phone,
    unit,
)
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["centre", "director", "four_o_clock", "head", "lead", "phone", "unit"]
TODAY = clock.today


def opened(town, lead, **also):
    """Return what the form of a unit sends."""
    return {
        "name": "Neudorf",
        "communes": [make_commune().pk],
        "streets": "Rue de la Ziegelau",
        "starts_on": str(TODAY()),
        "ends_on": str(TODAY() + timedelta(days=30)),
        "lead": lead.pk,
        "lead_does": "infirmière",
        "deputy": make_outreach("Denis", town.association).pk,
        "deputy_does": "éducateur de rue",
        **also,
    }


def typed(version=0, **also):
    """Return what the report sends from a telephone, figures left as they were counted."""
    return {"version": version, "went_well": "Les lits sont descendus.", "stuck": "", "wanted": "", **also}


def test_p12_accept_10_a_unit_is_opened_with_territory_trades_doctrine_and_a_last_day(four_o_clock, centre, town, lead):
    refused = centre.post(at("unit_new"), opened(town, lead))
    assert refused.status_code == 422  # nothing is fixed and no margin is said yet
    make_doctrine(town.hall)
    for wrong in (
        {"communes": []},
        {"ends_on": str(TODAY())},
        {"ends_on": str(TODAY() + timedelta(days=400))},
        {"deputy": lead.pk},
        {"lead_does": ""},
    ):
        assert centre.post(at("unit_new"), opened(town, lead, **wrong)).status_code == 422
    assert not ProximityUnit.objects.exists()
    made = centre.post(at("unit_new"), opened(town, lead))
    unit = ProximityUnit.objects.get()
    assert made["Location"] == at("unit", unit.pk)
    shown = centre.get(at("unit", unit.pk)).content.decode()
    for part in ("Strasbourg", "Ziegelau", "infirmière", "éducateur de rue", "version 1"):
        assert part in shown


def test_p12_accept_10_a_unit_has_one_lead_one_deputy_and_ends(unit):
    with pytest.raises(IntegrityError), transaction.atomic():
        unit.members.create(person=make_outreach(), does="x", place="lead")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProximityUnit.objects.filter(pk=unit.pk).update(ends_on=unit.starts_on)


def test_p12_accept_10_a_published_doctrine_never_changes_and_its_changes_are_shown(centre, phone, unit):
    first = unit.doctrine
    words = {"priority": "Dépister d’abord.", "fixed": "Personne n’est déplacé sans son accord.", "margins": "Prêter."}
    assert centre.post(at("doctrine_write"), {**words, "margins": " "}).status_code == 422
    assert centre.post(at("doctrine_write"), words).status_code == 302
    draft = Doctrine.objects.get(number=2)
    assert phone.get(at("doctrine", draft.pk)).status_code == 404  # units do not read drafts
    centre.post(at("doctrine_publish", draft.pk))
    centre.post(at("doctrine_publish", draft.pk))  # twice is once
    centre.post(at("doctrine_write"), {**words, "priority": "Encore autre chose."})
    draft.refresh_from_db()
    assert draft.priority == "Dépister d’abord." and Doctrine.objects.count() == 3
    shown = phone.get(at("doctrine", draft.pk)).content.decode()
    for part in ("Isoler sans séparer.", "Prêter.", "Les dépistages sont décidés par un médecin."):
        assert part in shown
    unit.refresh_from_db()
    assert unit.doctrine == first
    assert "La version 2" in phone.get(at("unit", unit.pk)).content.decode()
    phone.post(at("doctrine_read", unit.pk), {"version": draft.pk})
    unit.refresh_from_db()
    reading = unit.readings.get()
    assert (unit.doctrine, reading.by.first_name) == (draft, "Lucie")


def test_p12_accept_10_a_need_is_followed_to_its_end_in_the_words_of_the_head(phone, unit, stranger, partner):
    place = make_facility(unit)
    said = {
        "client_key": uuid.uuid4(),
        "words": "Il me faut deux chambres pour isoler.",
        "kind": "rooms",
        "urgency": "a_today",
    }
    assert phone.post(at("need_new", place.pk), {**said, "words": ""}).status_code == 422
    assert phone.post(at("need_new", place.pk), said).status_code == 302
    phone.post(at("need_new", place.pk), said)  # a double press is one need
    need = FieldNeed.objects.get()
    assert partner.get(at("field_need", need.pk)).status_code == 404
    assert stranger.get(at("field_need", need.pk)).status_code in {302, 404}
    assert phone.post(at("field_need_take", need.pk), {"by": " "}).status_code == 422
    phone.post(at("field_need_take", need.pk), {"by": "Hôtel du Rhin, gérant"})
    phone.post(at("field_need_tell", need.pk), {"words": "Une chambre ce soir, l’autre demain."})
    for met in ("yes", "no"):
        assert phone.post(at("field_need_close", need.pk), {"met": met, "outcome": ""}).status_code == 422
    phone.post(at("field_need_close", need.pk), {"met": "no", "outcome": "L’hôtel a fermé."})
    late = phone.post(at("field_need_close", need.pk), {"met": "yes", "outcome": "Si."})
    assert late.status_code == 409
    need.refresh_from_db()
    assert (need.state, need.outcome) == ("not_met", "L’hôtel a fermé.")
    shown = phone.get(at("field_need", need.pk)).content.decode()
    for part in ("Il me faut deux chambres", "Hôtel du Rhin", "Une chambre ce soir", "L’hôtel a fermé."):
        assert part in shown
    with pytest.raises(IntegrityError), transaction.atomic():
        FieldNeed.objects.filter(pk=need.pk).update(outcome="")


def test_p12_accept_10_an_arrangement_stands_under_a_margin_or_asks_the_centre(phone, head, unit):
    margin = unit.doctrine.points.filter(kind="margin").first()
    fixed = unit.doctrine.points.filter(kind="fixed").first()
    agreed = {
        "client_key": uuid.uuid4(),
        "agreed": "Cinquante surblouses prêtées.",
        "with_role": "cadre du bloc",
        "with_organisation": "Clinique des Bords",
        "on": str(TODAY()),
        "until": str(TODAY() + timedelta(days=7)),
    }
    for wrong in ({"with_role": ""}, {"agreed": ""}, {"margin": fixed.pk}, {"until": str(TODAY() - timedelta(days=1))}):
        assert phone.post(at("arrangement_new", unit.pk), {**agreed, **wrong}).status_code == 422
    phone.post(at("arrangement_new", unit.pk), {**agreed, "margin": margin.pk})
    assert not CentreQuestion.objects.exists()
    beyond = {**agreed, "client_key": uuid.uuid4(), "agreed": "Dix lits loués pour un mois."}
    phone.post(at("arrangement_new", unit.pk), beyond)
    phone.post(at("arrangement_new", unit.pk), beyond)
    assert Negotiation.objects.count() == 2
    question = CentreQuestion.objects.get()
    assert question.due_at == hour(12) + timedelta(days=1)
    board = head.get(at("units_board")).content.decode()
    assert "Dix lits loués" in board
    assert phone.post(at("centre_question", question.pk), {"words": "Oui."}).status_code == 403
    assert head.post(at("centre_question", question.pk), {"words": " "}).status_code == 422
    assert head.post(at("centre_question", question.pk), {"words": "Oui, jusqu’à la fin du mois."}).status_code == 302
    assert head.post(at("centre_question", question.pk), {"words": "Non."}).status_code == 409
    assert "Oui, jusqu’à la fin du mois." in phone.get(at("unit", unit.pk)).content.decode()
    told = Message.objects.filter(body__contains="Oui, jusqu’à la fin du mois.")
    assert told.count() == 2  # the lead and the deputy


def test_p12_accept_10_the_report_is_prefilled_saved_as_typed_and_sent_in_one_page(phone, head, unit):
    place = make_facility(unit)
    make_visit(place)
    make_visit(place)
    make_field_need(place, state="met", opened_at=clock.now())
    opened = phone.get(at("unit_report", unit.pk))
    form = opened.context["form"]
    shown = {name: form[name].value() for name in ("visits", "needs_noted", "needs_met", "arrangements", "version")}
    assert shown == {"visits": 2, "needs_noted": 1, "needs_met": 1, "arrangements": 0, "version": 0}
    assert not DailyReport.objects.exists()  # reading writes nothing
    saved = phone.post(at("unit_report_save", unit.pk), typed(stuck="Pas de tests", visits=2))
    assert saved.json() == {"fields": {"version": 1}}
    assert "Pas de tests" not in head.get(at("units_board")).content.decode()
    make_visit(place)
    again = phone.get(at("unit_report", unit.pk)).context["form"]
    assert (again["visits"].value(), again["stuck"].value()) == (3, "Pas de tests")
    sent = phone.post(
        at("unit_report", unit.pk), typed(1, stuck="Pas de tests", wanted="Vingt tests demain matin", visits=4)
    )
    assert sent.status_code == 302
    report = DailyReport.objects.get()
    assert (report.visits, report.needs_noted, report.needs_met, report.arrangements) == (4, 1, 1, 0)
    assert CentreQuestion.objects.get().words == "Vingt tests demain matin"


def test_p12_accept_10_a_report_is_corrected_until_the_board_closes_then_stays(phone, unit, four_o_clock):
    phone.post(at("unit_report", unit.pk), typed(wanted="Dix tests"))
    phone.post(at("unit_report", unit.pk), typed(1, wanted="Vingt tests"))
    report = DailyReport.objects.get()
    assert report.corrected_at is not None
    assert CentreQuestion.objects.get().words == "Vingt tests"
    with clock.travelling(hour(20, 1)):
        late = phone.post(at("unit_report", unit.pk), typed(2, wanted="Trente tests"))
        assert late.status_code in {409, 422}
    assert CentreQuestion.objects.get().words == "Vingt tests"


def test_p12_accept_10_two_people_who_type_the_same_report_never_write_over_each_other(phone, unit):
    deputy = signed_in(unit.members.get(place="deputy").person)
    phone.post(at("unit_report_save", unit.pk), typed(went_well="Ce que Lucie a vu"))
    refused = deputy.post(at("unit_report", unit.pk), typed(went_well="Ce que Denis a vu"))
    assert refused.status_code == 409
    assert "Ce que Denis a vu" in refused.content.decode()  # what was typed stays on the page
    assert DailyReport.objects.get().went_well == "Ce que Lucie a vu"
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyReport.objects.create(unit=unit, day=DailyReport.objects.get().day)


def test_p12_accept_10_a_page_that_saves_while_its_author_presses_send_is_no_conflict(phone, unit):
    phone.post(at("unit_report_save", unit.pk), typed(went_well="Presque fini"))
    assert phone.post(at("unit_report", unit.pk), typed(went_well="Fini")).status_code == 302
    assert DailyReport.objects.get().went_well == "Fini"
    # A tab left behind does not save over what was sent.
    assert phone.post(at("unit_report_save", unit.pk), typed(1, went_well="Vieux")).status_code == 409
    assert DailyReport.objects.get().went_well == "Fini"


def test_p12_accept_10_a_report_on_paper_is_typed_later_by_somebody_else(centre, unit):
    yesterday = TODAY() - timedelta(days=1)
    address = at("unit_report", unit.pk) + f"?jour={yesterday}"
    assert centre.post(address, typed(went_well="Sur papier", channel="paper", visits=6)).status_code == 302
    report = DailyReport.objects.get()
    assert (report.day, report.channel, report.visits, report.by.first_name) == (yesterday, "paper", 6, "Claire")
    for wrong in (TODAY() + timedelta(days=1), TODAY() - timedelta(days=30)):
        assert centre.post(at("unit_report", unit.pk) + f"?jour={wrong}", typed()).status_code == 422


def test_p12_accept_10_a_missing_report_is_named_with_whom_to_call_and_is_never_a_zero(head, unit, town):
    other = make_proximity_unit(town.hall, name="Cronenbourg")
    make_report(other, visits=17)
    make_report(unit, sent_at=None)  # being typed is not reported
    with clock.travelling(hour(18)):
        page = head.get(at("units_board"))
    board = page.context["board"]
    assert [line.unit.name for line in board.lines] == ["Cronenbourg", "Neudorf"]
    assert [line.figures is None for line in board.lines] == [False, True]
    shown = page.content.decode()
    assert "n’a pas encore rendu compte" in shown
    assert "tel:+33639980001" in shown and "06 39 98 00 01" in shown and "Lucie" in shown
    assert board.totals.visits == 17


def test_p12_accept_10_the_board_asks_the_same_questions_for_three_hundred_facilities(
    head, unit, town, constant_queries
):
    make_field_need(make_facility(unit))

    def grow():
        units = [unit, *(make_proximity_unit(town.hall) for _each in range(5))]
        for number in range(300):
            place = make_facility(units[number % 6])
            make_field_need(place)
        for one in units:
            make_report(one)

    with clock.travelling(hour(18)):
        constant_queries(head, at("units_board"), grow)


def test_p12_accept_10_lists_ask_the_same_questions_however_long(phone, unit, constant_queries):
    make_visit(make_facility(unit))
    make_field_need(make_facility(unit))

    def grow():
        for _each in range(12):
            make_visit(make_facility(unit))
            make_field_need(make_facility(unit))

    for address in (at("facilities"), at("field_needs"), at("units"), at("unit", unit.pk)):
        constant_queries(phone, address, grow)


def test_p12_accept_10_a_visit_sent_twice_is_one(phone, unit):
    place = make_facility(unit)
    seen = {"client_key": uuid.uuid4(), "how": "call", "saw": "Le couloir est rouvert.", "on": str(TODAY())}
    assert phone.post(at("visit_new", place.pk), {**seen, "saw": ""}).status_code == 422
    assert phone.post(at("visit_new", place.pk), {**seen, "on": str(TODAY() + timedelta(days=1))}).status_code == 422
    phone.post(at("visit_new", place.pk), seen)
    phone.post(at("visit_new", place.pk), seen)
    assert Visit.objects.get().by.first_name == "Lucie"
    assert "Le couloir est rouvert." in phone.get(at("facility", place.pk)).content.decode()


def test_p12_accept_10_on_its_last_day_somebody_named_keeps_adapts_or_stops_the_unit(head, phone, director, unit):
    with clock.travelling(hour(10) + timedelta(days=25)):
        assert "unité après son dernier jour" in head.get(at("units_board")).content.decode()
        said = {"verdict": "adapt", "motive": "Plus petit, plus près.", "by": director.pk}
        assert phone.post(at("unit_decide", unit.pk), said).status_code == 403
        assert head.post(at("unit_decide", unit.pk), said).status_code == 422  # until when?
        assert head.post(at("unit_decide", unit.pk), {**said, "motive": ""}).status_code == 422
        later = str(TODAY() + timedelta(days=30))
        assert head.post(at("unit_decide", unit.pk), {**said, "next_end_on": later}).status_code == 302
        unit.refresh_from_db()
        assert str(unit.ends_on) == later and unit.ended_on is None
        waiting = make_field_need(make_facility(unit))
        stop = {"verdict": "stop", "motive": "Le pic est passé.", "by": director.pk}
        assert head.post(at("unit_decide", unit.pk), stop).status_code == 409  # no need is left open
        waiting.state, waiting.outcome, waiting.closed_at = "met", "Fait.", clock.now()
        waiting.save()
        head.post(at("unit_decide", unit.pk), stop)
        unit.refresh_from_db()
        assert unit.ended_on == TODAY()
        assert "Le pic est passé." in phone.get(at("unit", unit.pk)).content.decode()
