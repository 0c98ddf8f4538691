"""Half-days given, hours, thanks, one's own plan and calendars."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import (
    agent_account,
    agent_plan,
    calendars,
    cell_recognition,
    cell_thanks,
)

urlpatterns: list[URLPattern] = [
    path("mon-espace/compte/", agent_account.my_account, name="my_account"),
    path("mon-espace/attestation/", agent_account.my_statement_pdf, name="my_statement_pdf"),
    path("mon-espace/mon-plan/", agent_plan.my_plan, name="my_plan"),
    path("mon-espace/mon-plan/ecrire/", agent_plan.my_plan_write, name="my_plan_write"),
    path("mon-espace/mon-plan/feuille/", agent_plan.my_plan_pdf, name="my_plan_pdf"),
    path("mon-espace/apprendre/", agent_plan.my_learning_add, name="my_learning_add"),
    path("mon-espace/apprendre/<int:pk>/retirer/", agent_plan.my_learning_remove, name="my_learning_remove"),
    path("agenda/", calendars.calendar_page, name="calendar"),
    path("agenda/adresse/", calendars.calendar_make, name="calendar_make"),
    path("agenda/retirer/", calendars.calendar_withdraw, name="calendar_withdraw"),
    path("agenda/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("missions/<int:pk>/agenda.ics", calendars.mission_calendar, name="mission_calendar"),
    path("personnes/<int:pk>/heures/", cell_recognition.person_hours, name="person_hours"),
    path("personnes/<int:pk>/attestation/", cell_recognition.person_statement_pdf, name="person_statement_pdf"),
    path("demi-journees-donnees/", cell_recognition.allowances, name="allowances"),
    path("demi-journees-donnees/<int:pk>/", cell_recognition.allowance_change, name="allowance_change"),
    path("demi-journees-donnees/<int:pk>/retirer/", cell_recognition.allowance_remove, name="allowance_remove"),
    path("remerciements/", cell_thanks.thanks_round, name="thanks"),
    path("remerciements/<int:pk>/", cell_thanks.thanks_sent, name="thanks_sent"),
]
