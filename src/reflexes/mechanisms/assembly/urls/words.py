"""What people say and what becomes of it: consultations, contributions, proposals, answers, promises, reviews.

A piste writes one ``Circles`` (``circles.py``) in its own ``circles.py`` and mounts, with it:

- ``keeper(CIRCLES, under="comites/<slug:slug>/")`` among its own addresses: the officer's desk, under ``bureau/``;
  ``under`` is where one circle stands at that desk;
- ``answerer(CIRCLES)`` and ``author(CIRCLES)`` among its own addresses too: whoever owes an answer, whoever judges it;
- ``public(CIRCLES, under="comites/<body:slug>/", links="comites/lien/")`` at the root of the site.

Its menu points to ``keeper_proposals`` (officer; its tabs lead to what people said, and to other pistes) with
``shared="words"``, and to ``to_answer`` (whoever answers, one list for every piste) with ``shared="to_answer"``.
"""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.circles import Circles
from reflexes.mechanisms.assembly.views import (
    answering,
    consultations_keeper,
    contributions_keeper,
    follow_keeper,
    keeping,
    proposals_keeper,
    proposals_public,
    reviewing,
    speaking_public,
    to_answer,
)
from reflexes.mechanisms.directory.by_link import link_without_token


def keeper(circles: Circles, *, under: str) -> list[URLPattern]:
    """Return the addresses of the officer's desk; a circle stands ``under`` an address that takes its ``slug``."""
    keeping.MOUNTED[circles.piste] = circles
    of = {"circles": circles}
    words, asked, follow, doors = contributions_keeper, proposals_keeper, follow_keeper, consultations_keeper
    consultation = "bureau/consultations/<slug:consultation>/"
    proposal, said = "bureau/propositions/<int:proposal>/", "bureau/paroles/<int:contribution>/"
    return [
        path("bureau/propositions/", asked.proposal_list, of, name="keeper_proposals"),
        path(f"bureau/{under}proposition/", asked.proposal_new, of, name="keeper_proposal_new"),
        path(proposal, asked.proposal_page, of, name="keeper_proposal"),
        path(f"{proposal}mots/", asked.proposal_write, of, name="keeper_proposal_write"),
        path(f"{proposal}rassembler/", asked.proposal_merge, of, name="keeper_merge"),
        path(f"{proposal}detacher/", asked.proposal_unmerge, of, name="keeper_unmerge"),
        path(f"{proposal}reponse/", asked.proposal_answer, of, name="keeper_answer"),
        path(f"{proposal}confier/", asked.proposal_hand_over, of, name="keeper_hand_over"),
        path(f"{proposal}retrait/", asked.proposal_withdraw, of, name="keeper_proposal_withdraw"),
        path(f"{proposal}engagement/", follow.commit, of, name="keeper_commit"),
        path("bureau/engagements/<int:commitment>/", follow.commitment_report, of, name="keeper_commitment"),
        path("bureau/engagements/<int:commitment>/etape/", follow.milestone_new, of, name="keeper_milestone_new"),
        path("bureau/etapes/<int:milestone>/", follow.milestone_reach, of, name="keeper_milestone"),
        path("bureau/suites/<int:review>/", follow.review, of, name="keeper_review"),
        path("bureau/contributions/", words.contribution_list, of, name="keeper_contributions"),
        path("bureau/questions/<slug:consultation>/", words.contribution_type, of, name="keeper_type"),
        path(consultation, doors.consultation_page, of, name="keeper_consultation"),
        path(f"{consultation}portes/", doors.channels_write, of, name="keeper_channels"),
        path(f"{consultation}relais/", doors.channel_switch, of, name="keeper_channel"),
        path(f"{consultation}prolonger/", doors.consultation_prolong, of, name="keeper_prolong"),
        path(f"{consultation}clore/", doors.consultation_close, of, name="keeper_consultation_close"),
        path(said, words.contribution_page, of, name="keeper_contribution"),
        path(f"{said}montrer/", words.contribution_show, of, name="keeper_show"),
        path(f"{said}masquer/", words.contribution_hide, of, name="keeper_hide"),
        path(f"{said}recours/", words.appeal_answer, of, name="keeper_appeal"),
    ]


def answerer(circles: Circles) -> list[URLPattern]:
    """Return the addresses of whoever owes an answer, signed in or by the link they received."""
    of = {"circles": circles}
    return [
        path("a-repondre/", to_answer.to_answer, of, name="to_answer"),
        path("a-repondre/<int:pk>/", answering.answer, of, name="answer"),
        path("lien/reponse/", link_without_token, name="answer_cut"),
        path("lien/reponse/<str:token>", answering.answer_by_link, of, name="answer_by_link"),
    ]


def author(circles: Circles) -> list[URLPattern]:
    """Return the addresses of those who proposed, by the link they received: what became of it."""
    return [
        path("lien/suivi/", link_without_token, name="review_cut"),
        path("lien/suivi/<str:token>", reviewing.review_by_link, {"circles": circles}, name="review_by_link"),
    ]


def public(circles: Circles, *, under: str, links: str) -> list[URLPattern]:
    """Return what everybody reads ``under`` an address that takes a ``slug``, and ``links``, where messages lead."""
    of = {"circles": circles}
    said, asked = speaking_public, proposals_public
    return [
        path(f"{links}mes-mots/", link_without_token, name="what_i_said_cut"),
        path(f"{links}mes-mots/<str:token>", said.what_i_said, of, name="what_i_said"),
        path(f"{under}propositions/", asked.proposal_list, of, name="proposals"),
        path(f"{under}propositions.csv", asked.proposals_csv, of, name="proposals_csv"),
        path(f"{under}propositions.json", asked.proposals_json, of, name="proposals_json"),
        path(f"{under}propositions/<int:pk>/", asked.proposal_page, of, name="proposal_page"),
        path(f"{under}dire/", said.speak, of, name="speak"),
        path(f"{under}dire/regles/", said.rules, of, name="rules"),
    ]
