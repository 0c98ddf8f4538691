"""The desk of navigators: a piste writes one ``Desk`` (``desks.py``) and mounts ``desk(DESK)`` among its own addresses.

Its menu points to ``navigator_board`` (``home=True``), ``navigator_inbound``, ``navigator_services`` and
``navigator_questions`` for navigators, and to ``feedback`` for whoever hears needs. Its ``jobs.py`` calls
``messages.handle("<slug>")``.
"""

from django.urls import URLPattern, path

from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.views import asking, board, entrusting, inbound, listing, needs


def desk(desk: Desk) -> list[URLPattern]:
    """Return the addresses of the desk, and of the page where whoever heard a need reads what became of it."""
    of = {"desk": desk}
    need = "besoins/<uuid:key>/"
    service = "services/<int:service>/"
    return [
        path("besoins/", board.home, of, name="navigator_board"),
        path("besoins/colonne/<slug:column>/", board.column, of, name="navigator_column"),
        path("besoins/nouveau/", inbound.inbound, of, name="navigator_inbound"),
        path(need, needs.need, of, name="navigator_need"),
        path(f"{need}qui/", needs.who, of, name="navigator_who"),
        path(f"{need}qualifier/", needs.qualify, of, name="navigator_qualify"),
        path(f"{need}confier/", entrusting.entrust, of, name="navigator_entrust"),
        path(f"{need}confier/<int:service>/", entrusting.send, of, name="navigator_send"),
        path(f"{need}reprendre/", needs.again, of, name="navigator_again"),
        path(f"{need}rendre-compte/", needs.tell, of, name="navigator_tell"),
        path(f"{need}autre/", needs.add, of, name="navigator_add"),
        path(f"{need}question/", asking.question_new, of, name="navigator_question_from"),
        path(f"{need}rapprocher/<uuid:other>/", needs.merge, of, name="navigator_merge"),
        path(f"{need}separer/<uuid:other>/", needs.unmerge, of, name="navigator_unmerge"),
        path("services/", listing.service_list, of, name="navigator_services"),
        path("services/nouveau/", listing.service_write, of, name="navigator_service_new"),
        path("services/import/", listing.services_import, of, name="navigator_import"),
        path(service, listing.service_page, of, name="navigator_service"),
        path(f"{service}corriger/", listing.service_write, of, name="navigator_service_write"),
        path(f"{service}ecarter/", listing.service_aside, of, name="navigator_service_aside"),
        path("questions/", asking.question_list, of, name="navigator_questions"),
        path("questions/nouvelle/", asking.question_new, of, name="navigator_question_new"),
        path("questions/<int:question>/", asking.question_answer, of, name="navigator_question"),
        path("questions/<int:question>/retirer/", asking.question_retire, of, name="navigator_question_retire"),
        path("mes-suites/", board.what_became, of, name="feedback"),
    ]
