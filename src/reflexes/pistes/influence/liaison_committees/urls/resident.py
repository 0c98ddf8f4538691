"""What residents who sit answer, each by the link they received."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.urls import words
from reflexes.mechanisms.directory.by_link import link_without_token
from reflexes.pistes.influence.liaison_committees.circles import COMMITTEES
from reflexes.pistes.influence.liaison_committees.views import resident_call, resident_seat

urlpatterns: list[URLPattern] = [
    path("lien/siege/", link_without_token, name="seat_cut"),
    path("lien/siege/<str:token>", resident_seat.seat_by_link, name="seat_by_link"),
    path("lien/seance/", link_without_token, name="call_cut"),
    path("lien/seance/<str:token>", resident_call.call_by_link, name="call_by_link"),
    *words.author(COMMITTEES),
]
