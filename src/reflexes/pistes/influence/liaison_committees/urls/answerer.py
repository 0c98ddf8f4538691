"""What whoever owes an answer reads and writes, signed in or by the link they received."""

from django.urls import URLPattern

from reflexes.mechanisms.assembly.urls import words
from reflexes.pistes.influence.liaison_committees.circles import COMMITTEES

urlpatterns: list[URLPattern] = words.answerer(COMMITTEES)
