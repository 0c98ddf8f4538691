"""Small pools, and the truth about them: every panel enumerated, person by person, without groups or generation."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from reflexes.engines.lottery import Person, Problem, Quota

EPS = 1e-7


def pool(rows, quotas, size, households=()):
    """Return a problem from rows of answers (strings of letters) and quotas {(feature number, value): (low, high)}."""
    features = tuple(f"f{number}" for number in range(len(rows[0])))
    homes = dict(enumerate(households))
    people = tuple(Person(f"p{at:03}", tuple(row), homes.get(at, "")) for at, row in enumerate(rows))
    said = tuple(Quota(features[at], value, low, high) for (at, value), (low, high) in quotas.items())
    return Problem(features, people, said, size)


def symmetric(times=1):
    """The symmetric pools of the 2021 paper: 200 people for 20 seats (times 1), 2,000 for 200 (times 10)."""
    rows = ["FC"] + ["FL"] * (100 * times - 1) + ["MC"] * (100 * times)
    limits = (10 * times - 1, 20 * times)
    return pool(rows, {(0, "F"): limits, (0, "M"): limits, (1, "L"): limits, (1, "C"): limits}, 20 * times)


def keeps(problem, panel):
    """Tell whether a panel (people) keeps the size, the quotas and the household rule."""
    homes = [person.household for person in panel if person.household]
    if len(panel) != problem.size or len(homes) != len(set(homes)):
        return False
    for quota in problem.quotas:
        at = problem.features.index(quota.feature)
        if not quota.low <= sum(person.answers[at] == quota.value for person in panel) <= quota.high:
            return False
    return True


def panels(problem):
    """Return every panel allowed, as a 0/1 matrix of panels by people."""
    people = problem.people
    allowed = [
        [at in chosen for at in range(len(people))]
        for chosen in map(set, combinations(range(len(people)), problem.size))
        if keeps(problem, [people[at] for at in sorted(chosen)])
    ]
    return np.array(allowed, dtype=float).reshape(len(allowed), len(people))


def true_leximin(every):
    """Return the chance of each person in the leximin lottery over all panels, and its worst chance above zero.

    Each level is solved afresh; a person is settled when their best chance, all others kept, is the level itself.
    """
    _count, people = every.shape
    reachable = every.any(axis=0)
    settled = {at: 0.0 for at in range(people) if not reachable[at]}
    worst = None
    while len(settled) < people:
        open_ = [at for at in range(people) if at not in settled]
        level = _level(every, settled, open_)
        worst = level if worst is None else worst
        floor = {**settled, **dict.fromkeys(open_, level)}
        stuck = [at for at in open_ if _best(every, floor, at) <= level + EPS]
        assert stuck
        settled.update(dict.fromkeys(stuck, level))
    return np.array([settled[at] for at in range(people)]), worst or 0.0


def _level(every, settled, open_):
    count, _people = every.shape
    rows = [[-every[q, at] for q in range(count)] + [1.0] for at in open_]
    rows += [[-every[q, at] for q in range(count)] + [0.0] for at in settled]
    limits = [0.0] * len(open_) + [-(value - 1e-10) for value in settled.values()]
    found = linprog(
        [0.0] * count + [-1.0], A_ub=rows, b_ub=limits, A_eq=[[1.0] * count + [0.0]], b_eq=[1.0], bounds=(0, 1)
    )
    assert found.status == 0
    return -found.fun


def _best(every, floor, at):
    count, _ = every.shape
    rows = [-every[:, other] for other in floor]
    limits = [-(value - 1e-9) for value in floor.values()]
    found = linprog(-every[:, at], A_ub=rows, b_ub=limits, A_eq=[[1.0] * count], b_eq=[1.0], bounds=(0, 1))
    assert found.status == 0
    return -found.fun


@st.composite
def problems(draw, *, homes=False, most=8, features=3):
    """Draw a small pool with quotas around what it holds: some can be kept, some cannot."""
    count = draw(st.integers(3, most))
    width = draw(st.integers(1, features))
    rows = draw(st.lists(st.text("AB", min_size=width, max_size=width), min_size=count, max_size=count))
    size = draw(st.integers(1, count - 1))
    quotas = {}
    for at in range(width):
        for value in "AB":
            low = draw(st.integers(0, max(0, size // 2)))
            quotas[at, value] = (low, draw(st.integers(max(low, size // 2), size)))
    together = draw(st.lists(st.sampled_from(["", "h1", "h2", "h3"]), min_size=count, max_size=count)) if homes else ()
    return pool(rows, quotas, size, together)
