"""Addresses of the call desk, and of whoever writes its scripts."""

from django.urls import URLPattern, path

from reflexes.pistes.contact.proactive_desks.urls import scripts
from reflexes.pistes.contact.proactive_desks.views import desk, desk_call

CALL = "<uuid:key>/"

urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path(f"{CALL}", desk_call.call, name="call"),
    path(f"{CALL}garder/", desk_call.save, name="call_save"),
    path(f"{CALL}encore/", desk_call.renew, name="call_renew"),
    path(f"{CALL}numero/", desk_call.number, name="call_number"),
    path(f"{CALL}fin/", desk_call.end, name="call_end"),
    path(f"{CALL}urgence/", desk_call.urgent, name="call_urgent"),
    path(f"{CALL}rendre/", desk_call.give_back, name="call_give_back"),
    path(f"{CALL}apres/", desk_call.after, name="call_after"),
    path("campagne/<slug:slug>/prendre/", desk.take, name="desk_take"),
    path("campagne/<slug:slug>/pause/", desk.rest, name="desk_rest"),
    path("campagne/<slug:slug>/parler/", desk.talk, name="desk_talk"),
    *scripts.urlpatterns,
]
