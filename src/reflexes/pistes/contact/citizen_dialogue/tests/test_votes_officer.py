"""A vote from its first draft to its public result, through the pages of the officer and of those who lend a hand."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from reflexes.core import clock
from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.assembly.factories import make_consultation, make_proposal
from reflexes.mechanisms.assembly.factories_votes import make_batch, make_choice, make_line, make_vote
from reflexes.mechanisms.assembly.models import Ballot, PaperReading, RollEntry, Vote
from reflexes.mechanisms.assembly.services import paper
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SLUG = "citizen_dialogue"


def at(name: str, *args: object) -> str:
    return reverse(f"{SLUG}:keeper_{name}", args=args)


def local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def desk(facilitator) -> Client:
    return signed_in(facilitator)


@pytest.fixture
def vote(town) -> Vote:
    return make_vote(town.hall, piste=SLUG)


@pytest.fixture
def draft(town) -> Vote:
    return make_vote(town.hall, piste=SLUG, frozen=False)


@pytest.fixture
def readers(town) -> list[Client]:
    """Three agents who never spoke of it."""
    return [signed_in(make_person(name, role=roles.AGENT, organisation=town.hall)) for name in ("Ana", "Bo", "Cy")]


def terms(**changed: str) -> dict[str, str]:
    now = clock.now()
    return {
        "title": "Budget participatif des quais",
        "source": "",
        "budget_cents": "120 000",
        "most_choices": "2",
        "opens_at": local(now + timedelta(days=1)),
        "closes_at": local(now + timedelta(days=8)),
        "rules": "Deux croix au plus. Les parts égales décident.",
        "rule": "equal-shares",
        "utility": "cost",
        "completion": "add1",
        "step_cents": "1",
        "then_greedy": "on",
        "threshold": "0",
        **changed,
    }


def says(answer, *words: str) -> None:
    text = answer.content.decode()
    for word in words:
        assert word in text, word


def follow(client: Client, url: str, data: dict[str, str], **how) -> str:
    """Post a form that is accepted, and return what the page it leads to says."""
    answer = client.post(url, data, **how)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return client.get(answer["Location"]).content.decode()


def test_the_pages_of_a_vote_stand_under_the_budgets_in_the_menu(desk, vote):
    lit = f'href="{reverse("citizen_dialogue:keeper_editions")}" aria-current="page"'
    for page in (at("votes"), at("vote", vote.slug), at("roll", vote.slug)):
        assert lit in desk.get(page).text, page


def test_the_whole_job_of_the_officer_through_the_pages(desk, readers, town, elected) -> None:
    with translation.override("en"):
        desk.cookies["django_language"] = "en"
        # A draft, in euros; proposals of the ideas become projects, another is written by hand.
        consultation = make_consultation(piste=SLUG, organisation=town.hall, slug="idees-des-quais")
        proposal = make_proposal(consultation=consultation, body=None, piste=SLUG, title="Un banc au soleil")
        follow(desk, at("vote_new"), terms(source="question:idees-des-quais"))
        vote = Vote.objects.get()
        assert (vote.budget_cents, vote.consultation, vote.organisation) == (12_000_000, consultation, town.hall)
        follow(desk, at("choices_take", vote.slug), {f"cents_{proposal.pk}": "40 000"})
        for title, cents in (("Une fontaine", "60000"), ("Des arbres", "70000,50"), ("Une erreur", "1")):
            follow(desk, at("choice_new", vote.slug), {"code": "", "title": title, "cents": cents, "words": ""})
        wrong = vote.choices.get(title="Une erreur")
        follow(desk, at("choice_remove", vote.slug, wrong.pk), {})
        said = desk.get(at("choices", vote.slug)).content.decode()
        assert "Un banc au soleil" in said and "70,000.50" in said and "Une erreur" not in said

        # Frozen: read once more, then nothing changes.
        says(desk.get(at("freeze", vote.slug)), "Une fontaine", "Nothing changes afterwards")
        follow(desk, at("freeze", vote.slug), {})
        vote.refresh_from_db()
        assert vote.state == Vote.State.FROZEN
        assert desk.post(at("vote_write", vote.slug), terms()).status_code == 409

        # Letters: given once, as slips and as a sheet, and no code is kept.
        answer = desk.post(at("letters", vote.slug), {"count": "6", "kind": "zip"})
        assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names = archive.namelist()
            rows = read_table(io.BytesIO(archive.read(names[1])), name="letters.xlsx").rows
            assert archive.read(names[0]).startswith(b"%PDF")
        assert len(rows) == 6
        codes = [str(row[2]) for row in rows]
        assert codes[0] not in desk.get(at("roll", vote.slug)).content.decode()
        follow(desk, at("letters_drop", vote.slug), {})
        assert not vote.roll.exists()
        # A second thought before the vote opens: a list of names.
        bad = SimpleUploadedFile("liste.csv", b"numero;nom\n1;Ana Bo\n1;\n")
        answer = desk.post(at("roll_import", vote.slug), {"sheet": bad})
        assert answer.status_code == 422
        says(answer, "liste.csv, row 3", "Nothing was written")
        assert not vote.roll.exists()
        lines = "".join(f"{number};Personne {number}\n" for number in range(1, 9))
        good = SimpleUploadedFile("liste.csv", f"numero;nom\n{lines}".encode())
        follow(desk, at("roll_import", vote.slug), {"sheet": good})
        assert vote.roll.count() == 8
        answer = desk.post(at("letters", vote.slug), {"kind": "csv"})
        codes = [line.split(";")[2].strip() for line in answer.content.decode("utf-8-sig").splitlines()[1:]]
        assert len(codes) == 8

        # The day of the vote: somebody found, a paper, taken back, given again; one added; one by telephone, one by post.
        with clock.travelling(vote.opens_at + timedelta(hours=2)):
            desk = signed_in(desk_person(desk))
            desk.cookies["django_language"] = "en"
            says(desk.get(f"{at('desk', vote.slug)}?q=personne+1"), "Personne 1", "Hand over a paper")
            one, two, three, four = (vote.roll.get(number=str(number)) for number in (1, 2, 3, 4))
            follow(desk, at("strike", vote.slug, one.pk), {})
            assert "Give no second paper" in desk.get(f"{at('desk', vote.slug)}?q=1").content.decode()
            assert "already" in follow(desk, at("strike", vote.slug, one.pk), {})
            assert desk.post(at("strike_back", vote.slug, one.pk), {"words": ""}).status_code == 422
            follow(desk, at("strike_back", vote.slug, one.pk), {"words": "Papier rendu."})
            for line in (one, two):
                follow(desk, at("strike", vote.slug, line.pk), {})
            follow(desk, at("strike", vote.slug, three.pk), {"par": "courrier"})
            follow(desk, at("desk_add", vote.slug), {"name": "Zoé Nouvelle"})
            assert desk.post(at("desk_add", vote.slug), {"name": "zoe NOUVELLE"}).status_code == 409
            follow(desk, at("desk_add", vote.slug), {"name": "zoe NOUVELLE", "namesake": "on"})
            answer = desk.post(at("code_replace", vote.slug, four.pk))
            new_code = str(answer.context["code"])
            assert desk.post(at("desk_phone", vote.slug), {"code": codes[3], "crosses": "1"}).status_code == 422
            follow(desk, at("desk_phone", vote.slug), {"code": new_code, "crosses": "1 3"})
            assert desk.post(at("desk_phone", vote.slug), {"code": new_code, "crosses": "1"}).status_code == 409
            home = desk.get(at("vote", vote.slug)).content.decode()
            assert "Voters by channel" in home and "4 of 10" in home
            assert desk.post(at("roll_print", vote.slug)).content.startswith(b"%PDF")
            assert desk.get(at("ballot_paper", vote.slug)).content.startswith(b"%PDF")
            assert Entry.objects.filter(verb="assembly.roll_printed").count() == 1

        with clock.travelling(vote.closes_at + timedelta(hours=1)):
            desk = signed_in(desk_person(desk))
            desk.cookies["django_language"] = "en"
            readers = [signed_in(desk_person(one)) for one in readers]
            assert desk.post(at("vote_count", vote.slug)).status_code == 302
            assert not vote.tallies.exists()
            follow(desk, at("vote_close", vote.slug), {})
            paper_by_three(desk, readers, vote)
            follow(desk, at("vote_count", vote.slug), {})
            result = desk.get(at("result", vote.slug)).content.decode()
            assert vote.tallies.get(official=True).digest in result and "What each rule would fund" in result
            # The officer does not sign; an elected member does, with a reason.
            loser = next(line.choice for line in _lines(desk, vote) if not line.funded)
            assert desk.get(at("override", vote.slug, loser.pk)).status_code == 404
            mayor = signed_in(elected)
            assert mayor.get(at("result", vote.slug)).status_code == 200
            assert mayor.post(at("override", vote.slug, loser.pk), {"reason": ""}).status_code == 422
            signed = {"reason": "Les arbres meurent sans cela.", "signed_words": "adjointe au climat"}
            follow(mayor, at("override", vote.slug, loser.pk), signed)
            assert mayor.post(at("override", vote.slug, loser.pk), signed).status_code in {409, 422}
            follow(desk, at("publish", vote.slug), {})
            vote.refresh_from_db()
            assert vote.state == Vote.State.PUBLISHED
            says(desk.get(at("result", vote.slug)), "Les arbres meurent sans cela.", "adjointe au climat")
            says(desk.get(at("vote", vote.slug)), reverse(f"{SLUG}_public:vote_page", args=[vote.slug]))


def desk_person(client: Client):
    """Return who is signed in: moments of the past and of the future have their own sessions."""
    from reflexes.mechanisms.directory.models import Person

    return Person.objects.get(user_id=client.session["_auth_user_id"])


def _lines(client: Client, vote: Vote):
    return client.get(at("result", vote.slug)).context["found"].lines


def paper_by_three(desk: Client, readers: list[Client], vote: Vote) -> None:
    """Three sheets: one read alike, one with too many crosses, one on which two differ and a third decides."""
    ana, bo, cy = readers
    follow(desk, at("batch_new", vote.slug), {"code": "A1", "place": "Mairie", "papers": "3"})
    batch = vote.batches.get()
    typing = at("sheet", vote.slug, batch.pk)
    assert desk.post(at("vote_count", vote.slug)).status_code == 302
    assert not vote.tallies.exists()
    for reader, sheets in ((ana, ("1 2", "01 02 03", "2")), (bo, ("2,1", "1 2 3", "3"))):
        for number, typed in enumerate(sheets, start=1):
            answer = reader.get(typing)
            assert answer.context["sheet"] == number
            assert answer.context["form"]["codes"].value() in {None, ""}
            follow(reader, typing, {"sheet": str(number), "codes": typed, "void": ""})
    assert Ballot.objects.filter(batch=batch).count() == 2
    assert ana.get(typing).status_code == 302
    says(cy.get(typing), "Des arbres")
    assert cy.get(typing).context["sheet"] == 3
    follow(cy, typing, {"sheet": "3", "codes": "3", "void": ""})
    # Sheet 1 was mistyped by both: it is read anew.
    assert desk.post(at("sheet_again", vote.slug, batch.pk), {"sheet": "1", "reason": ""}).status_code == 422
    follow(desk, at("sheet_again", vote.slug, batch.pk), {"sheet": "1", "reason": "La croix est sur 3."})
    for reader in (ana, cy):
        follow(reader, typing, {"sheet": "1", "codes": "1 3", "void": ""})
    assert sorted(Ballot.objects.filter(batch=batch).values_list("void", flat=True)) == ["", "", "too_many"]
    assert paper.progress(vote)[0].finished


def test_a_refused_form_says_what_to_do_and_keeps_what_was_typed(desk, draft, vote) -> None:
    batch = make_batch(vote)
    late = terms(closes_at=local(clock.now() - timedelta(days=2)))
    for url, data, kept in (
        (at("vote_new"), late, "120 000"),
        (at("vote_new"), terms(budget_cents="beaucoup"), "beaucoup"),
        (at("vote_write", draft.slug), terms(title=" ", rules="Nos mots."), "Nos mots."),
        (at("choice_new", draft.slug), {"title": "Un banc", "cents": "0", "code": ""}, "Un banc"),
        (at("choice_new", draft.slug), {"title": "Un banc", "cents": "5", "code": "a-b"}, "a-b"),
        (at("letters", draft.slug), {"count": "5", "kind": "csv"}, "5"),
        (at("letters", vote.slug), {"count": "9000", "kind": "pdf"}, "9000"),
        (at("letters", vote.slug), {"count": "", "kind": "csv"}, "csv"),
        (at("desk_phone", vote.slug), {"code": "2346", "crosses": "1 2"}, "1 2"),
        (at("batch_new", vote.slug), {"code": "", "place": "École", "papers": "5"}, "École"),
        (at("sheet", vote.slug, batch.pk), {"sheet": "1", "codes": "1 77", "void": ""}, "1 77"),
        (at("sheet", vote.slug, batch.pk), {"sheet": "1", "codes": "", "void": ""}, "Sheet"),
        (at("sheet", vote.slug, batch.pk), {"sheet": "9", "codes": "1", "void": ""}, "1"),
        (at("sheet", vote.slug, batch.pk), {"sheet": "1", "codes": "1", "void": "blank"}, "blank"),
        (at("batch_recount", vote.slug, batch.pk), {"papers": "3", "reason": ""}, "3"),
        (at("vote_close", vote.slug), {}, vote.title),
    ):
        answer = desk.post(url, data, headers={"accept-language": "en"})
        assert answer.status_code == 422, (url, answer.status_code)
        assert kept in answer.content.decode(), (url, kept)
    twice = {"title": "Un banc", "cents": "5", "code": "01"}
    assert desk.post(at("choice_new", draft.slug), twice).status_code == 409
    assert desk.post(at("choice_new", vote.slug), {**twice, "code": ""}).status_code == 409
    assert desk.post(at("publish", vote.slug)).status_code == 409
    assert not PaperReading.objects.exists()
    assert not RollEntry.objects.exists()


def test_a_draft_shows_what_is_missing_and_a_wrong_one_is_not_frozen(desk, town) -> None:
    bare = make_vote(town.hall, piste=SLUG, frozen=False, rules="", prices=(200_000,))
    answer = desk.get(at("vote", bare.slug))
    assert sum(not ok for ok, _words in answer.context["checks"]) == 3
    assert answer.context["next_address"] == at("vote_write", bare.slug)
    assert len(desk.get(at("freeze", bare.slug)).context["missing"]) == 3
    desk.post(at("freeze", bare.slug))
    bare.refresh_from_db()
    assert bare.state == Vote.State.DRAFT


def test_nobody_sees_what_somebody_else_typed(desk, vote, readers) -> None:
    batch = make_batch(vote, papers=1)
    typing = at("sheet", vote.slug, batch.pk)
    ana, bo, _cy = readers
    ana.post(typing, {"sheet": "1", "codes": "2 3", "void": ""})
    assert ana.get(f"{typing}?feuille=1").context["form"]["codes"].value() == "02 03"
    assert bo.get(f"{typing}?feuille=1").context["form"]["codes"].value() in {None, ""}
    assert "02 03" not in desk.get(at("batch", vote.slug, batch.pk)).content.decode()


def test_letters_asked_for_twice_by_one_page_are_made_once(desk, vote) -> None:
    url = at("letters", vote.slug)
    sent = {"count": "4", "kind": "csv", "after": str(desk.get(url).context["form"]["after"].value())}
    assert desk.post(url, sent).status_code == 200
    assert desk.post(url, sent).status_code == 409
    assert vote.roll.count() == 4


def test_a_dash_is_a_sheet_without_a_cross(vote, readers) -> None:
    batch = make_batch(vote, papers=1)
    for reader in readers[:2]:
        reader.post(at("sheet", vote.slug, batch.pk), {"sheet": "1", "codes": "-", "void": ""})
    assert Ballot.objects.get().void == Ballot.Why.BLANK


@pytest.fixture
def every_page(draft, vote, town) -> dict[str, list[object]]:
    """Each page, with a vote in the state where it answers."""
    line, batch = make_line(vote), make_batch(vote)
    choice = draft.choices.order_by("code")[0]
    return {
        "vote": [vote.slug],
        "vote_write": [draft.slug],
        "freeze": [draft.slug],
        "choices": [vote.slug],
        "choice_new": [draft.slug],
        "choices_take": [draft.slug],
        "choice": [draft.slug, choice.pk],
        "roll": [vote.slug],
        "roll_import": [vote.slug],
        "letters": [vote.slug],
        "letters_drop": [vote.slug],
        "ballot_paper": [vote.slug],
        "desk": [vote.slug],
        "desk_add": [vote.slug],
        "desk_phone": [vote.slug],
        "strike_back": [vote.slug, line.pk],
        "code_replace": [vote.slug, line.pk],
        "papers": [vote.slug],
        "batch_new": [vote.slug],
        "batch": [vote.slug, batch.pk],
        "sheet": [vote.slug, batch.pk],
        "sheet_again": [vote.slug, batch.pk],
        "batch_recount": [vote.slug, batch.pk],
        "vote_close": [vote.slug],
        "result": [vote.slug],
        "publish": [vote.slug],
    }


DESK = {"ballot_paper", "desk", "desk_add", "desk_phone", "strike_back", "code_replace"}
PAPER = {"papers", "batch_new", "batch", "sheet", "sheet_again"}


def test_each_page_opens_to_those_whose_work_it_is_and_to_nobody_else(
    desk, every_page, town, coordinator, agent, elected, resident, stranger, partner
) -> None:
    people = {
        "officer": (desk, set(every_page)),
        "cell": (signed_in(coordinator), DESK | PAPER),
        "agent": (signed_in(agent), PAPER),
        "elected": (signed_in(elected), {"result"}),
        "resident": (signed_in(resident), set()),
        "partner": (partner, set()),
        "officer elsewhere": (
            signed_in(make_person("Fanny", role=roles.FACILITATOR, organisation=town.association)),
            set(),
        ),
    }
    for name, args in every_page.items():
        url = at(name, *args)
        for who, (client, opens) in people.items():
            assert client.get(url).status_code == (200 if name in opens else 404), (who, url)
        assert stranger.get(url).status_code == 302, url
    printing = at("roll_print", *every_page["desk"])
    for client, opens in people.values():
        assert client.post(printing).status_code == (200 if "desk" in opens else 404)
    for url in (at("votes"), at("vote_new")):
        assert desk.get(url).status_code == 200
        assert people["agent"][0].get(url).status_code == 404
        assert people["officer elsewhere"][0].get(url).status_code == 200
    assert "Budget participatif" not in people["officer elsewhere"][0].get(at("votes")).content.decode()


def test_a_vote_of_another_part_of_the_site_is_not_found_here(desk, town) -> None:
    other = make_vote(town.hall, piste="liaison_committees")
    assert desk.get(at("vote", other.slug)).status_code == 404
    assert desk.get(reverse("liaison_committees:keeper_vote", args=[other.slug])).status_code == 200


def test_the_lists_ask_as_many_questions_whatever_they_hold(desk, vote, town, constant_queries) -> None:
    def more_votes() -> None:
        for _number in range(4):
            one = make_vote(town.hall, piste=SLUG)
            make_line(one)
            make_batch(one)

    def more_lines() -> None:
        for number in range(9):
            make_line(vote, f"Camille {number}")

    def more_projects() -> None:
        for number in range(10, 20):
            make_choice(vote, str(number))

    def more_bundles() -> None:
        reader = actor_for(make_person("Ana", role=roles.AGENT, organisation=town.hall))
        for _number in range(5):
            paper.do_read_sheet(actor=reader, batch=make_batch(vote, papers=3), sheet=1, codes=["01"])

    make_line(vote, "Camille"), make_batch(vote)
    constant_queries(desk, at("votes"), more_votes)
    constant_queries(desk, f"{at('desk', vote.slug)}?q=camille", more_lines)
    constant_queries(desk, at("choices", vote.slug), more_projects)
    constant_queries(desk, at("papers", vote.slug), more_bundles)


def test_an_impossible_address_of_a_sheet_leads_back_to_the_bundle(desk, vote) -> None:
    batch = make_batch(vote, papers=2)
    for asked in ("0", "99", "99999", "x", "-1"):
        assert desk.get(f"{at('sheet', vote.slug, batch.pk)}?feuille={asked}").status_code in {200, 302}
    assert desk.get(at("sheet", vote.slug, batch.pk + 999)).status_code == 404
    assert desk.get(f"{at('desk', vote.slug)}?q={'x' * 500}").status_code == 200
