"""Addresses of whoever is in charge of the calls: campaigns, sheets, callers, what people take over, lists on paper."""

from django.urls import URLPattern, path

from reflexes.pistes.contact.proactive_desks.views import (
    campaigns,
    campaigns_again,
    campaigns_callers,
    campaigns_paper,
    campaigns_sheets,
    campaigns_tasks,
)

ONE = "<slug:campaign>/"
SHEET = f"{ONE}feuilles/<int:batch>/"
PERSON = f"{ONE}rappels/<uuid:callee>/"
CARD = f"{ONE}appelants/<int:card>/"

urlpatterns: list[URLPattern] = [
    path("", campaigns.campaign_list, name="campaigns"),
    path("nouvelle/", campaigns.campaign_new, name="campaign_new"),
    path("saisie/", campaigns_paper.enter, name="paper_enter"),
    path("reprises/<uuid:task>/", campaigns_tasks.task_page, name="task"),
    path("reprises/<uuid:task>/lire/", campaigns_tasks.task_read, name="task_read"),
    path("reprises/<uuid:task>/prendre/", campaigns_tasks.task_take, name="task_take"),
    path(ONE, campaigns.campaign_page, name="campaign"),
    path(f"{ONE}modifier/", campaigns.campaign_write, name="campaign_write"),
    path(f"{ONE}donnees/", campaigns.dataset_write, name="campaign_data"),
    path(f"{ONE}donnees/ouvrir/", campaigns.dataset_open, name="campaign_data_open"),
    path(f"{ONE}ouvrir/", campaigns.campaign_open, name="campaign_open"),
    path(f"{ONE}pause/", campaigns.campaign_pause, name="campaign_pause"),
    path(f"{ONE}finir/", campaigns.campaign_end, name="campaign_end"),
    path(f"{ONE}horaires/", campaigns.hours_widen, name="campaign_hours"),
    path(f"{ONE}horaires/habituels/", campaigns.hours_narrow, name="campaign_hours_usual"),
    path(f"{ONE}feuilles/", campaigns_sheets.sheet_list, name="sheets"),
    path(SHEET, campaigns_sheets.sheet_page, name="sheet"),
    path(f"{SHEET}prendre/", campaigns_sheets.sheet_take, name="sheet_take"),
    path(f"{SHEET}laisser/", campaigns_sheets.sheet_drop, name="sheet_drop"),
    path(f"{SHEET}defaire/", campaigns_sheets.sheet_undo, name="sheet_undo"),
    path(f"{ONE}appelants/", campaigns_callers.caller_list, name="callers"),
    path(f"{ONE}appelants/inviter/", campaigns_callers.caller_invite, name="caller_invite"),
    path(CARD, campaigns_callers.caller_page, name="caller"),
    path(f"{CARD}niveau/", campaigns_callers.caller_level, name="caller_level"),
    path(f"{CARD}binome/", campaigns_callers.caller_buddy, name="caller_buddy"),
    path(f"{CARD}repos/", campaigns_callers.caller_rest, name="caller_rest"),
    path(f"{CARD}depart/", campaigns_callers.caller_leave, name="caller_leave"),
    path(f"{CARD}parle/", campaigns_callers.debrief_held, name="debrief_held"),
    path(f"{CARD}relire/", campaigns_callers.call_read, name="call_read"),
    path(f"{CARD}liste/", campaigns_paper.lend, name="paper_lend"),
    path(f"{ONE}listes/<int:paper>/", campaigns_paper.print_list, name="paper_print"),
    path(f"{ONE}reprises/", campaigns_tasks.task_list, name="tasks"),
    path(f"{ONE}silences/", campaigns_tasks.silences_seen, name="silences_seen"),
    path(f"{ONE}tardifs/<int:note>/", campaigns_again.late_settled, name="late_settled"),
    path(f"{ONE}rappels/", campaigns_again.recurring_list, name="recurring"),
    path(f"{ONE}rappels/chercher/", campaigns_again.recurring_find, name="recurring_find"),
    path(PERSON, campaigns_again.recurring_person, name="recurring_person"),
    path(f"{PERSON}lire/", campaigns_again.recurring_read, name="recurring_read"),
    path(f"{PERSON}arreter/", campaigns_again.recurring_stop, name="recurring_stop"),
]
