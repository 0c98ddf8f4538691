"""Where needs are followed: the desk of navigators, and the register that receives what people tell by themselves."""

from django.urls import URLPattern, path

from reflexes.mechanisms.casework.urls import navigator
from reflexes.pistes.contact.proactive_desks.cases import DESK
from reflexes.pistes.contact.proactive_desks.views import register

urlpatterns: list[URLPattern] = [
    *navigator.desk(DESK),
    path("registre/", register.register_page, name="desk_register"),
    path("registre/ecrire/", register.register_write, name="desk_register_write"),
    path("registre/ouvrir/", register.register_open, name="desk_register_open"),
]
