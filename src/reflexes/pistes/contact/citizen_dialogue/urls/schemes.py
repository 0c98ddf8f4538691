"""The desk of whoever keeps what is tried for a while and its booklets, and the link of those who observe."""

from django.urls import URLPattern, path

from reflexes.mechanisms.directory.by_link import link_without_token
from reflexes.pistes.contact.citizen_dialogue.views import (
    evaluator_field,
    keeper_booklets,
    keeper_schemes,
    keeper_schemes_decide,
    keeper_schemes_evaluators,
    keeper_schemes_figures,
    keeper_schemes_indicators,
)

ONE = "bureau/amenagements/<slug:scheme>/"
tells, figures, people = keeper_schemes_indicators, keeper_schemes_figures, keeper_schemes_evaluators

urlpatterns: list[URLPattern] = [
    path("bureau/amenagements/", keeper_schemes.scheme_list, name="keeper_schemes"),
    path("bureau/nouvel-amenagement/", keeper_schemes.scheme_new, name="keeper_scheme_new"),
    path(ONE, keeper_schemes.scheme_page, name="keeper_scheme"),
    path(f"{ONE}modifier/", keeper_schemes.scheme_write, name="keeper_scheme_write"),
    path(f"{ONE}question/", keeper_schemes.scheme_ask, name="keeper_scheme_ask"),
    path(f"{ONE}indicateur/", tells.indicator_new, name="keeper_indicator_new"),
    path("bureau/indicateurs/<int:indicator>/choisir/", tells.indicator_choose, name="keeper_indicator_choose"),
    path("bureau/indicateurs/<int:indicator>/ecarter/", tells.indicator_aside, name="keeper_indicator_aside"),
    path(f"{ONE}clore-le-choix/", tells.choice_close, name="keeper_choice_close"),
    path(f"{ONE}chiffre/", figures.measure_new, name="keeper_measure_new"),
    path(f"{ONE}chiffres/", figures.measures_import, name="keeper_measures_import"),
    path("bureau/chiffres/<int:measure>/rayer/", figures.measure_strike, name="keeper_measure_strike"),
    path(f"{ONE}evaluateur/", people.invite, name="keeper_evaluator_invite"),
    path(f"{ONE}evaluateur/nouveau/", people.invite_newcomer, name="keeper_evaluator_new"),
    path("bureau/evaluateurs/<int:evaluator>/depart/", people.evaluator_leave, name="keeper_evaluator_leave"),
    path("bureau/evaluateurs/<int:evaluator>/note/", people.note_new, name="keeper_note_new"),
    path("bureau/notes/<int:note>/", people.note_hide, name="keeper_note"),
    path(f"{ONE}decider/", keeper_schemes_decide.decide, name="keeper_decide"),
    path(f"{ONE}livret/", keeper_booklets.booklet_scheme, name="keeper_booklet_scheme"),
    path("bureau/budgets/<slug:edition>/livret/", keeper_booklets.booklet_edition, name="keeper_booklet_edition"),
    path("lien/terrain/", link_without_token, name="field_cut"),
    path("lien/terrain/<str:token>", evaluator_field.field_by_link, name="field_by_link"),
]
