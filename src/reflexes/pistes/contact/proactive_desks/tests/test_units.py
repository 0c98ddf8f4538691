"""Units: who sees what, sheets of facilities, what waits, exercises apart, and what is forgotten."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reflexes.core import clock
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.pistes.contact.proactive_desks import privacy_units
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_centre_question,
    make_doctrine,
    make_facility,
    make_field_need,
    make_member,
    make_outreach,
    make_proximity_unit,
    make_report,
    make_visit,
)
from reflexes.pistes.contact.proactive_desks.models import Facility, FieldNeed, ProximityUnit, ReportHours
from reflexes.pistes.contact.proactive_desks.services import units_silences
from reflexes.pistes.contact.proactive_desks.tests.units_desk import (
    at,
    centre,
    director,
    four_o_clock,
    head,
    hour,
    lead,
    make_sequence,
    phone,
    unit,
)
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["centre", "director", "four_o_clock", "head", "lead", "phone", "unit"]
TODAY = clock.today


def sheet(text, name="lieux.csv"):
    return SimpleUploadedFile(name, text.encode())


def test_a_member_sees_their_unit_the_centre_all_a_partner_and_a_stranger_nothing(
    phone, centre, head, partner, member, stranger, unit, town
):
    other = make_proximity_unit(town.hall, name="Cronenbourg")
    place, need = make_facility(other), make_field_need(make_facility(other))
    pages = [
        at("unit", other.pk),
        at("unit_report", other.pk),
        at("facility", place.pk),
        at("field_need", need.pk),
        at("doctrine", other.doctrine.pk),
    ]
    for address in pages[:4]:
        assert phone.get(address).status_code == 404
    for address in pages:
        assert centre.get(address).status_code == 200
        assert head.get(address).status_code == 200
        assert partner.get(address).status_code == 404
        assert member.get(address).status_code == 404
        assert stranger.get(address).status_code in {302, 404}
    for address in (at("units"), at("facilities"), at("field_needs"), at("doctrines")):
        assert phone.get(address).status_code == 200
        assert "Cronenbourg" not in phone.get(address).content.decode()
        assert partner.get(address).status_code == 404
    assert phone.get(at("units_board")).status_code == 403
    for address in (at("unit_new"), at("facility_new"), at("facility_import"), at("doctrine_write"), at("units_hours")):
        assert phone.get(address).status_code == 403
        assert head.get(address).status_code == 403
        assert partner.get(address).status_code == 404
        assert centre.get(address).status_code == 200


def test_the_centre_of_another_organisation_sees_nothing(unit):
    other = signed_in(make_person("Ailleurs", role=roles.SUPERVISOR, organisation=make_organisation("Ailleurs")))
    assert other.get(at("unit", unit.pk)).status_code == 404
    assert other.get(at("units_board")).context["board"].lines == []


def test_somebody_of_an_association_works_in_the_unit_and_writes_for_it(unit, town):
    person = make_outreach("Sami", town.association)
    client = signed_in(person)
    place = make_facility(unit)
    assert client.get(at("unit", unit.pk)).status_code == 404
    member = make_member(unit, person)
    said = {"client_key": uuid.uuid4(), "words": "Des repas.", "kind": "food", "urgency": "b_week"}
    assert client.post(at("need_new", place.pk), said).status_code == 302
    assert client.post(at("doctrine_read", unit.pk), {"version": unit.doctrine_id}).status_code == 403
    member.left_on = TODAY()
    member.save()
    assert client.get(at("unit", unit.pk)).status_code == 404


def test_the_director_reads_and_answers_but_does_not_write_for_a_unit(head, unit):
    place = make_facility(unit)
    said = {"client_key": uuid.uuid4(), "words": "Des repas.", "kind": "food", "urgency": "b_week"}
    assert head.post(at("need_new", place.pk), said).status_code == 403
    assert head.post(at("unit_report", unit.pk), {"version": 0}).status_code == 403


def test_the_lead_is_replaced_before_leaving_and_names_another(phone, unit):
    chief = unit.members.get(place="lead")
    phone.post(at("unit_leave", unit.pk, chief.pk))
    chief.refresh_from_db()
    assert chief.left_on is None
    other = make_outreach("Zoé", unit.organisation)
    joined = {"person": other.pk, "does": "infirmière", "place": "lead"}
    assert phone.post(at("unit_join", unit.pk), {**joined, "person": make_person("Non").pk}).status_code == 422
    assert phone.post(at("unit_join", unit.pk), joined).status_code == 302
    chief.refresh_from_db()
    assert (chief.place, unit.members.get(place="lead").person) == ("member", other)
    # No longer lead: somebody else opens the door now.
    assert phone.post(at("unit_leave", unit.pk, chief.pk)).status_code == 403
    signed_in(other).post(at("unit_leave", unit.pk, chief.pk))
    chief.refresh_from_db()
    assert chief.left_on == TODAY()


def test_a_sheet_is_read_first_and_written_whole_or_not_at_all(centre, unit):
    good = (
        "nom;type;commune;fonction;telephone;unite\nLes Glycines;EHPAD;Strasbourg;directrice;06 39 98 01 02;Neudorf\n"
    )
    dry = centre.post(at("facility_import"), {"file": sheet(good), "dry_run": "on"})
    assert dry.status_code == 200 and "Les Glycines" in dry.content.decode()
    assert not Facility.objects.exists()
    wrong = (
        good
        + "Sans type;château;Strasbourg;;;\nAilleurs;école;Brest;;12;\nLes Glycines;ecole;67482;;;Sud\n;ecole;Strasbourg;;;\n"
    )
    refused = centre.post(at("facility_import"), {"file": sheet(wrong)})
    assert refused.status_code == 422
    said = refused.content.decode()
    for part in ("château", "Brest", "« 12 »", "Sud", "n’a pas de nom"):
        assert part in said
    assert not Facility.objects.exists()
    assert centre.post(at("facility_import"), {"file": sheet(good)}).status_code == 302
    place = Facility.objects.get()
    assert (place.kind, place.contact_phone, place.unit) == ("care-home", "+33639980102", unit)
    again = centre.post(at("facility_import"), {"file": sheet(good)})
    assert again.status_code == 422 and "Les Glycines" in again.content.decode()
    assert centre.post(at("facility_import"), {"file": sheet("a;b\n1;2\n")}).status_code == 422
    found = centre.get(at("facilities") + "?q=glycines&kind=care-home").content.decode()
    assert "Les Glycines" in found


def test_a_facility_given_to_another_unit_takes_its_open_needs_along(centre, unit, town):
    other = make_proximity_unit(town.hall, name="Cronenbourg")
    place = make_facility(unit)
    waiting, met = make_field_need(place), make_field_need(place, state="met")
    typed = {"name": place.name, "kind": place.kind, "commune": place.commune_id, "unit": other.pk}
    assert centre.post(at("facility_write", place.pk), {**typed, "contact_phone": "12"}).status_code == 422
    assert centre.post(at("facility_write", place.pk), typed).status_code == 302
    waiting.refresh_from_db()
    met.refresh_from_db()
    assert (waiting.unit, met.unit) == (other, unit)
    centre.post(at("facility_close", place.pk))
    place.refresh_from_db()
    assert place.closed_on is None  # something still waits there


def test_nothing_is_written_where_no_unit_is_in_charge(centre, unit):
    place = make_facility(unit)
    Facility.objects.update(unit=None)
    said = {"client_key": uuid.uuid4(), "words": "Des repas.", "kind": "food", "urgency": "b_week"}
    assert centre.post(at("need_new", place.pk), said).status_code == 422
    centre.post(at("facility_close", place.pk))
    place.refresh_from_db()
    assert place.closed_on == TODAY()


def test_what_waits_has_its_age_and_a_need_without_news_waits_less_long_in_a_crisis(unit, director):
    actor = actor_for(director)
    make_field_need(make_facility(unit))  # two days old
    make_centre_question(unit)
    with clock.travelling(hour(18)):
        found = {one.code: one.count for one in units_silences.silences(actor)}
        assert found == {"reports_missing": 8, "questions_waiting": 1}
        make_sequence("crisis")
        assert "needs_without_news" in {one.code for one in units_silences.silences(actor)}
    for day in range(8):
        make_report(unit, day=TODAY() - timedelta(days=day))
    assert "reports_missing" not in {one.code for one in units_silences.silences(actor)}
    ProximityUnit.objects.update(ends_on=TODAY() - timedelta(days=1))
    past = next(one for one in units_silences.silences(actor) if one.code == "units_past_end")
    assert past.since == TODAY() - timedelta(days=1)


def test_the_hour_of_the_reports_is_set_and_the_board_follows_it(centre, head, unit):
    assert centre.post(at("units_hours"), {"reports_by": "19:00", "closes_at": "18:00"}).status_code == 422
    assert centre.post(at("units_hours"), {"reports_by": "16:00", "closes_at": "18:00"}).status_code == 302
    assert ReportHours.objects.get().organisation == unit.organisation
    with clock.travelling(hour(16, 1)):
        assert "Lucie" in head.get(at("units_board")).content.decode()  # who to call, once the hour passed
    with clock.travelling(hour(15, 59)):
        assert "Lucie" not in head.get(at("units_board")).content.decode()


def test_what_is_played_in_an_exercise_is_apart(centre, unit, town, coordinator):
    exercise = make_exercise(name="Crue", plays_at=clock.now())
    played = make_proximity_unit(
        town.hall, name="Jouée", exercise=exercise, doctrine=make_doctrine(town.hall, exercise=exercise)
    )
    place = make_facility(played, name="Foyer joué")
    make_field_need(place)
    assert centre.get(at("unit", played.pk)).status_code == 404
    for address in (at("units"), at("facilities"), at("field_needs"), at("units_board")):
        shown = centre.get(address).content.decode()
        assert "Jouée" not in shown and "Foyer joué" not in shown
    playing = actor_for(coordinator, exercise_id=exercise.pk)
    assert [one.code for one in units_silences.silences(playing)] == ["reports_missing"]
    session = centre.session
    session["exercise"] = exercise.pk
    session.save()
    assert centre.get(at("unit", played.pk)).status_code == 200
    assert centre.get(at("unit", unit.pk)).status_code == 404
    assert centre.post(at("units_hours"), {"reports_by": "16:00", "closes_at": "18:00"}).status_code in {409, 422}


def test_somebody_erased_leaves_what_facilities_needed_and_no_name(lead, unit, phone):
    place = make_facility(unit)
    make_visit(place, by=lead)
    make_report(unit, by=lead)
    need = make_field_need(place, opened_by=lead)
    known = privacy_units.export(lead.key)
    assert set(known) == {"proximity_units", "facilities_visited", "field_reports"}
    privacy_units.erase(lead.key)
    assert privacy_units.export(lead.key) == {}
    need.refresh_from_db()
    assert need.opened_by is None
    assert FieldNeed.objects.count() == 1
    assert not unit.members.filter(person=lead).exists()
