"""Votes, as everybody reads them and as those of the roll cast their ballot."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.views import ballots_public, public_votes, results
from reflexes.mechanisms.directory.by_link import link_without_token


def public(piste: str, under: str = "votes/") -> list[URLPattern]:
    """Return the addresses of the votes of a piste, for its pages open to all; the first words are never a vote."""
    of = {"piste": piste}
    return [
        path(under, public_votes.vote_list, of, name="votes"),
        path(f"{under}lien/bulletin/", link_without_token, name="vote_by_link_cut"),
        path(f"{under}lien/bulletin/<str:token>", ballots_public.vote_by_link, of, name="vote_by_link"),
        path(f"{under}<slug:slug>/", public_votes.vote_page, of, name="vote_page"),
        path(f"{under}<slug:slug>/voter/", ballots_public.vote_by_code, of, name="vote_by_code"),
        path(f"{under}<slug:slug>/bulletin/", ballots_public.vote_ballot, of, name="vote_ballot"),
        path(f"{under}<slug:slug>/merci/", ballots_public.vote_done, of, name="vote_done"),
        path(f"{under}<slug:slug>/resultat/", results.vote_result, of, name="vote_result"),
        path(f"{under}<slug:slug>/resultat/donnees.zip", results.vote_open_data, of, name="vote_open_data"),
        path(f"{under}<slug:slug>/resultat/bulletins.pb", results.vote_pb, of, name="vote_pb"),
    ]
