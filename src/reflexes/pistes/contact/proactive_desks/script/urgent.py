"""What sounds urgent in the words of a call: rules in order, nothing learned, nothing guessed (P12 (7), research 5.5).

The rules only *propose*: a sign is shown to the caller with whom to ring; the urgent path itself is one gesture of a
person and needs no sign. They prefer a needless question to a silence: what they miss and what they see for nothing is
measured on labelled sentences (``tests/data/urgent_words.csv``, docs/adr/0029).

How a rule reads: words without capitals or accents, cut in clauses; in a clause a *pattern* is looked for; it does not
count when a negation stands before it on the same subject, or when the clause speaks of years ago or of a story.
Patterns of lack ("plus rien a manger") hold their negation themselves.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reflexes.core.text import normalised

FIRE, POLICE, MEDICAL, ANY_EMERGENCY = "18", "17", "15", "112"
SUICIDE_LINE, CHILD_LINE, WOMEN_LINE, ELDER_LINE = "3114", "119", "3919", "3977"
# Every number of the urgent panel, in the order it shows them.
NUMBERS = (MEDICAL, FIRE, POLICE, ANY_EMERGENCY, SUICIDE_LINE, CHILD_LINE, WOMEN_LINE, ELDER_LINE)

# A negation reaches what follows it until another subject takes over.
NEGATIONS = {"pas", "jamais", "aucun", "aucune", "ni", "sans", "personne", "guere"}
SUBJECTS = {"je", "j", "il", "elle", "on", "nous", "vous", "ils", "elles", "tu", "mais", "et", "car", "parce", "puis"}
CLAUSES = re.compile(r"[.,;:!?…\n]+| mais | alors | puis ")
LONG_AGO = re.compile(
    r"il y a (\w+ )?(an|ans|annees|mois|longtemps)\b|\bl an dernier|\bl annee derniere|\bautrefois|\bdans le temps"
    r"|\bquand j etais|\bsemaine derniere\b|\ben (19|20)\d\d\b"
)
STORIES = re.compile(r"\b(film|livre|feuilleton|serie|emission|tele|television|journal|aux cartes|calendrier)\b")
PEOPLE = r"(me|m|nous|te|vous|lui|se|s|la|le|les|l)"
CLOSE = (
    r"(mari|epoux|femme|epouse|fils|fille|gendre|bru|belle fille|beau fils|petit fils|petite fille|neveu|niece|frere"
    r"|soeur|pere|mere|beau pere|belle mere|conjointe?|compagnon|compagne|copain|copine|voisine?|aide|auxiliaire"
    r"|infirmiere?|locataire)"
)
MONEY = r"(argent|sous|retraite|pension|porte monnaie|cheques?)"
DRUGS = r"(cachets?|comprimes?|pilules?|somniferes?)"
RECENTLY = (
    r"(hier|cette nuit|ce matin|ce midi|cet apres midi|ce soir|aujourd hui|a l instant|tout a l heure|avant hier)"
)
CHILDREN = r"(enfants?|petits?|petites?|bebes?|gamins?|fils|filles?)"


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that sounds urgent: a stable code and the numbers to ring, the first one first."""

    code: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign and what announces it; ``lack`` patterns hold their own negation."""

    sign: Sign
    patterns: tuple[str, ...] = ()
    lack: tuple[str, ...] = ()


RULES = (
    Rule(
        Sign("suicide", (SUICIDE_LINE, MEDICAL)),
        (
            r"\bsuicid",
            r"\b(en finir|mettre fin a (mes|ses) jours)\b",
            r"\b(veux|voudrais|veut|voudrait|envie de|prefere|prefererais|besoin de) (mourir|crever|disparaitre)\b",
            r"\bmieux (de|a) (mourir|disparaitre)\b",
            r"\b(vais|veux|envie de|voulu) me (tuer|pendre|jeter|foutre en l air|supprimer|faire du mal)",
            r"\b(va|veut|parle de|menace de|pense a) se (tuer|pendre|jeter|foutre en l air|supprimer|faire du mal)",
            r"\b(saute|sauter|jette|jeter) (par la fenetre|du pont|sous)\b|\b(lettre|mot) d adieu\b",
            r"\b(assez|marre|fatiguee?|lasse?) de (vivre|la vie)\b",
            r"\bpens\w+ a (la mort|mourir)\b",
            r"\b(avale|pris) (tous|toute|toutes|la boite|une boite|plein)\b.*\b(cachets|comprimes|medicaments|boite)",
            r"\bmieux sans moi\b",
            rf"\b(mis|mets|gardes?|stocke|accumule|economise)\b.{{0,25}}\b{DRUGS}\b.*\b(de cote|le jour|pour le)\b",
            rf"\b{DRUGS} (\w+ )?de cote\b",
            r"\b(arrangerait|soulagerait|debarrasserait) (bien )?(tout le monde|mes enfants|ma famille|mon|ma)\b",
            r"\bsi je (ne )?me (reveillais|levais) (plus|pas)\b",
            r"\b(si|quand) je (n |ne )?(etais|serai|serais) (plus|pas) la\b",
            r"\b(voudrais|aimerais|prefererais|mieux) (\w+ )?(d )?etre (deja )?morte?\b(?! de)",
            r"\b(un|une) (poids|fardeau|charge) pour (tout le monde|les autres|eux|(mes|ma|mon) \w+)\b",
            r"\b(corde|fusil) .*\b(prepare|charge)|\bprepare (la|une|ma) corde\b",
        ),
        (
            r"\bplus (envie|le gout|la force|le courage|de raison|aucune raison) de (vivre|continuer)\b",
            r"\bplus envie de rien\b",
            r"\bplus (me|se) reveiller\b",
            r"\bpas (me|se) reveiller (demain|le matin|un matin|du tout)\b",
            r"\bvie (ne )?(sert|vaut) (plus )?(a )?rien\b|\bplus de raison de vivre\b",
        ),
    ),
    Rule(
        Sign("food", (MEDICAL, ANY_EMERGENCY)),
        (
            r"\b(frigo|frigidaire|refrigerateur|placard|placards) \w+ (vide|vides)\b",
            r"\bsaut\w+ (des|les|le|un|mes|nos) (\w+ )?(repas|dejeuner|diner|souper)\b",
            r"\bavale que du\b|\bme prive de manger\b",
            r"\b(enfants|petits|bebe|bebes) (ont|a) faim\b",
            r"\b(meurs|meurt|creve|crevons) de faim\b",
        ),
        (
            r"\b(rien|plus|pas)( \w+){0,2} mange depuis\b",
            r"\b(plus|pas)( \w+)? (a|de quoi) manger\b|\brien (a|de) manger\b",
            r"\bplus (rien|grand chose) (dans|a) (le |les |mon |mes |la )?(frigo|placards?|maison|manger)\b",
            r"(?<!chat )(?<!chien )(?<!chat ne )(?<!chien ne )\bmanges? plus\b|\bmangeons plus\b|\bmange rien\b",
            r"\bplus de (lait|nourriture|couches)\b",
            rf"\b(jours?|semaines?|{RECENTLY})\b.*\b(mang\w+|aval\w+) que\b",
            r"\b(mange|mangeons|avale|avons|ai) que (du|des|de la|de l) (the|pain|cafe|soupe|riz|pates|biscottes)\b",
            r"\breste (plus )?(qu|que) .*\b(pour la semaine|a manger|biscottes|pates|riz)\b",
        ),
    ),
    Rule(
        Sign("water", (ANY_EMERGENCY,)),
        (r"\binond(e|ee|es|ees|ation)\b", r"\beau (est |a ete )?coupee\b", r"\bcoup\w+ l eau\b.*\b(depuis|jours)\b"),
        (r"\b(plus|pas|sans) (d )?eau\b(?! de | gaz)", r"\b(robinet|eau) (ne )?(coule|marche) (plus|pas)\b"),
    ),
    Rule(
        Sign("heat", (ANY_EMERGENCY,)),
        (
            r"\bchauff\w+ avec (le four|la gaziniere|le gaz|un brasero|un barbecue)\b",
            r"\bcoup\w+ (l electricite|le chauffage|le courant)\b",
            r"\b(electricite|chauffage|courant) (est |a ete )?coupee?\b",
            r"\b(chaudiere|chauffage|radiateur|radiateurs) (\w+ )?en panne\b",
            r"\bfait (zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|\d|1[0-2]) degres\b",
        ),
        (
            r"\b(plus|pas|sans) (de |d )?(chauffage|electricite|courant)\b",
            r"\b(chaudiere|chauffage|radiateur|radiateurs) ne (marche|fonctionne|marchent)",
        ),
    ),
    Rule(
        Sign("violence", (POLICE, WOMEN_LINE, ELDER_LINE)),
        (
            rf"\b{PEOPLE} (a |ont )?(frapp|bat\b|batt|gifl|tabass|etrangl|maltrait|viol\b|violee?\b|cogn|brutalis)",
            rf"\b{PEOPLE} (a )?(tape|tapait|tapent) dessus\b",
            rf"\b{PEOPLE} (a |ont )?menac",
            r"\b(couteau|arme|fusil) sous la gorge\b",
            rf"\bpeur (de|que) (mon|ma) {CLOSE}\b",
            r"\b(enfermee?|sequestree?)\b",
            rf"\b(me|lui|nous) (prend|prennent|pique|vole|volent) (tout |toute )?(mon|ma|mes|son|sa|l|notre) {MONEY}\b",
            rf"\b(m|l|nous) (a|ont|avait) (pris|pique|vole) (tout |toute )?(mon|ma|mes|son|sa|l|notre) {MONEY}\b",
            r"\b(me|la|le|nous) (pousse|bouscule|insulte|secoue|vole)(nt)?\b|\blev\w+ la main sur\b",
            r"\b(m|l|nous) (insulte|a (pousse|bouscule|insulte|secoue))\w*\b",
            r"\b(m|me|l|la|le|nous) enferm(e|ent|ait|aient)\b",
            r"\bva (me|la|le|nous|les) (tuer|frapper|battre)\b",
        ),
        (r"\bne me laisse pas sortir\b|\bm empeche de sortir\b",),
    ),
    Rule(
        Sign("child", (CHILD_LINE, POLICE)),
        (
            rf"\b(frappe|bat|tape|gifle|maltraite|cogne)\w* (les|ses|mes|son|sa|le|la|mon|ma) (\w+ )?{CHILDREN}\b",
            rf"\b{CHILDREN} .*\b(toute?s? seule?s?|laissee?s seule?s?)\b(?! dans sa chambre)",
            r"\b(pere|beau pere|mere|oncle) me fait du mal\b",
            rf"\b{CHILDREN}\b.*\b(tout mou|toute molle|inerte|convuls\w+)\b",
        ),
        (rf"\b{CHILDREN}\b.*\b(pleure|pleurent|tete|reagit|se reveille) (meme )?(plus|pas)\b",),
    ),
    Rule(
        Sign("heart", (MEDICAL, ANY_EMERGENCY)),
        (
            r"\b(douleur|douleurs|mal|serre|oppresse|poids|etau|brulure|barre|pince)\b.*\b(poitrine|thorax)\b",
            r"\bpoitrine\b.*\b(serre|oppress|mal)\b",
            r"\b(fais|fait|faire) (un infarctus|une crise cardiaque)\b",
            r"\b(descend|irradie|remonte|lance) (\w+ )?dans (le|mon|son|les|la|ma) (bras|machoire|epaule|dos)\b",
            r"\bau milieu de la poitrine\b",
        ),
    ),
    Rule(
        Sign("breath", (MEDICAL, ANY_EMERGENCY)),
        (
            r"\b(du mal|peine) a respirer\b(?! avec (ce|le|mon) masque)",
            r"\brespire (tres )?mal\b",
            r"\bsouffle court\b",
            r"\betouff\w+",
            r"\b(levres|doigts|ongles|visage) (\w+ ){0,2}(bleues?|bleus?|violet\w*)\b",
            r"\b(cherche|perd|perds|manque|reprend\w*) (mon|son|d|de l|ma|sa) (air|souffle|respiration)\b",
            r"\bbout de souffle\b",
        ),
        (
            r"\b(peux|peut|arrive) (\w+ )?(plus|pas) (a )?(finir|terminer) (mes|ses|ma|sa|une|la) phrases?\b",
            r"\b(plus|pas) d air\b",
            r"\b(plus|pas) (a )?respirer\b",
            r"\brespire (plus|pas)\b",
        ),
    ),
    Rule(
        Sign("stroke", (MEDICAL, ANY_EMERGENCY)),
        (
            r"\bbouche (\w+ )?de travers\b|\bvisage (\w+ )?(paralys|de travers)",
            r"\bparalysee?s?\b",
            r"\bparle (bizarrement|de travers)\b|\b(toute? |tres |completement )(confuse?|desorientee?)\b|\bdelire\b",
            r"\bbras (qui )?tombe\b|\b(visage|bouche) .*\b(affaissee?|tombe|tordue?)\b",
            r"\b(fait|faire) un avc\b",
        ),
        (
            r"\b(peux|peut|arrive) (plus|pas) (a )?(parler|bouger)\b",
            r"\b(parle|articule) (plus|pas) (bien|correctement|normalement|comme d habitude)\b",
            r"\bsens plus (mon|ma|le|la|son|sa) (bras|jambe|main|cote|visage)\b",
        ),
    ),
    Rule(
        Sign("fall", (MEDICAL, ANY_EMERGENCY)),
        (
            r"\b(suis|est|reste|restee?|tombee?) (encore |toujours )?(par terre|au sol)\b",
            rf"\b(suis|est|etait) tombee?\b(?! sur)(?! (de|en) (sommeil|panne)).*\b{RECENTLY}\b",
            r"\b(a|ai|est|suis) (bascule|degringole|chute|effondree?|ecroulee?)\b",
            r"\bfait une (mauvaise )?chute\b",
            r"\b(inconsciente?|evanouie?)\b",
            r"\bperdu connaissance\b|\bperd connaissance\b",
            r"\b(fait|eu|fais) un malaise\b",
            r"\bsaigne (beaucoup|enormement|tout le temps|du nez depuis)\b|\bhemorragie\b",
        ),
        (
            r"\b(peux|peut|arrive|arrivons|reussis|parviens) (\w+ )?(plus|pas) a? ?(me|se|le|la|l) (re|sou)?lever\b",
            r"\b(plus|pas) (la force|capable|moyen) (de|d) (me|se|le|la|l) (re|sou)?lever\b",
            r"\b(plus|pas) a (me|se|le|la) remettre debout\b",
            r"\b(bouge|repond|reagit) (plus|pas)\b|\bse reveille (plus|pas)\b",
        ),
    ),
    Rule(
        Sign("medicine", (MEDICAL,)),
        (r"\boxygene\b.*\bvide\b", r"\breste (qu )?un seul (comprime|cachet)\b"),
        (
            r"\bplus rien (pour|contre) (mon|le|ma) (coeur|diabete|tension|asthme|epilepsie)\b",
            r"\b(plus|pas) ((d|de|mes|mon|ses|son) )?(insuline|medicaments?|traitement|oxygene|cachets|comprimes)\b",
            r"\b(plus|pas) (une?|aucune?) (seule? )?(\w+ )?(d|de) (insuline|medicaments?|oxygene|ventoline)\b",
            r"\b(pas|plus) (pris|prends|prend|eu) (\w+ )?(insuline|medicaments?|traitement|cachets)\b.*\bdepuis\b",
        ),
    ),
    Rule(
        Sign("fire", (FIRE, ANY_EMERGENCY)),
        (
            r"\b(sent|odeur de|fuite de) (le )?gaz\b",
            r"\b(de la|beaucoup de) fumee\b|\bodeur de brule\b",
            r"\b(y a|a) le feu\b|\bprend feu\b|\ben feu\b|\bun incendie\b",
        ),
    ),
    Rule(
        Sign("street", (ANY_EMERGENCY,)),
        (
            r"\bdors? (dans|sous) (ma voiture|la rue|une tente|un garage|un pont)\b|\bdors dehors\b",
            r"\b(a la rue|sans abri)\b",
            r"\b(expulse\w*) (demain|aujourd hui|ce matin)\b",
        ),
    ),
    Rule(
        Sign("heat_wave", (MEDICAL,)),
        (r"\bcoup de chaleur\b", r"\b(trente huit|trente neuf|quarante|3[89]|4\d) degres (chez|dans|a la maison)"),
        (r"\bbois? plus\b(?! (de|d|que))",),
    ),
)


def signs(words: str) -> list[Sign]:
    """Return what sounds urgent in ``words``, each sign once, in the order of the rules. Cost: linear in the words.

    >>> [sign.code for sign in signs("Je n'ai rien mangé depuis trois jours.")]
    ['food']
    >>> signs("Je n'ai pas mal à la poitrine.")
    []
    """
    clauses = list(_clauses(words))
    return [rule.sign for rule in RULES if any(_announced(rule, clause) for clause in clauses)]


def signs_of(texts: Iterable[str]) -> list[Sign]:
    """Return what sounds urgent in several texts: each is read by itself."""
    found = [sign for text in texts for sign in signs(text)]
    return list(dict.fromkeys(found))


def _clauses(words: str) -> Iterable[str]:
    plain = normalised(words)
    for clause in CLAUSES.split(f" {plain} "):
        said = " ".join(re.sub(r"[^a-z0-9]+", " ", clause).split())
        if said and not LONG_AGO.search(said) and not STORIES.search(said):
            yield said


def _announced(rule: Rule, clause: str) -> bool:
    if any(re.search(pattern, clause) for pattern in rule.lack):
        return True
    return any(
        not _denied(clause[: found.start()]) for pattern in rule.patterns for found in re.finditer(pattern, clause)
    )


def _denied(before: str) -> bool:
    """Tell whether the words before a pattern deny it: the nearest negation comes after the nearest subject."""
    for word in reversed(before.split()):
        if word in NEGATIONS:
            return True
        if word in SUBJECTS:
            return False
    return False
