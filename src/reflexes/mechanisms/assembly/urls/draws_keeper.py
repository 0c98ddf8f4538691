"""Draws by lot, as the participation officer prepares and holds them."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.views import (
    draws_keeper,
    draws_keeper_after,
    draws_keeper_day,
    draws_keeper_pool,
    draws_keeper_quotas,
)


def keeper(piste: str, under: str = "bureau/") -> list[URLPattern]:
    """Return the addresses of the officer’s desk of draws, for a piste whose desk has a page ``keeper_bodies``."""
    of = {"piste": piste}
    one = f"{under}tirages/<slug:draw>/"
    pages = {
        "draw_write": ("annonce/", draws_keeper.draw_write),
        "draw_progress": ("progression/", draws_keeper.draw_progress),
        "draw_commit": ("publier/", draws_keeper.draw_commit),
        "draw_quotas": ("quotas/", draws_keeper_quotas.quotas),
        "draw_quotas_sheet": ("quotas/feuille/", draws_keeper_quotas.quotas_sheet),
        "draw_pool": ("volontaires/", draws_keeper_pool.pool_page),
        "draw_pool_sheet": ("volontaires/feuille/", draws_keeper_pool.pool_sheet),
        "draw_pool_new": ("volontaires/personne/", draws_keeper_pool.member_new),
        "draw_pool_withdraw": ("volontaires/<int:member>/retirer/", draws_keeper_pool.member_withdraw),
        "draw_letters": ("codes.pdf", draws_keeper_pool.letters),
        "draw_day": ("jour/", draws_keeper_day.day),
        "draw_panel": ("panel/", draws_keeper_after.panel),
        "draw_ask": ("panel/demander/", draws_keeper_after.panel_ask),
        "draw_replace": ("panel/<int:member>/remplacer/", draws_keeper_after.member_replace),
        "draw_erase": ("effacer/", draws_keeper_after.erase),
        "draw_certificate": ("certificat.pdf", draws_keeper_after.certificate),
    }
    return [
        path(f"{under}tirages/", draws_keeper.draw_list, of, name="keeper_draws"),
        path(f"{under}nouveau-tirage/", draws_keeper.draw_new, of, name="keeper_draw_new"),
        path(one, draws_keeper.draw_page, of, name="keeper_draw"),
        *(path(one + rest, view, of, name=f"keeper_{name}") for name, (rest, view) in pages.items()),
    ]
