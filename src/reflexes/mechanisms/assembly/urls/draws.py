"""Draws by lot, as everybody reads them."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.views import draws


def public(piste: str) -> list[URLPattern]:
    """Return the addresses of the draws of a piste, for its pages open to all."""
    of = {"piste": piste}
    return [
        path("tirages/", draws.draw_list, of, name="draws"),
        path("tirages/<slug:slug>/", draws.draw_page, of, name="draw_page"),
        path("tirages/<slug:slug>/acte.json", draws.draw_record, of, name="draw_record"),
        path("tirages/<slug:slug>/ma-ligne/", draws.draw_line, of, name="draw_line"),
        path("tirages/<slug:slug>/ecran/", draws.draw_screen, of, name="draw_screen"),
    ]
