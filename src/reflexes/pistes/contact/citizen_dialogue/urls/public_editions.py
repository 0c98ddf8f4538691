"""Budgets, as everybody reads them, and the doors where words arrive."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.urls import words
from reflexes.pistes.contact.citizen_dialogue.circles import DIALOGUE
from reflexes.pistes.contact.citizen_dialogue.views import (
    public_editions,
    public_editions_data,
    public_editions_goals,
)

ONE = "budgets/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path("budgets/", public_editions.edition_list, name="editions"),
    path(ONE, public_editions.edition_page, name="edition"),
    path(f"{ONE}idees/", public_editions.ideas_list, name="ideas"),
    path(f"{ONE}faisabilite/", public_editions.feasibility_list, name="feasibility"),
    path(f"{ONE}realisation/", public_editions.delivery, name="delivery"),
    path(f"{ONE}objectifs/", public_editions_goals.goals_grid, name="goals"),
    path(f"{ONE}objectifs/<int:pk>/", public_editions_goals.goals_proposal, name="goals_proposal"),
    path(f"{ONE}contributions.csv", public_editions_data.contributions_csv, name="contributions_csv"),
    path(f"{ONE}contributions.schema.json", public_editions_data.contributions_schema, name="contributions_schema"),
    path("paroles/<slug:slug>/", public_editions.door, name="door"),
    *words.public(DIALOGUE, under="paroles/<slug:slug>/", links="paroles/lien/"),
]
