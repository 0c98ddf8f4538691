"""Groups of people near one another on the plane: k-means from a seed, as many groups as hold together best.

Source: Lloyd, *IEEE Transactions on Information Theory* 28, 1982; Arthur and Vassilvitskii, *k-means++*, 2007;
simplified silhouette (distances to centres), Hruschka and others, 2006.
"""

from __future__ import annotations

import numpy as np

from reflexes.engines.opinion.matrix import Floats, Ints

MOST_GROUPS = 5
STARTS = 12
ROUNDS = 100


def best_groups(places: Floats, floor: int, seed: int) -> Ints | None:
    """Return a group number for each person, groups numbered by size, largest first; ``None`` when two groups of
    ``floor`` people cannot be made. A smaller group is dissolved: each of its people goes to the nearest other one.

    Cost: people x groups x a few dozen rounds.
    """
    best: tuple[float, Ints] | None = None
    distinct = len(np.unique(places, axis=0))
    for count in range(2, min(MOST_GROUPS, len(places) // floor, distinct) + 1):
        luck = np.random.default_rng((seed, count, len(places)))
        label = dissolved(places, k_means(places, count, luck), floor)
        if label is None:
            continue
        quality = silhouette(places, label)
        if best is None or quality > best[0] + 1e-12:
            best = quality, label
    return None if best is None else by_size(places, best[1])


def k_means(places: Floats, count: int, luck: np.random.Generator) -> Ints:
    """Return the best of several starts: the least sum of squared distances to the centres."""
    best: tuple[float, Ints] | None = None
    for _start in range(STARTS):
        centres = _spread_centres(places, count, luck)
        for _round in range(ROUNDS):
            away = _squares(places, centres)
            label = away.argmin(axis=1)
            moved = np.array(
                [places[label == k].mean(axis=0) if (label == k).any() else centres[k] for k in range(count)]
            )
            if np.array_equal(moved, centres):
                break
            centres = moved
        away = _squares(places, centres)
        cost = float(away.min(axis=1).sum())
        if best is None or cost < best[0] - 1e-12:
            best = cost, away.argmin(axis=1)
    assert best is not None
    return best[1]


def dissolved(places: Floats, label: Ints, floor: int) -> Ints | None:
    """Return the groups once those under ``floor``, smallest first, have joined others; ``None`` when one is left."""
    while True:
        numbers, label, sizes = np.unique(label, return_inverse=True, return_counts=True)
        if len(numbers) < 2:
            return None
        smallest = int(sizes.argmin())
        if sizes[smallest] >= floor:
            return label.astype(np.int64)
        centres = np.array([places[label == k].mean(axis=0) for k in range(len(numbers))])
        centres[smallest] = np.inf
        gone = label == smallest
        label[gone] = _squares(places[gone], centres).argmin(axis=1)


def silhouette(places: Floats, label: Ints) -> float:
    """Return how much nearer people are to their own centre than to the next one: 1 far apart, 0 not at all."""
    centres = np.array([places[label == k].mean(axis=0) for k in range(int(label.max()) + 1)])
    away = np.sqrt(_squares(places, centres))
    own = away[np.arange(len(places)), label]
    away[np.arange(len(places)), label] = np.inf
    other = away.min(axis=1)
    return float(((other - own) / np.maximum(np.maximum(own, other), 1e-12)).mean())


def by_size(places: Floats, label: Ints) -> Ints:
    """Return the same groups numbered from the largest; equals by their place on the first axis."""
    count = int(label.max()) + 1
    keys = [(-int((label == k).sum()), *places[label == k].mean(axis=0).tolist(), k) for k in range(count)]
    number = {key[-1]: rank for rank, key in enumerate(sorted(keys))}
    return np.array([number[one] for one in label.tolist()], dtype=np.int64)


def _spread_centres(places: Floats, count: int, luck: np.random.Generator) -> Floats:
    chosen = [int(luck.integers(len(places)))]
    for _more in range(count - 1):
        away = _squares(places, places[chosen]).min(axis=1)
        total = float(away.sum())
        chosen.append(int(luck.choice(len(places), p=away / total)) if total > 0 else int(luck.integers(len(places))))
    return places[chosen].copy()


def _squares(places: Floats, centres: Floats) -> Floats:
    squares: Floats = ((places[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return squares
