"""The demo of votes: one under way, its first box half typed; one of last year, counted, departed from and public.

Numbers of voters are small so that the demo is ready in seconds. People and projects are invented.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

from django.utils import timezone

from reflexes.core import clock
from reflexes.core.acting import STRANGER, Actor
from reflexes.mechanisms.assembly.models import Channel, RollEntry, Vote
from reflexes.mechanisms.assembly.services import ballots, closing, codes, desk, paper, roll, roll_list, tallies, votes
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Organisation

SLUG = "citizen_dialogue"
RULES = """Peut voter toute personne de 11 ans ou plus qui habite la ville, une fois : à l’écran ou par téléphone \
avec le code de sa lettre, sur papier dans un bureau de vote ou par courrier.

Chaque bulletin porte trois croix au plus. Le budget est partagé en parts égales entre les personnes qui votent ; la \
part de chacune paie les projets qu’elle a choisis. À égalité exacte, le numéro le plus petit passe d’abord.

Un projet retenu est réalisé dans les deux ans. Le dépouillement est public et chacun peut le refaire."""
NOW = (
    ("Des bancs à l’ombre sur les quais", 45_000, "Vingt bancs en bois, dont six avec accoudoirs, sous les arbres."),
    ("Une fontaine à boire dans chaque quartier", 90_000, "Dix fontaines reliées au réseau, hors gel."),
    ("La cour de l’école du Neudorf ouverte le samedi", 60_000, "Un gardien, des jeux, et la cour verdie."),
    ("Un local vélo au pied des tours", 80_000, "Quarante places fermées, avec gonfleur et outils."),
    ("Des nichoirs et des haies", 25_000, "Trente nichoirs et 400 mètres de haies plantés avec les écoles."),
    ("Un terrain de pétanque éclairé", 35_000, "Deux pistes, un éclairage qui s’éteint à 22 heures."),
    ("Une cuisine de quartier", 110_000, "Un local équipé, prêté aux associations et aux familles."),
    ("Des traversées sûres devant les collèges", 95_000, "Quatre plateaux surélevés et leur éclairage."),
)
BEFORE = (
    ("Une aire de jeux pour tous les enfants", 85_000, "Des jeux accessibles en fauteuil."),
    ("Des jardins partagés à l’Elsau", 40_000, "Vingt parcelles, un cabanon, un point d’eau."),
    ("Un kiosque à musique", 120_000, "Un abri ouvert pour jouer et danser."),
    ("Des boîtes à livres", 12_000, "Quinze boîtes construites par un chantier d’insertion."),
    ("Un parcours de santé au bord de l’Ill", 55_000, "Douze agrès et des panneaux en gros caractères."),
    ("Des toilettes publiques au marché", 58_000, "Deux cabines accessibles, gratuites."),
)
FIRST = (
    "Adèle Bilal Chloé Djibril Elsa Firmin Gaëlle Hugo Inès Jonas Kenza Léo Mona Naïm Olga Paul Rita Sami Tess Ulysse"
)
LAST = (
    "Becker Caron Dietrich Essaidi Fischer Gomez Hirsch Imbs Jacob Kieffer Lang Meyer Nguyen Oster Petit Roth Schmitt"
)


def seed() -> None:
    """Add two votes to the demo territory, through their services, day after day."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    keeper = _people(town, roles.FACILITATOR, 1)[0]
    readers = _people(town, roles.AGENT, 3)
    _published(town, keeper, readers)
    _open(keeper, readers)


def fresh_code() -> tuple[Vote, str] | None:
    """Give a newcomer a letter of the vote that is open: somebody who has not voted lost theirs."""
    now = clock.now()
    opened = Vote.objects.filter(piste=SLUG, state=Vote.State.FROZEN, opens_at__lte=now, closes_at__gt=now)
    line = RollEntry.objects.filter(vote__in=opened, voted=False).select_related("vote").order_by("-pk").first()
    if line is None:
        return None
    town = Organisation.objects.get(pk=line.vote.organisation_id)
    letter = roll.do_replace_code(actor=_people(town, roles.FACILITATOR, 1)[0], entry=line)
    return line.vote, codes.shown(letter.code)


def _people(town: Organisation, role: str, count: int) -> list[Actor]:
    held = Capacity.objects.filter(role=role, organisation=town).select_related("person").order_by("pk")[:count]
    return [actor_of(one.person, one) for one in held]


def _on(days: int, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(clock.real_today() + timedelta(days=days), time(hour)))


def _day(days: int, hour: int = 9) -> AbstractContextManager[None]:
    """Run a block as on another morning: services write the dates people lived."""
    return clock.travelling(_on(days, hour))


def _prepared(
    keeper: Actor, title: str, budget: int, projects: Sequence[tuple[str, int, str]], opens: int, people: int
) -> list[RollEntry]:
    """Prepare and freeze a vote eleven days before it opens, with its list and its letters; return its roll."""
    with _day(opens - 11):
        vote = votes.do_prepare_vote(
            actor=keeper,
            piste=SLUG,
            terms=votes.Terms(
                title=title,
                rules=RULES,
                budget_cents=budget * 100,
                most_choices=3,
                opens_at=_on(opens, 8),
                closes_at=_on(opens + 14, 18),
            ),
        )
        for name, euros, words in projects:
            votes.do_write_choice(actor=keeper, vote=vote, title=name, cents=euros * 100, words=words)
        votes.do_freeze(actor=keeper, vote=vote)
        firsts, lasts = FIRST.split(), LAST.split()
        lines = (f"{n};{lasts[n % len(lasts)]};{firsts[n * 7 % len(firsts)]}" for n in range(1, people + 1))
        sheet = "\n".join(["numero;nom;prenom", *lines])
        roll_list.do_import_list(actor=keeper, vote=vote, file_name="liste.csv", content=sheet.encode())
        roll.do_make_codes(actor=keeper, vote=vote)
    return list(vote.roll.select_related("vote").order_by("pk"))


def _crosses(number: int) -> list[str]:
    """Return what voter ``number`` crosses: six in ten want the same things, the others have their own."""
    wished = ("010506", "0204", "0302")[(number % 10 > 5) + (number % 10 > 8)]
    codes = [wished[place : place + 2] for place in range(0, len(wished), 2)]
    return codes[:-1] if number % 7 == 3 else codes


def _cast(keeper: Actor, lines: Sequence[RollEntry], opens: int, days: int) -> None:
    """Let each of ``lines`` vote on a screen: most on their own, some in a booth, some by telephone."""
    for number, line in enumerate(lines):
        channel = (Channel.WEB, Channel.WEB, Channel.PHONE, Channel.WEB, Channel.ROOM)[number % 5]
        actor = keeper if channel == Channel.PHONE else STRANGER
        with _day(opens + number * number % days, 10):
            ballots.do_cast(actor=actor, entry=line, codes=_crosses(number), channel=channel)


def _strike(keeper: Actor, lines: Sequence[RollEntry], opens: int, days: int) -> None:
    """Hand a paper over to each of ``lines``, or open the vote they sent."""
    for number, line in enumerate(lines):
        with _day(opens + number % days, 15):
            channel = Channel.LETTER if number % 4 == 3 else Channel.PAPER
            desk.do_strike(actor=keeper, entry=line, channel=channel)


def _open(keeper: Actor, readers: list[Actor]) -> None:
    """A vote half-way: 150 people came by every channel, one box was opened and is half typed."""
    lines = _prepared(keeper, "Budget participatif : à vous de choisir", 260_000, NOW, -6, 420)
    _cast(keeper, lines[:110], -6, 6)
    _strike(keeper, lines[110:150], -6, 6)
    vote = lines[0].vote
    with _day(-1, 17):
        batch = paper.do_open_batch(actor=keeper, vote=vote, code="A1", place="Mairie de quartier", papers=24)
        for sheet in range(1, 15):
            paper.do_read_sheet(actor=readers[0], batch=batch, sheet=sheet, codes=_crosses(sheet))
        for sheet in range(1, 11):
            codes = ["01", "02"] if sheet == 7 else _crosses(sheet)
            paper.do_read_sheet(actor=readers[1], batch=batch, sheet=sheet, codes=codes)
        paper.do_open_batch(actor=keeper, vote=vote, code="B1", place="Médiathèque", papers=16)
    closing.stir(vote)


def _published(town: Organisation, keeper: Actor, readers: list[Actor]) -> None:
    """The vote of last year: typed to the last sheet, counted, departed from on one project, public."""
    opens, sheets = -330, 40
    lines = _prepared(keeper, "Budget participatif de l’an dernier", 200_000, BEFORE, opens, 300)
    _cast(keeper, lines[:120], opens, 14)
    _strike(keeper, lines[120 : 120 + sheets], opens, 14)
    vote = lines[0].vote
    with _day(opens + 14, 19):
        closing.do_close(actor=keeper, vote=vote)
        batch = paper.do_open_batch(actor=keeper, vote=vote, code="A1", place="Mairie", papers=sheets)
        for sheet in range(1, sheets + 1):
            codes = [f"{n:02}" for n in range(1, 6)] if sheet == 12 else _crosses(sheet)
            for reader in readers[:2]:
                paper.do_read_sheet(actor=reader, batch=batch, sheet=sheet, codes=[] if sheet == 20 else codes)
    with _day(opens + 16):
        tallies.do_count(actor=keeper, vote=vote)
    with _day(opens + 20):
        _depart(town, keeper, vote)
        tallies.do_publish(actor=keeper, vote=vote)


def _depart(town: Organisation, keeper: Actor, vote: Vote) -> None:
    """Fund the cheapest project that the count leaves out, in a signed decision."""
    signers = _people(town, roles.ELECTED, 1)
    left_out = [line.choice for line in tallies.outcome(keeper, vote).lines if not line.computed]
    if signers and left_out:
        tallies.do_override(
            actor=signers[0],
            vote=vote,
            choice=min(left_out, key=lambda one: one.cents),
            funded=True,
            reason="Le service des parcs le réalise sur son propre budget : rien n’est pris aux autres projets.",
            signed_words="adjointe à la démocratie locale, décision du conseil municipal",
        )
