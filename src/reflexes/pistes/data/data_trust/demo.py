"""What the demo territory shows of this piste: a heat-wave register that lives, and a list that awaits an opinion.

A file left the register and nobody said that it was destroyed: the data-protection officer sees it on their first page.
Everybody is invented; telephones are those kept for fiction.
"""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import datasets, exports, holders
from reflexes.pistes.data.data_trust.services import desk, lists

CENTRE = "67482"
HEAT = {
    "title": "Registre canicule",
    "purpose": "Appeler ou aller voir, quand il fait très chaud, les personnes qui ont demandé à être inscrites.",
    "contents": "Nom, téléphone, adresse, une personne à prévenir, ce qu’il faut savoir pour les aider.",
    "recipients": "Les agents désignés par la ville, chacun dans un seul but ; la préfecture, si elle le demande.",
    "source": "Les personnes elles-mêmes, ou leurs proches avec leur accord.",
    "basis": Dataset.Basis.LEGAL_DUTY,
    "basis_words": "Articles L. 121-6-1 et R. 121-2 et suivants du code de l’action sociale et des familles.",
    "information": "Accusé de réception envoyé dans les huit jours, avec le droit d’être rayé à tout moment.",
}
HOUSING = {
    "title": "Logements accessibles",
    "purpose": "Proposer un logement sans marche à qui ne peut plus rester dans le sien.",
    "contents": "Nom, téléphone, adresse, étage, présence d’un ascenseur.",
    "recipients": "La personne chargée du logement à la ville.",
    "source": "Les demandes reçues par le service du logement.",
    "basis": Dataset.Basis.CONSENT,
    "basis_words": "Accord écrit de chaque personne, gardé par le service du logement.",
    "information": "Dit au téléphone, puis par lettre.",
}
PEOPLE = (
    ("Grasser", "Colette", "06 39 98 40 01", "3 rue des Bouchers", "Sa voisine a les clés."),
    ("Ott", "Gérard", "06 39 98 40 02", "17 quai des Pêcheurs", "Entend mal : laisser sonner longtemps."),
    ("Yilmaz", "Emine", "06 39 98 40 03", "8 route de Bischwiller", "Préfère qu’on lui parle turc."),
    ("Hirtz", "Monique", "06 39 98 40 04", "25 rue de Zurich", "Quatrième étage sans ascenseur."),
    ("Lorentz", "Étienne", "06 39 98 40 05", "2 place d’Austerlitz", ""),
    ("Bauer", "Liliane", "06 39 98 40 06", "40 avenue de Colmar", "Sa fille passe le dimanche."),
)


def seed() -> None:
    """Add both lists through the services people use; nothing without the people whom the calls bring in."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    boss, officer, reader = (_actor(town, role) for role in (roles.SUPERVISOR, roles.DPO, roles.NAVIGATOR))
    if boss is None or officer is None or reader is None:
        return
    today = clock.now()
    with clock.travelling(today - timedelta(days=30)):
        heat = _opened(boss, officer)
    with clock.travelling(today - timedelta(days=12)):
        _taken(boss, reader, heat)
    with clock.travelling(today - timedelta(days=2)):
        desk.do_write(actor=boss, fields={**HOUSING, "ends_on": clock.today() + timedelta(days=365)})


def _actor(town: Organisation, role: str) -> Actor | None:
    held = Capacity.objects.filter(role=role, organisation=town, person__user__isnull=False).select_related("person")
    first = held.order_by("pk").first()
    return actor_of(first.person, first) if first else None


def _opened(boss: Actor, officer: Actor) -> Dataset:
    heat = desk.do_write(actor=boss, fields={**HEAT, "ends_on": clock.today() + timedelta(days=90)})
    words = "Inscription volontaire, prévue par la loi, effacée à la fin de la saison."
    datasets.do_give_opinion(actor=officer, dataset=heat, says="favourable", words=words)
    heat = datasets.do_open(actor=boss, dataset=heat)
    centre = Commune.objects.filter(pk=CENTRE).first()
    for last_name, first_name, phone, address, notes in PEOPLE:
        facts = {"last_name": last_name, "first_name": first_name, "phone": phone, "address": address, "notes": notes}
        lists.do_add_entry(actor=boss, dataset=heat, facts=facts, commune=centre, way="phone")
    return heat


def _taken(boss: Actor, reader: Actor, heat: Dataset) -> None:
    """Let the navigator take a file whose last day has passed since."""
    capacity = Capacity.objects.select_related("person").get(pk=reader.capacity_id)
    holders.do_name_holder(
        actor=boss,
        dataset=heat,
        person=capacity.person,
        role=reader.role,
        what_for="visiting",
        why="Elle organise les visites du quartier avec le CCAS.",
        until=heat.ends_on or clock.today(),
    )
    asked = exports.Asked(
        what_for="visiting",
        why="Deux agents vont voir les personnes du centre jeudi.",
        facts=("last_name", "first_name", "address"),
        group=lists.EVERYBODY,
        to_whom="CCAS, service des visites",
        until=clock.today() + timedelta(days=9),
        kind="xlsx",
    )
    exports.do_take_export(actor=reader, export=exports.do_ask_export(actor=reader, dataset=heat, asked=asked))


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    return [
        (reverse("data_trust_public:register"), _("what is held of people, for what and until when")),
        (reverse("data_trust_public:own_ask"), _("what is known of me, by my telephone")),
    ]
