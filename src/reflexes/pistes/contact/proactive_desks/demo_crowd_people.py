"""The invented people of the crowd: names as they are met in Alsace, telephones that ring nobody, four audiences."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from reflexes.mechanisms.directory.models import Commune
from reflexes.pistes.contact.proactive_desks.priorities import weigh


def _each(words: str, between: str = " ") -> tuple[str, ...]:
    return tuple(word.replace(".", " ") for word in words.split(between))


WOMEN = _each(
    "Jeanne Yvette Fatima Odette Lucie Simone Rose Marie Germaine Suzanne Marguerite Denise Paulette Huguette Solange "
    "Monique Jacqueline Colette Liliane Nicole Danielle Christiane Annelise Gertrude Irma Berthe Alice Hélène Thérèse "
    "Madeleine Elfriede Anny Marlène Astride Erna Marthe Lina Salima Khadija Aïcha Zohra Malika Yamina Rachida Samira "
    "Emine Fatma Hatice Ayşe Zeynep Maria Rosa Carmela Lucia Conceição Fernanda Teresa Irena Halina Svetlana Ludmila "
    "Aminata Mariama Awa Fatou Rokia Bintou Lan Thi Mai Linh Shirin Parvin Esther Sarah Rebecca Mireille Josiane"
)
MEN = _each(
    "Marcel Robert René Paul Ahmed André Georges Roger Raymond Lucien Charles Henri Albert Ernest Alphonse Antoine "
    "Joseph Jean-Paul Jean-Pierre Gérard Bernard Claude Michel Daniel Gilbert Fernand Materne Arsène Aloyse Eugène "
    "Gustave Émile Armand Xavier Benoît Étienne Mohamed Abdelkader Rachid Brahim Omar Mustapha Hocine Larbi Tahar "
    "Mehmet Hasan Ali İsmail Mustafa Giuseppe Salvatore Antonio Domenico Manuel João Fernando Stanislas Czeslaw Igor "
    "Mamadou Boubacar Ousmane Ibrahima Moussa Van Minh Duc Reza David Simon Isaac Gilles Roland Richard"
)
LAST = _each(
    "Klein Weber Benali Roth Schneider Muller Costa Keller Haas Diallo Meyer Simon Schmitt Fischer Wagner Becker "
    "Hoffmann Schmidt Zimmermann Kuntz Lang Braun Fuchs Walter Heitz Ehrhart Wolff Jung Kieffer Koenig Lutz Martin "
    "Mertz Metzger Munch North Ott Pfister Rapp Reeb Richert Riehl Ritter Sattler Schaeffer Scherer Schwartz Siegel "
    "Specht Spitz Stahl Stoll Strub Ulrich Urban Vogel Vogt Voltz Wendling Wernert Wurtz Zeller Ziegler Adam Bauer "
    "Bender Beyer Bieber Bloch Boehm Burger Dietrich Ebel Eckert Engel Felten Freyss Friedrich Gangloff Gasser Geiger "
    "Gerber Goetz Graff Gross Gruber Hamm Heckmann Helm Herrmann Hess Hirsch Holtz Huber Hubert Humbert Jacob Jost "
    "Kern Kessler Kirsch Knecht Koch Kraemer Krieger Kuhn Laurent Lehmann Lévy Lorentz Maurer Moser Nuss Oster Peter "
    "Philipps Arnold Bakri Belkacem Bouzid Cherif Haddad Hamidi Khelifi Mansouri Saïdi Slimani Ziani Yilmaz Demir "
    "Kaya Şahin Çelik Aydin Öztürk Rossi Bianchi Romano Ferrari Esposito Da.Silva Ferreira Pereira Santos Oliveira "
    "Kowalski Nowak Wisniewski Ivanov Petrov Traoré Ba Sow Camara Keita Cissé Ndiaye Sarr Nguyen Tran Le Pham "
    "Hosseini Ahmadi Kaplan Weill Dreyfus Ollivier Petit Moreau Girard"
)
ROADS = ("rue", "rue", "rue", "rue", "allée", "quai", "place", "avenue", "impasse")
WAYS = _each(
    "des Tanneurs|du Marché|des Bateliers|de la Forêt|des Tilleuls|des Vignes|du Moulin|de l’Église|des Acacias|"
    "du Rhin|de l’Ill|des Jardins|du Château|des Écoles|de la Gare|des Cerisiers|du Maréchal-Ferrant|des Cigognes|"
    "du Vieux-Pont|des Lilas|de la Brasserie|du Houblon|des Potiers|du Lavoir|des Prés|de la Chapelle|des Noyers|"
    "du Ried|des Saules|de la Fontaine|des Roses|du Cimetière|des Alouettes|de l’Écluse|des Charmes|du Canal|"
    "des Bouleaux|de la Poste",
    "|",
)
RELATIVES = ("sa fille", "son fils", "sa sœur", "son frère", "sa nièce", "sa voisine", "son voisin", "une amie")
# Ten thousand numbers each, kept for fiction by the numbering plan (ARCEP, 2018): they ring nobody.
FICTION = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
RANGE = 10_000
MOBILE_FICTION = "+3363998"
NOBODY = UUID(int=0)
# One person in ten shares the landline of the one before.
COUPLE = 10


@dataclass(frozen=True, slots=True)
class Audience:
    """Why people are on a list: the sheet they came by, how many of a hundred, their ages, who lives alone."""

    file_name: str
    share: int
    youngest: int
    oldest: int
    alone: float
    difficulties: tuple[int, int, int]


AUDIENCES = (
    Audience("beneficiaires-apa.csv", 38, 62, 99, 0.62, (70, 22, 8)),
    Audience("beneficiaires-pch.csv", 13, 22, 74, 0.30, (55, 30, 15)),
    Audience("carte-de-transport.csv", 37, 65, 92, 0.38, (90, 9, 1)),
    Audience("rsa-plus-de-60-ans.csv", 12, 60, 67, 0.55, (60, 30, 10)),
)


@dataclass(slots=True)
class Invented:
    """Somebody nobody is: the facts that are sealed, what orders calls, then what the row is known by."""

    facts: dict[str, str]
    commune: str
    reasons: tuple[str, ...]
    difficulty: int
    key: UUID = NOBODY
    digest: str = ""
    pk: int = 0

    @property
    def priority(self) -> int:
        """Return the place in the queue."""
        return weigh(self.reasons)


def invent(audience: Audience, numbers: range, dice: random.Random) -> Iterator[Invented]:
    """Yield somebody for each number, the same every time; a number in ten shares the telephone of the one before."""
    towns = list(Commune.objects.order_by("code").values_list("code", "population"))
    codes, weights = [code for code, _people in towns], [people or 1 for _code, people in towns]
    places = dice.choices(codes, weights, k=len(numbers))
    before: Invented | None = None
    for number, place in zip(numbers, places, strict=True):
        commune, age = place, dice.randint(audience.youngest, audience.oldest)
        couple = before is not None and number % COUPLE == 1
        facts = {
            "last_name": dice.choice(LAST),
            "first_name": dice.choice(WOMEN if dice.random() < 0.62 else MEN),
            "phone": f"{FICTION[number // RANGE % len(FICTION)]}{number % RANGE:04}",
            "address": f"{dice.randint(1, 140)} {dice.choice(ROADS)} {dice.choice(WAYS)}",
        }
        if couple and before is not None:
            facts.update({name: before.facts[name] for name in ("last_name", "phone", "address")})
            commune = before.commune
            while facts["first_name"] == before.facts["first_name"]:
                facts["first_name"] = dice.choice(WOMEN)
        if relative := dice.random() < 0.6:
            facts["relative_name"] = dice.choice(RELATIVES)
            facts["relative_phone"] = f"{MOBILE_FICTION}{dice.randrange(5000, 9000):04}"
        truths = {
            "alone": not couple and number % COUPLE != 0 and dice.random() < audience.alone,
            "age_80": age >= 80,
            "no_relative": not relative,
            "first_time": dice.random() < 0.8,
        }
        difficulty = dice.choices((1, 2, 3), audience.difficulties)[0]
        reasons = tuple(code for code, true in truths.items() if true)
        before = Invented(facts, commune, reasons, difficulty)
        yield before
