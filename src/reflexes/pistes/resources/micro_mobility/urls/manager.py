"""The home manager's pages."""

from django.urls import URLPattern, path

from reflexes.mechanisms.directory.by_link import link_without_token
from reflexes.pistes.resources.micro_mobility.views import manager_all, manager_link, manager_service

urlpatterns: list[URLPattern] = [
    path("service/reponse/", link_without_token, name="release_cut"),
    path("service/reponse/<str:token>", manager_link.release_by_link, name="release_by_link"),
    path("mon-service/", manager_service.service, name="service"),
    path("mon-service/liberer-tous/", manager_all.release_all, name="release_all"),
    path("mon-service/dates/<int:pk>/reprendre/", manager_all.other_date_take_back, name="other_date_take_back"),
    path("mon-service/minimum/", manager_service.service_minimum, name="service_minimum"),
    path("mon-service/missions/<int:pk>/liberer/", manager_service.release, name="release"),
    path("mon-service/missions/<int:pk>/garder/", manager_service.withhold, name="withhold"),
    path("mon-service/missions/<int:pk>/retour/", manager_service.mark_returned, name="mark_returned"),
]
