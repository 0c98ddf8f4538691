"""Addresses of proximity units: the unit, its doctrine, its facilities, its report, the board and the morning sheet."""

from django.urls import URLPattern, path

from reflexes.pistes.contact.proactive_desks.views import (
    units_desk,
    units_doctrine,
    units_facilities,
    units_field,
    units_morning,
    units_paper,
    units_report,
)

UNIT, FACILITY, NEED = "<int:unit>/", "etablissements/<int:facility>/", "besoins/<int:need>/"

urlpatterns: list[URLPattern] = [
    path("", units_desk.unit_list, name="units"),
    path("nouvelle/", units_desk.unit_new, name="unit_new"),
    path("heures/", units_desk.hours, name="units_hours"),
    path(UNIT, units_desk.unit_page, name="unit"),
    path(f"{UNIT}modifier/", units_desk.unit_write, name="unit_write"),
    path(f"{UNIT}decider/", units_desk.unit_decide, name="unit_decide"),
    path(f"{UNIT}membre/", units_desk.member_new, name="unit_join"),
    path(f"{UNIT}membres/<int:member>/depart/", units_desk.member_leave, name="unit_leave"),
    path(f"{UNIT}doctrine-lue/", units_doctrine.doctrine_read, name="doctrine_read"),
    path(f"{UNIT}accord/", units_field.arrangement_new, name="arrangement_new"),
    path(f"{UNIT}compte-rendu/", units_report.report, name="unit_report"),
    path(f"{UNIT}compte-rendu/garder/", units_report.report_save, name="unit_report_save"),
    path(f"{UNIT}feuille.pdf", units_paper.unit_paper, name="unit_paper"),
    path("tableau/", units_report.board_page, name="units_board"),
    path("matin/", units_morning.morning, name="morning"),
    path("matin.pdf", units_morning.morning_pdf, name="morning_pdf"),
    path("doctrine/", units_doctrine.doctrine_list, name="doctrines"),
    path("doctrine/ecrire/", units_doctrine.doctrine_write, name="doctrine_write"),
    path("doctrine/<int:doctrine>/", units_doctrine.doctrine_page, name="doctrine"),
    path("doctrine/<int:doctrine>/publier/", units_doctrine.doctrine_publish, name="doctrine_publish"),
    path("etablissements/", units_facilities.facility_list, name="facilities"),
    path("etablissements/nouveau/", units_facilities.facility_new, name="facility_new"),
    path("etablissements/feuille/", units_facilities.facility_import, name="facility_import"),
    path(FACILITY, units_facilities.facility_page, name="facility"),
    path(f"{FACILITY}modifier/", units_facilities.facility_write, name="facility_write"),
    path(f"{FACILITY}retirer/", units_facilities.facility_close, name="facility_close"),
    path(f"{FACILITY}visite/", units_facilities.visit_new, name="visit_new"),
    path(f"{FACILITY}besoin/", units_field.need_new, name="need_new"),
    path("besoins/", units_field.need_list, name="field_needs"),
    path(NEED, units_field.need_page, name="field_need"),
    path(f"{NEED}prendre/", units_field.need_take, name="field_need_take"),
    path(f"{NEED}nouvelles/", units_field.need_tell, name="field_need_tell"),
    path(f"{NEED}clore/", units_field.need_close, name="field_need_close"),
    path("questions/<int:question>/", units_field.question_answer, name="centre_question"),
]
