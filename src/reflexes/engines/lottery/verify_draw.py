#!/usr/bin/env python3
"""Verify the published record of a public draw: ``python verify_draw.py draw.json``. Python 3.10+, nothing else.

It shares no code with the program that made the draw, needs no solver and draws nothing by itself. It recomputes from
the record: the commitment, the pool, the panels allowed, everybody's chance, the proof that nobody could have had a
better worst chance, the seed, the ticket, the panel and each replacement. ``--person PSEUDONYM`` shows one person's
line; ``--line FILE`` checks a line received apart against the published root. Exit code 0: all is true; 1: something
is not; 2: the record cannot be read. ``--en`` speaks English.
"""
# ruff: noqa: T201 - it stands alone and speaks to a terminal

import hashlib
import hmac
import json
import sys
from fractions import Fraction
from typing import Any, NamedTuple

WORD = 2**32
FORMAT = "reflexes-draw/1"
SENTENCES = {
    "format": (
        "Le relevé se lit.",
        "Le relevé ne se lit pas : il manque quelque chose ou une valeur n’est pas du bon genre ({why}).",
        "The record can be read.",
        "The record cannot be read: something is missing or is not of the right kind ({why}).",
    ),
    "commitment": (
        "L’empreinte publiée avant le tirage est bien celle du plan.",
        "L’empreinte publiée n’est pas celle du plan : le plan a changé après sa publication.",
        "The commitment published before the draw is that of the plan.",
        "The commitment published is not that of the plan: the plan changed after it was published.",
    ),
    "pool": (
        "La liste des {people} personnes (pseudonymes) est celle qui avait été annoncée.",
        "La liste des personnes n’est pas celle qui avait été annoncée.",
        "The list of {people} people (pseudonyms) is the one announced.",
        "The list of people is not the one announced.",
    ),
    "opened": (
        "Les {people} lignes montrées appartiennent à la liste annoncée.",
        "Une ligne montrée n’appartient pas à la liste annoncée.",
        "The {people} lines shown belong to the list announced.",
        "A line shown does not belong to the list announced.",
    ),
    "tickets": (
        "Les {tickets} billets donnent tous un groupe de {size} personnes qui respecte les quotas et les foyers.",
        "Le billet {ticket} ne respecte pas la taille, les quotas ou les foyers.",
        "All {tickets} tickets give a panel of {size} people that keeps the quotas and the households.",
        "Ticket {ticket} does not keep the size, the quotas or the households.",
    ),
    "chances": (
        "Les chances sont justes ; la plus petite est de {worst}.",
        "Les chances publiées ne sont pas celles des billets.",
        "The chances are right; the smallest is {worst}.",
        "The chances published are not those of the tickets.",
    ),
    "bound": (
        "Personne ne pouvait promettre mieux que {bound} au moins chanceux ; les billets donnent {worst} (-{loss}).",
        "La preuve que la plus petite chance est la meilleure possible est fausse.",
        "Nobody could promise more than {bound} to the least lucky person; the tickets give {worst}, {loss} less.",
        "The proof that the smallest chance is the best possible is wrong.",
    ),
    "seed": (
        "La graine vient bien de l’empreinte et de ce que le hasard a dit.",
        "La graine ne vient pas de l’empreinte et des sources annoncées.",
        "The seed comes from the commitment and from what chance said.",
        "The seed does not come from the commitment and the sources announced.",
    ),
    "ticket": (
        "Le billet tiré est bien le numéro {ticket}.",
        "Le billet tiré devrait être le numéro {ticket}.",
        "The ticket drawn is number {ticket}.",
        "The ticket drawn should be number {ticket}.",
    ),
    "panel": (
        "Le groupe tiré au sort est bien celui du billet et du classement : {size} personnes.",
        "Le groupe publié n’est pas celui du billet et du classement.",
        "The panel is that of the ticket and of the ranking: {size} people.",
        "The panel published is not that of the ticket and of the ranking.",
    ),
    "counts": (
        "Le groupe montré a bien la composition du billet tiré.",
        "Le groupe montré n’a pas la composition du billet tiré.",
        "The panel shown has the composition of the ticket drawn.",
        "The panel shown does not have the composition of the ticket drawn.",
    ),
    "departures": (
        "Les {departures} départs et remplacements suivent le classement.",
        "Les départs et remplacements publiés ne suivent pas le classement.",
        "The {departures} departures and replacements follow the ranking.",
        "The departures and replacements published do not follow the ranking.",
    ),
    "line": (
        "Cette ligne appartient à la liste annoncée.",
        "Cette ligne n’appartient pas à la liste annoncée.",
        "This line belongs to the list announced.",
        "This line does not belong to the list announced.",
    ),
    "rehearsal": (
        "C’est une répétition : aucune source de hasard n’a été donnée, chacun pouvait prévoir le résultat.",
        "",
        "This is a rehearsal: no source of chance was given, anyone could foresee the result.",
        "",
    ),
    "not_drawn": (
        "Le tirage n’a pas encore eu lieu.",
        "",
        "The draw has not taken place yet.",
        "",
    ),
    "sealed": (
        "La liste n’est pas jointe : l’ordre des autres personnes se vérifie par chacune avec sa propre ligne.",
        "",
        "The list is not attached: the order of the others is checked by each of them with their own line.",
        "",
    ),
    "not_announced": (
        "Les sources de hasard n’avaient pas été annoncées dans le plan.",
        "",
        "The sources of chance had not been announced in the plan.",
        "",
    ),
    "left_out": (
        "{people} personnes ne pouvaient siéger dans aucun groupe avec ces quotas.",
        "",
        "{people} people could sit on no panel under these quotas.",
        "",
    ),
}


class Finding(NamedTuple):
    """One thing verified: ``ok`` is true, false, or None for a remark."""

    code: str
    ok: Any
    params: dict[str, Any]

    def sentence(self, language: str = "fr") -> str:
        """Say it."""
        right, wrong, right_en, wrong_en = SENTENCES[self.code]
        if language == "fr":
            return (wrong if self.ok is False else right).format(**self.params)
        return (wrong_en if self.ok is False else right_en).format(**self.params)


def canonical(value: Any) -> bytes:
    """Write plain data in its one canonical way."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(value: Any) -> str:
    """Return the SHA-256 of plain data."""
    return hashlib.sha256(canonical(value)).hexdigest()


def verify(record: Any) -> list[Finding]:
    """Return everything found about a record; a record that cannot be read gives one finding that says so."""
    try:
        return _verify(record)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        return [Finding("format", False, {"why": type(error).__name__ + " " + str(error)[:80]})]


def holds(findings: list[Finding]) -> bool:
    """Tell whether nothing is false."""
    return all(finding.ok is not False for finding in findings)


def _verify(record: Any) -> list[Finding]:
    plan = record["plan"]
    if plan["format"] != FORMAT:
        raise ValueError(str(plan["format"]))
    found = [Finding("commitment", sha256(plan) == record["commitment"], {})]
    if "pool" in record:
        found.append(Finding("pool", _pool(plan, record["pool"]), {"people": len(record["pool"])}))
    else:
        opened = record["opened"]
        belongs = all(follows(one, plan["pool"]["root"]) for one in opened)
        found += [Finding("opened", belongs, {"people": len(opened)}), Finding("sealed", None, {})]
    wrong = _tickets(plan)
    size = {"tickets": len(plan["tickets"]), "size": plan["size"], "ticket": wrong}
    found.append(Finding("tickets", wrong is None, size))
    found += _chances(plan)
    if "draw" not in record:
        return [*found, Finding("not_drawn", None, {})]
    return [*found, *_draw(record)]


def _pool(plan: Any, pool: Any) -> bool:
    """Check the hash and the root of the list, and that its lines count as the groups and kinds of household say."""
    leaves = [leaf(line) for line in pool]
    people = [line[0] for line in pool]
    if sha256(pool) != plan["pool"]["sha256"] or root(leaves).hex() != plan["pool"]["root"]:
        return False
    if len(set(people)) != len(people) or len(people) != plan["pool"]["people"]:
        return False
    counts = [0] * len(plan["groups"])
    homes: dict[str, list[tuple[int, str]]] = {}
    for person, group, home in pool:
        if not 0 <= group < len(counts) or (plan["groups"][group]["kind"] >= 0) != bool(home):
            return False
        counts[group] += 1
        if home:
            homes.setdefault(home, []).append((group, person))
    if counts != [group["people"] for group in plan["groups"]]:
        return False
    kinds: dict[int, list[tuple[int, ...]]] = {}
    for members in homes.values():
        shape = tuple(sorted(group for group, _ in members))
        kinds.setdefault(plan["groups"][shape[0]]["kind"], []).append(shape)
    # Households of one kind are made alike: that is what makes their chances equal.
    alike = all(len(set(shapes)) == 1 for shapes in kinds.values())
    return alike and [len(kinds.get(kind, [])) for kind in range(len(plan["households"]))] == plan["households"]


def _most(plan: Any, group: Any) -> int:
    if group["left_out"]:
        return 0
    return int(group["people"] if group["kind"] < 0 else min(group["people"], plan["households"][group["kind"]]))


def _tickets(plan: Any) -> Any:
    """Return the first ticket that breaks a rule; None when all keep them."""
    good = []
    for composition in plan["compositions"]:
        seats = [0] * len(plan["groups"])
        for group, count in composition:
            if not 0 <= group < len(seats) or not isinstance(count, int):
                raise ValueError("composition")
            seats[group] += count
        good.append(_allowed(plan, seats))
    for number, place in enumerate(plan["tickets"], 1):
        if place < 0 or not good[place]:
            return number
    return None


def _allowed(plan: Any, seats: list[int]) -> bool:
    homes = [0] * len(plan["households"])
    for group, count in zip(plan["groups"], seats, strict=False):
        if not 0 <= count <= _most(plan, group):
            return False
        if group["kind"] >= 0:
            homes[group["kind"]] += count
    if sum(seats) != plan["size"] or any(many > most for many, most in zip(homes, plan["households"], strict=False)):
        return False
    for feature, value, low, high in plan["quotas"]:
        if (
            not low
            <= sum(n for g, n in zip(plan["groups"], seats, strict=False) if g["answers"][feature] == value)
            <= high
        ):
            return False
    return True


def _chances(plan: Any) -> list[Finding]:
    """Recompute seats over all tickets, the worst chance, and the proof of the best one."""
    totals = [0] * len(plan["groups"])
    for place in plan["tickets"]:
        for group, count in plan["compositions"][place]:
            totals[group] += count
    kept = [at for at, group in enumerate(plan["groups"]) if not group["left_out"]]
    many = len(plan["tickets"])
    worst = min(Fraction(totals[at], many * plan["groups"][at]["people"]) for at in kept)
    value = bound_of(plan)
    told = Fraction(plan["bound"]["value"])
    figures = {"worst": percent(worst), "bound": percent(value), "loss": percent(value - worst)}
    found = [
        Finding("chances", totals == plan["seats"], figures),
        Finding("bound", value == told and worst <= value, figures),
    ]
    out = sum(group["people"] for group in plan["groups"] if group["left_out"])
    return [*found, Finding("left_out", None, {"people": out})] if out else found


def bound_of(plan: Any) -> Fraction:
    """Recompute what the prices of the bound prove: whole numbers, additions and one division.

    Any panel weighs at most the price of its seats, of its quotas (at their maximum when dear, at their minimum when
    the price is negative), of its households, and what each group has over. Divided by the weight of everybody, no
    worst chance can be greater.
    """
    bound = plan["bound"]
    seat, quotas = int(bound["seat"]), [int(price) for price in bound["quotas"]]
    homes = [int(price) for price in bound["households"]]
    weights = [int(weight) for weight in bound["weights"]]
    if min(weights) < 0 or min(homes, default=0) < 0 or len(weights) != len(plan["groups"]):
        raise ValueError("bound")
    if len(quotas) != len(plan["quotas"]) or len(homes) != len(plan["households"]):
        raise ValueError("bound")
    total = seat * plan["size"] + sum(price * many for price, many in zip(homes, plan["households"], strict=False))
    for price, (_, _, low, high) in zip(quotas, plan["quotas"], strict=False):
        total += price * (high if price > 0 else low)
    everybody = 0
    for weight, group in zip(weights, plan["groups"], strict=False):
        over = weight - seat - (homes[group["kind"]] if group["kind"] >= 0 else 0)
        for price, (feature, value, _, _) in zip(quotas, plan["quotas"], strict=False):
            if group["answers"][feature] == value:
                over -= price
        total += max(0, over) * _most(plan, group)
        everybody += weight * group["people"]
        if group["left_out"] and weight:
            raise ValueError("bound")
    return min(Fraction(1), Fraction(total, everybody)) if everybody else Fraction(1)


def _draw(record: Any) -> list[Finding]:
    plan, draw = record["plan"], record["draw"]
    said = draw["said"]
    seed = hashlib.sha256("\n".join([record["commitment"], *said]).encode()).digest()
    found = [Finding("seed", seed.hex() == draw["seed"] and _announced(plan["sources"], draw), {})]
    if not said:
        found.append(Finding("rehearsal", None, {}))
    elif not plan["sources"]:
        found.append(Finding("not_announced", None, {}))
    ticket = ticket_of(seed, len(plan["tickets"]))
    found.append(Finding("ticket", ticket == draw["ticket"], {"ticket": ticket}))
    composition = dict(plan["compositions"][plan["tickets"][ticket - 1]])
    size = {"size": plan["size"]}
    if "pool" not in record:
        groups = {one["line"][0]: one["line"][1] for one in record["opened"]}
        shown = [groups[person] for person in draw["panel"]]
        same = {group: shown.count(group) for group in set(shown)} == composition
        return [*found, Finding("counts", same and len(set(draw["panel"])) == len(draw["panel"]), size)]
    lines = {person: (group, home) for person, group, home in record["pool"]}
    order = sorted(lines, key=lambda one: (hmac.new(seed, b"person:" + one.encode(), "sha256").digest(), one))
    panel = seated(lines, order, composition)
    found.append(Finding("panel", panel == draw["panel"], size))
    departures = record["departures"]
    same = replaced(plan, lines, order, panel, departures) == departures
    return [*found, Finding("departures", same, {"departures": len(departures)})] if departures else found


def _announced(sources: Any, draw: Any) -> bool:
    """Check that each source heard had been announced, and that those before it are said to have been silent."""
    if not sources:
        return True
    if len(sources) != len(draw["said"]):
        return False
    for place, (names, words) in enumerate(zip(sources, draw["said"], strict=False)):
        name = words.rpartition(":")[0]
        if name not in names:
            return False
        silent = draw["silent"][place] if place < len(draw["silent"]) else []
        if list(names[: names.index(name)]) != list(silent):
            return False
    return True


def ticket_of(seed: bytes, tickets: int) -> int:
    """Return the ticket drawn: the first HMAC value under the rejection limit."""
    counter = 0
    while True:
        value = int.from_bytes(hmac.new(seed, b"ticket:%d" % counter, "sha256").digest()[:4], "big")
        if value < WORD - WORD % tickets:
            return value % tickets + 1
        counter += 1


def seated(lines: dict[str, tuple[int, str]], order: list[str], composition: dict[int, int]) -> list[str]:
    """Go down the ranking: whoever's group still has a seat, and whose household has nobody there, sits."""
    left, homes, panel = dict(composition), set(), []
    for person in order:
        group, home = lines[person]
        if left.get(group, 0) > 0 and home not in homes:
            left[group] -= 1
            panel.append(person)
            if home:
                homes.add(home)
    return panel


def replaced(
    plan: Any, lines: dict[str, tuple[int, str]], order: list[str], panel: list[str], departures: Any
) -> list[dict[str, Any]]:
    """Replay the departures, in order: the next who gave the same answers, else whoever misses the quotas least."""
    answers = [tuple(group["answers"]) for group in plan["groups"]]
    rank = {person: number for number, person in enumerate(order, 1)}
    sitting, gone, public = list(panel), set(), []

    def missing(people: list[str]) -> int:
        total = 0
        for feature, value, low, high in plan["quotas"]:
            count = sum(answers[lines[person][0]][feature] == value for person in people)
            total += max(0, low - count, count - high)
        return total

    for one in departures:
        left = one["left"]
        if left not in lines or left in gone:
            raise ValueError(left)
        gone.add(left)
        line = {"left": left, "reason": one["reason"], "came": "", "rank": 0, "manner": "reserve"}
        public.append(line)
        if left not in sitting:
            continue
        before = missing(sitting)
        sitting.remove(left)
        homes = {lines[person][1] for person in sitting} - {""}
        waiting = [p for p in order if p not in gone and p not in sitting and lines[p][1] not in homes]
        same = [p for p in waiting if answers[lines[p][0]] == answers[lines[left][0]]]
        if same:
            line.update(came=same[0], manner="same_profile")
        elif waiting:
            misses = dict.fromkeys({lines[p][0] for p in waiting}, 0)
            for group in misses:
                misses[group] = missing([*sitting, next(p for p in waiting if lines[p][0] == group)])
            best = min(waiting, key=lambda p: misses[lines[p][0]])
            line.update(came=best, manner="quotas" if misses[lines[best][0]] <= before else "closest")
        else:
            line.update(manner="nobody")
        if line["came"]:
            line["rank"] = rank[str(line["came"])]
            sitting.append(str(line["came"]))
    return public


def leaf(line: Any) -> bytes:
    """Return the hash of one line of the list."""
    return hashlib.sha256(b"\0" + canonical(line)).digest()


def root(leaves: list[bytes]) -> bytes:
    """Return the root of the tree of hashes (RFC 6962)."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def follows(shown: Any, top: str) -> bool:
    """Tell whether a line shown with its way belongs to the list whose root is ``top``."""
    value = leaf(shown["line"])
    for side, other in shown["way"]:
        both = bytes.fromhex(other) + value if side == "left" else value + bytes.fromhex(other)
        value = hashlib.sha256(b"\1" + both).digest()
    return value.hex() == top


def percent(value: Fraction) -> str:
    """Return a chance as people read it, rounded to the nearest thousandth of a percent."""
    thousandths = (abs(value) * 200_000 + 1) // 2
    sign = "-" if value < 0 and thousandths else ""
    return f"{sign}{thousandths // 1000}.{thousandths % 1000:03d} %"


def person_lines(record: Any, person: str, language: str) -> list[str]:
    """Say the profile, the chance and the rank of one pseudonym."""
    french = language == "fr"
    line = next((line for line in record.get("pool", []) if line[0] == person), None)
    if line is None:
        return ["Ce pseudonyme n’est pas dans la liste." if french else "This pseudonym is not in the list."]
    plan = record["plan"]
    group = plan["groups"][line[1]]
    chance = percent(Fraction(plan["seats"][line[1]], len(plan["tickets"]) * group["people"]))
    told = ", ".join("{} : {}".format(*pair) for pair in zip(plan["features"], group["answers"], strict=False))
    said = [("Profil" if french else "Profile") + " : " + told, ("Chance : " if french else "Chance: ") + chance]
    if "draw" in record:
        seed = bytes.fromhex(record["draw"]["seed"])
        keys = [(hmac.new(seed, b"person:" + one[0].encode(), "sha256").digest(), one[0]) for one in record["pool"]]
        rank = sorted(keys).index((hmac.new(seed, b"person:" + person.encode(), "sha256").digest(), person)) + 1
        said.append(("Rang au classement : {} sur {}" if french else "Rank: {} of {}").format(rank, len(keys)))
    return said


def main(arguments: list[str]) -> int:
    """Read the record named, say what is found, and return the exit code."""
    language = "en" if "--en" in arguments else "fr"
    words = [word for word in arguments if word != "--en"]
    options = {name: words[words.index(name) + 1] for name in ("--person", "--line") if name in words[:-1]}
    names = [word for word in words if not word.startswith("--") and word not in options.values()]
    if len(names) != 1:
        print(__doc__)
        return 2
    try:
        with open(names[0], encoding="utf-8") as file:
            record = json.load(file)
        findings = verify(record)
        if "--line" in options:
            with open(options["--line"], encoding="utf-8") as file:
                findings.append(Finding("line", follows(json.load(file), record["plan"]["pool"]["root"]), {}))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(Finding("format", False, {"why": str(error)[:80]}).sentence(language))
        return 2
    for finding in findings:
        mark = {True: "  ok  ", False: " FAUX " if language == "fr" else " FALSE", None: "  --  "}[finding.ok]
        print("[" + mark + "] " + finding.sentence(language))
    if "--person" in options:
        print("\n".join(person_lines(record, options["--person"], language)))
    if findings[0].code == "format":
        return 2
    return 0 if holds(findings) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
