"""Pages that several kinds of readers share: returns, what newcomers noticed, twinned services, flying agents."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import (
    cell_flying,
    cell_learning,
    cell_other_dates,
    cell_training,
    cell_twins,
    host_learning,
    interview,
)

urlpatterns: list[URLPattern] = [
    path("missions/<int:pk>/entretien/", interview.interview, name="interview"),
    path("autres-demi-journees/", cell_other_dates.other_dates, name="other_dates"),
    path("autres-demi-journees/<int:pk>/", cell_other_dates.other_date, name="other_date"),
    path("autres-demi-journees/<int:pk>/demander/", cell_other_dates.other_date_ask, name="other_date_ask"),
    path("autres-demi-journees/<int:pk>/clore/", cell_other_dates.other_date_close, name="other_date_close"),
    path("ce-que-cela-coute/", cell_other_dates.losses, name="losses"),
    path("ce-que-cela-coute/<int:pk>/lu/", cell_other_dates.loss_read, name="loss_read"),
    path("regards-neufs/", host_learning.fresh_eye, name="fresh_eye"),
    path("regards-neufs/<int:pk>/repondre/", host_learning.fresh_eye_answer, name="fresh_eye_answer"),
    path("ce-que-voient-les-nouveaux/", cell_learning.newcomers, name="newcomers"),
    path("ce-que-voient-les-nouveaux/sortir/", cell_learning.newcomers_export, name="newcomers_export"),
    path("formations/", cell_training.training, name="training"),
    path("formations/ouvrir/", cell_training.training_open, name="training_open"),
    path("jumelages/", cell_twins.twins, name="twins"),
    path("jumelages/nouveau/", cell_twins.twin_new, name="twin_new"),
    path("jumelages/sortir/", cell_twins.twins_export, name="twins_export"),
    path("jumelages/<int:pk>/", cell_twins.twin_detail, name="twin_detail"),
    path("jumelages/<int:pk>/modifier/", cell_twins.twin_change, name="twin_change"),
    path("jumelages/<int:pk>/exercice/", cell_twins.twin_drill, name="twin_drill"),
    path("jumelages/<int:pk>/retirer/", cell_twins.twin_take_out, name="twin_take_out"),
    path("jumelages/<int:pk>/terminer/", cell_twins.twin_end, name="twin_end"),
    path("agents-volants/", cell_flying.flying, name="flying"),
    path("agents-volants/sortir/", cell_flying.flying_export, name="flying_export"),
    path("agents-volants/nouveau/", cell_flying.flying_new, name="flying_new"),
    path("agents-volants/<int:pk>/", cell_flying.flying_change, name="flying_change"),
]
