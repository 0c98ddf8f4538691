"""The demo of a draw: published five days ago, its hour has come, the dice wait for whoever opens the page of the day.

A hundred and eighty people said yes for twenty seats: more women, older and from the centre, as happens. All invented.
"""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.models import Body, Channel, College, Draw
from reflexes.mechanisms.assembly.services import bodies, draws, draws_plan
from reflexes.mechanisms.assembly.services.draws import QuotaLine, Terms
from reflexes.mechanisms.assembly.services.pool_list import Sheet, do_import_pool

SLUG = "liaison_committees"
SEATS = 20
# Six who said yes by screen for each four by telephone, paper card or letter.
POOLS = ((Channel.WEB, 108), (Channel.PHONE, 30), (Channel.PAPER, 32), (Channel.LETTER, 10))
QUOTAS = (
    ("sexe", "femme", 10, 10),
    ("sexe", "homme", 10, 10),
    ("âge", "16 à 24 ans", 4, 5),
    ("âge", "25 à 39 ans", 5, 6),
    ("âge", "40 à 59 ans", 5, 6),
    ("âge", "60 ans et plus", 4, 5),
    ("quartier", "Centre", 5, 6),
    ("quartier", "Neudorf", 5, 6),
    ("quartier", "Meinau", 4, 5),
    ("quartier", "Hautepierre", 4, 5),
)
AGES = ("60 ans et plus", "40 à 59 ans", "60 ans et plus", "25 à 39 ans", "40 à 59 ans", "16 à 24 ans", "40 à 59 ans")
DISTRICTS = ("Centre", "Neudorf", "Centre", "Meinau", "Centre", "Neudorf", "Hautepierre", "Centre")
WOMEN = "Agathe Bintou Carole Djamila Esther Françoise Gisèle Houria Inès Joséphine Kadiatou Louise Myriam"
MEN = "Adrien Boubacar Claude Driss Étienne Ferhat Gaspard Henri Idriss Joseph Kamel"
LAST_NAMES = (
    "Arnold Barry Clauss Demir Engel Fofana Gross Hamdi Imbs Jaeger Keller Lang Mertz Nguyen Ott Pfister Qasmi Roos "
    "Schmitt Traoré"
)


def seed(actor: Actor, body: Body) -> Draw:
    """Add a college filled by lot to ``body``, and its draw, published and not held yet."""
    with clock.travelling(clock.real_now() - timedelta(days=14)):
        college = bodies.do_write_college(
            actor=actor,
            body=body,
            fields={"name": "Renfort de l’hiver", "by": College.By.LOT, "seats": SEATS},
        )
        draw = draws.do_prepare_draw(actor=actor, piste=SLUG, terms=_terms(), college=college)
        draws.do_write_quotas(actor=actor, draw=draw, quotas=[QuotaLine(*one) for one in QUOTAS])
        first = 0
        for channel, number in POOLS:
            sheet = Sheet("vivier.csv", _people(first, number).encode(), ("adresse",))
            _count, problems = do_import_pool(actor=actor, draw=draw, sheet=sheet, channel=channel)
            if problems:
                raise ValueError(str(problems[0]))
            first += number
    with clock.travelling(clock.real_now() - timedelta(days=5)):
        draws_plan.do_commit(actor=actor, draw=draw)
        draws_plan.compute(draw.pk)
    Job.objects.filter(kind="assembly.draw_plan").delete()
    draw.refresh_from_db()
    return draw


def _terms() -> Terms:
    """Return what was announced: chance spoke this morning, so that the dice may be thrown at once."""
    return Terms(
        title="Renfort de l’hiver : vingt habitantes et habitants",
        size=SEATS,
        drawn_from=clock.real_now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1),
        erase_on=clock.real_today() + timedelta(days=90),
        second_source="Loto du samedi qui suit",
    )


def _people(first: int, number: int) -> str:
    """Return a sheet of people: one in thirty lives with the one before."""
    women, men, families = WOMEN.split(), MEN.split(), LAST_NAMES.split()
    lines = ["nom,prénom,courriel,téléphone,adresse,sexe,âge,quartier"]
    for n in range(first, first + number):
        woman = n % 5 not in {1, 3}
        names = women if woman else men
        home = n - 1 if n % 30 == 29 else n
        email = f"vivier{n}@demo.example" if n % 3 else ""
        lines.append(
            f"{families[home * 3 % len(families)]},{names[n * 7 % len(names)]},{email},"
            f"06 39 98 {n // 100:02} {n % 100:02},{home} rue du Puits,{'femme' if woman else 'homme'},"
            f"{AGES[n * 3 % 7]},{DISTRICTS[home * 5 % 8]}"
        )
    return "\n".join(lines) + "\n"
