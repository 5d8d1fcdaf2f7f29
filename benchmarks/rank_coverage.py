"""How often rank intervals hold the true rank: `python -m benchmarks.rank_coverage`.

Synthetic assessments whose truth is known: townships with true rates of ten indicators, a sample
of case files of each, and a card that scores them. The 90 % interval is held against the rank of
the true scores, over all townships. ``sampling`` against the truth at the card's weights; ``both``
against the truth at weights that are drawn anew, as the interval says they could be.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.indicators import Indicator, Measured
from jiuzhu_sim.assessment.indicators.measured import PARTS
from jiuzhu_sim.assessment.ranking import Ranking, rank_units
from jiuzhu_sim.assessment.ranking.weighting import weight_draws
from jiuzhu_sim.assessment.scorecard.card import Card, Group, Item
from jiuzhu_sim.assessment.scorecard.score import ranks, score

Floats = NDArray[np.float64]

UNITS, SPREADS, FILES = (8, 20, 40), (0.1, 0.3, 0.8), (20, 60, 200)
"""Townships; spread of their true rates (standard deviation of the log odds); files looked at."""

ITEMS, GROUPS = 10, 2
LEVEL, BETWEEN_ITEMS, COMMON = 0.88, 0.7, 0.7
"""Mean rate, spread of the log odds between indicators, part of a township's spread in common."""

POPULATION = (150, 1_500)
"""Cases of a township, evenly between."""

FULL = (1.0, 0.95)
"""Marks of full points: all right, or the 95 % that cards ask for."""

CONF, DRAWS, NOISE, RUNS = 0.90, 1_000, 0.25, 500
AIM = (85.0, 95.0)
"""Percent of intervals that are to hold the true rank."""

LABEL = {"zh": "例", "en": "example"}


@dataclass(frozen=True)
class World:
    """An assessment of which the truth is known: what was measured, and true rates by key."""

    measured: Measured
    truth: Mapping[str, Floats]


def card_of(full: float, items: int = ITEMS, groups: int = GROUPS) -> Card:
    """A card of linear items, full points at `full` and none at half of that."""
    made = tuple(
        Item(
            key=f"item{k}",
            group=f"group{k % groups}",
            label=LABEL,
            indicator=f"rate{k}",
            points=100.0 / items,
            form="linear",
            parameters={"full": full, "none": full / 2},
        )
        for k in range(items)
    )
    parts = tuple(Group(f"group{k}", LABEL) for k in range(groups))
    return Card("coverage", LABEL, LABEL, "own", 100.0, parts, made)


def world(
    rng: np.random.Generator, units: int, spread: float, files: int, items: int = ITEMS
) -> World:
    """Townships drawn with their truth, and samples of about `files` of each (half to one and a
    half times as many, at most all)."""
    own = np.sqrt(COMMON) * rng.standard_normal((units, 1))
    own = own + np.sqrt(1 - COMMON) * rng.standard_normal((units, items))
    level = np.log(LEVEL / (1 - LEVEL)) + rng.normal(0.0, BETWEEN_ITEMS, items)
    rate = 1 / (1 + np.exp(-(level + spread * own)))
    population = np.tile(rng.integers(*POPULATION, (units, 1)), (1, items))
    right = rng.binomial(population, rate)
    n = rng.integers(max(files // 2, 1), files * 3 // 2 + 1, (units, 1))
    n = np.minimum(n, population)
    hits = rng.hypergeometric(right, population - right, n)
    keys = [f"rate{k}" for k in range(items)]
    counts = {"hits": hits, "n": n, "population": population}
    measured = measured_of(units, keys, {name: part.astype(float) for name, part in counts.items()})
    return World(measured, dict(zip(keys, (right / population).T, strict=True)))


def measured_of(units: int, keys: list[str], counts: Mapping[str, Floats]) -> Measured:
    """`Measured` from counts, (units, indicators) each, of indicators made up for this."""
    made = tuple(
        Indicator(key, "S1.1", LABEL, LABEL, LABEL, "up", "share", None, "", "", (), LABEL)
        for key in keys
    )
    arrays = {name: np.full((units, len(keys)), np.nan) for name in PARTS} | dict(counts)
    arrays["value"] = counts["hits"] / counts["n"]
    names = tuple(f"乡{number:03d}" for number in range(units))
    return Measured(names, made, **arrays, size=np.full(units, 1_000.0), is_synthetic=True)


@dataclass(frozen=True)
class Held:
    """Of one assessment, by source (``sampling``, ``both``): the part of the units whose interval
    holds the true rank, and the mean number of ranks in it."""

    holds: Mapping[str, float]
    width: Mapping[str, float]


def held(run: int, units: int, spread: float, files: int, full: float, draws: int = DRAWS) -> Held:
    """One synthetic assessment, ranked and held against its truth."""
    rng = np.random.default_rng([run, units, round(spread * 100), files, round(full * 100)])
    card, made = card_of(full), world(rng, units, spread, files)
    ranking = rank_units(
        card, made.measured, draws=draws, seed=run, weight_noise=NOISE, conf=CONF, min_size=0
    )
    other = weight_draws(card, card.weights, 1, 10_000 + run, NOISE).items[0]
    truths = {
        "sampling": ranks(score(card, made.truth).total, card.tie),
        "both": ranks(score(card, made.truth, other).total, card.tie),
    }
    bounds = bounds_of(ranking)
    return Held(
        {
            name: float(((bounds[name][0] <= rank) & (rank <= bounds[name][1])).mean())
            for name, rank in truths.items()
        },
        {name: float((high - low + 1).mean()) for name, (low, high) in bounds.items()},
    )


def bounds_of(ranking: Ranking) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The rank intervals from sampling alone and from both sources."""
    return {"sampling": ranking.by_source["sampling"], "both": (ranking.low, ranking.high)}


def rank_coverage(runs: int, full: float, draws: int = DRAWS) -> Iterator[str]:
    """A line of a Markdown table for each setting: percent that hold, and ranks in an interval."""
    yield "| townships | spread | files | sampling | ranks | sampling and weights | ranks |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for units, spread, files in product(UNITS, SPREADS, FILES):
        all_held = [held(run, units, spread, files, full, draws) for run in range(runs)]
        cells = []
        for name in ("sampling", "both"):
            holds = 100 * float(np.mean([each.holds[name] for each in all_held]))
            width = float(np.mean([each.width[name] for each in all_held]))
            cells.append(f"{holds:.1f} | {width:.1f}")
        yield f"| {units} | {spread:g} | {files} | {' | '.join(cells)} |"


def main() -> None:
    """Print the tables; half an hour at the defaults, on one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--draws", type=int, default=DRAWS)
    given = parser.parse_args()
    for full in FULL:
        print(f"\n{CONF:.0%} intervals, {given.runs} assessments; full points at {full:.0%}\n")
        for line in rank_coverage(given.runs, full, given.draws):
            print(line, flush=True)


if __name__ == "__main__":
    main()
