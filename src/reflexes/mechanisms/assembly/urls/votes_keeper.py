"""Votes, as whoever keeps them prepares, holds and counts them."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.views import (
    votes_choices,
    votes_count,
    votes_desk,
    votes_list,
    votes_paper,
    votes_prepare,
    votes_roll,
)

ONE = "votes/<slug:vote>/"
BUNDLE = f"{ONE}papier/paquets/<int:batch>/"
VIEWS = (
    ("votes/", votes_list.vote_list, "votes"),
    ("nouveau-vote/", votes_prepare.vote_new, "vote_new"),
    (ONE, votes_list.vote_home, "vote"),
    (f"{ONE}modifier/", votes_prepare.vote_write, "vote_write"),
    (f"{ONE}figer/", votes_prepare.freeze, "freeze"),
    (f"{ONE}projets/", votes_choices.choice_list, "choices"),
    (f"{ONE}projets/nouveau/", votes_choices.choice_new, "choice_new"),
    (f"{ONE}projets/propositions/", votes_choices.choices_take, "choices_take"),
    (f"{ONE}projets/<int:choice>/", votes_choices.choice_write, "choice"),
    (f"{ONE}projets/<int:choice>/retirer/", votes_choices.choice_remove, "choice_remove"),
    (f"{ONE}liste/", votes_roll.roll_page, "roll"),
    (f"{ONE}liste/apporter/", votes_roll.roll_import, "roll_import"),
    (f"{ONE}liste/membres/", votes_roll.members_enrol, "members_enrol"),
    (f"{ONE}liste/liens/", votes_roll.links_send, "links_send"),
    (f"{ONE}liste/emargement.pdf", votes_roll.roll_print, "roll_print"),
    (f"{ONE}lettres/", votes_roll.letters_make, "letters"),
    (f"{ONE}lettres/annuler/", votes_roll.letters_drop, "letters_drop"),
    (f"{ONE}bulletin.pdf", votes_roll.ballot_paper, "ballot_paper"),
    (f"{ONE}bureau/", votes_desk.desk_page, "desk"),
    (f"{ONE}bureau/ajouter/", votes_desk.desk_add, "desk_add"),
    (f"{ONE}bureau/telephone/", votes_desk.desk_phone, "desk_phone"),
    (f"{ONE}bureau/<int:entry>/papier/", votes_desk.strike, "strike"),
    (f"{ONE}bureau/<int:entry>/reprendre/", votes_desk.strike_back, "strike_back"),
    (f"{ONE}bureau/<int:entry>/code/", votes_desk.code_replace, "code_replace"),
    (f"{ONE}papier/", votes_paper.paper_page, "papers"),
    (f"{ONE}papier/nouveau/", votes_paper.batch_new, "batch_new"),
    (BUNDLE, votes_paper.batch_page, "batch"),
    (f"{BUNDLE}saisir/", votes_paper.sheet_type, "sheet"),
    (f"{BUNDLE}relire/", votes_paper.sheet_again, "sheet_again"),
    (f"{BUNDLE}recompter/", votes_paper.batch_recount, "batch_recount"),
    (f"{ONE}clore/", votes_count.vote_close, "vote_close"),
    (f"{ONE}depouiller/", votes_count.vote_count, "vote_count"),
    (f"{ONE}resultat/", votes_count.result_page, "result"),
    (f"{ONE}resultat/<int:choice>/", votes_count.override, "override"),
    (f"{ONE}publier/", votes_count.publish, "publish"),
)


def keeper(piste: str, under: str = "bureau/") -> list[URLPattern]:
    """Return the addresses of the votes of a piste, for its desk that stands ``under`` its segment."""
    return [path(f"{under}{route}", view, {"piste": piste}, name=f"keeper_{name}") for route, view, name in VIEWS]
