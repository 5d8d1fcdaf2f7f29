"""The ratio of mean dibao benefit to the standard: what it is made of, and whether it is predicted.

Caseloads are easy to meet, for weights can be calibrated to them. How far the mean benefit reaches
to the standard depends on what lies behind: how deep the reported poverty of those admitted is.
So the ratio is never a target; it is predicted, and held against what was reported
(docs/en/definitions/benefit_ratio.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.assessment.beside import FAILS, HOLDS
from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.measures.intervals import Estimate, Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, TOTAL, Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.population.margins import Margin, calibrate_to, load_margins, wanted
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

NEEDED = (
    "is_dibao_hh",
    "is_tekun_hh",
    "n_recipients_hh",
    "dibao_standard_m_hh",
    "counted_income_m_hh",
    "gap_m_hh",
    "over_gap_m_hh",
    "category_supplement_m_hh",
    "single_person_benefit_m_hh",
    "benefit_m_hh",
)
"""The results that `benefit_ratio` reads."""

GROUPS = ("zero", "some", "single")
"""Recipients: of dibao households without counted income, with some, and included singly."""

PARTS = (*GROUPS, "supplement", "form", "other")
"""What the benefit is made of: the gap of the first two groups, single-person benefit, category
supplements, what the form of the benefit pays beyond the gap (a minimum, tiers, classes), and the
rest (gradual exit, what is withheld)."""

AREAS = tuple(column("area").codes or {})

Floats = NDArray[np.float64]


@cache
def _reported() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("ratio.yaml"))
    return found


def place_of_ratios() -> str:
    """The place whose ratio is reported year by year.

    >>> place_of_ratios()
    'national-2020'
    """
    return str(_reported()["place"])


def reported_ratio(area: str) -> dict[int, float]:
    """The reported ratio of an area by year: spending / persons / 12 / standard.

    Spending of the year, persons and mean standard at its end, as published. Spending may
    include one-off payments, which the model does not count.

    >>> found = reported_ratio("urban")
    >>> round(found[2020], 3), round(min(found.values()), 3), round(max(found.values()), 3)
    (0.821, 0.753, 0.84)
    """
    part = _reported()[area]
    return {
        year: part["spending_y"][year] / persons / MONTHS / part["standard_m"][year]
        for year, persons in part["persons"].items()
    }


def benefit_ratio(results: Results, *, weight: str) -> Table:
    """Mean dibao benefit over the standard, by area, and what it is made of.

    Rows: area and part (see `PARTS`), with a total. Statistics: the share of the recipients, the
    ratio among them, and the points that the part adds to the ratio of the area; points add up.
    Tekun households are left out: they are counted apart. `results` need `NEEDED`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=2_000, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("national-2020"), NEEDED)
    >>> table = benefit_ratio(results, weight="weight")
    >>> points = [table.get("ratio_points", "rural", part) for part in PARTS]
    >>> bool(np.isclose(sum(points), table.get("ratio_points", "rural", "total")))
    True
    """
    amounts, persons = _parts(results)
    standard = results.numbers("dibao_standard_m_hh")
    variables = {f"amount {name}": each for name, each in amounts.items()}
    for name, each in persons.items():
        variables |= {f"persons {name}": each, f"standard {name}": each * standard}
    index, n = results.numbers("area"), len(AREAS)
    auxiliaries = results.people.auxiliaries
    sums = Sums(results.numbers(weight).astype(float), index, n, auxiliaries, **variables)
    receives = persons[TOTAL] > 0
    cells, counts = [], []
    for part in (*PARTS, TOTAL):
        cells.append(_cells(sums, part))
        seen = receives & (amounts[part] != 0) if part != TOTAL else receives
        counted = np.bincount(index[seen], minlength=n)
        counts.append(np.append(counted, counted.sum()))
    order = [(k, part) for k in range(n + 1) for part in range(len(PARTS) + 1)]
    rows = [((*AREAS, TOTAL)[k], (*PARTS, TOTAL)[part]) for k, part in order]
    values, low, high = (
        np.array([[estimate[side][k] for estimate in cells[part]] for k, part in order])
        for side in range(3)
    )
    return Table(
        name="benefit_ratio",
        dims=("area", "ratio_part"),
        rows=tuple(rows),
        statistics=(
            Statistic("recipients_share", "share"),
            Statistic("ratio_within", "share"),
            Statistic("ratio_points", "share", additive=True),
        ),
        values=values,
        low=low,
        high=high,
        n=np.array([counts[part][k] for k, part in order]),
        per="household",
        notes=("note.benefit_ratio", INTERVAL_NOTE),
        fields={"policy": results.policy.title},
        disjoint=False,
    )


def _parts(results: Results) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Amounts a month by part, and recipients by group, each with their total; by household."""
    is_dibao = results.numbers("is_dibao_hh").astype(bool)
    others = ~results.numbers("is_tekun_hh").astype(bool)
    recipients = np.where(others, results.numbers("n_recipients_hh"), 0.0)
    has_income = results.numbers("counted_income_m_hh") > HALF_FEN
    gap = np.where(is_dibao, results.numbers("gap_m_hh"), 0.0)
    amounts = {
        "zero": np.where(has_income, 0.0, gap),
        "some": np.where(has_income, gap, 0.0),
        "single": results.numbers("single_person_benefit_m_hh") * others,
        "supplement": results.numbers("category_supplement_m_hh") * others,
        "form": results.numbers("over_gap_m_hh") * others,
    }
    paid = results.numbers("benefit_m_hh") * others
    amounts["other"] = paid - sum(amounts.values())
    # What is left of a sum of floats is no payment.
    amounts["other"] = np.where(np.abs(amounts["other"]) > HALF_FEN, amounts["other"], 0.0)
    persons = {
        "zero": np.where(is_dibao & ~has_income, recipients, 0.0),
        "some": np.where(is_dibao & has_income, recipients, 0.0),
        "single": np.where(is_dibao, 0.0, recipients),
    }
    return amounts | {TOTAL: paid}, persons | {TOTAL: recipients}


def _cells(sums: Sums, part: str) -> tuple[Estimate, Estimate, Estimate]:
    """Share of the recipients, ratio among them, points of the ratio of all; by area."""
    points = sums.ratio(f"amount {part}", f"standard {TOTAL}")
    if part not in (*GROUPS, TOTAL):
        blank = np.full_like(points[0], np.nan)
        return _known(blank), _known(blank), points
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums.of(f"persons {part}") / sums.of(f"persons {TOTAL}")
        within = sums.of(f"amount {part}") / sums.of(f"standard {part}")
    return _known(share), points if part == TOTAL else _known(within), points


def _known(value: Floats) -> Estimate:
    """A value shown without an interval: that of its points tells how sure it is."""
    return value, np.full_like(value, np.nan), np.full_like(value, np.nan)


# --- out of sample -------------------------------------------------------------------------------
def at_margins(people: People, policy: Policy, margins: Sequence[Margin] | None = None) -> Results:
    """Results of the policy on people whose weights meet the targets of the margins.

    `margins`: those of the people's recipe if not given. The benefit is no target of theirs. What
    rules make of a household does not depend on its weight, so they run once. Raises JZ-E032 for
    people without margins, JZ-E052 when the targets cannot be met.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=10_000, seed=1)
    >>> results = at_margins(people, jz.load_policy("national-2020"))
    >>> round(results.people["weight"].sum())
    494160000
    """
    recipe = str(people.about.get("recipe", people.about["source"]))
    known = tuple(margins) if margins is not None else load_margins(recipe)
    if not known:
        expected = text("margins.none")
        raise JZError.of("JZ-E032", "at_margins", name="people", value=recipe, expected=expected)
    results = simulate(people, policy, tuple(dict.fromkeys((*NEEDED, *wanted(known)))))
    return replace(results, people=calibrate_to(people, known, results))


def out_of_sample(results: Results, before: Results | None = None, *, weight: str) -> Table:
    """The ratio of mean benefit to standard that the model predicts, against the reported one.

    `results`: on calibrated people (`at_margins`); `before`: on the same people as they were made,
    to show what the calibration did. By area: the ratio before, the ratio predicted, the ratio
    reported for 2020, their difference, the lowest and highest ratio reported for 2010 to 2020,
    and whether the prediction lies between these.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("national-2020", households=10_000, seed=1)
    >>> table = out_of_sample(at_margins(people, jz.load_policy("national-2020")), weight="weight")
    >>> round(table.get("reported_ratio", "rural"), 3)
    0.661
    """
    model = _ratios(results, weight)
    made = _ratios(before, weight) if before is not None else None
    rows, cells = [], []
    for k, area in enumerate(AREAS):
        by_year = reported_ratio(area)
        latest, known = by_year[max(by_year)], sorted(by_year.values())
        lowest, highest = known[0], known[-1]
        value = float(model[0][k])
        first = float(made[0][k]) if made else np.nan
        holds = HOLDS if lowest <= value <= highest else FAILS
        rows.append((area,))
        cells.append([first, value, latest, value - latest, lowest, highest, holds])
    values = np.array(cells, np.float64)
    low, high = np.full((2, *values.shape), np.nan)
    low[:, 1], high[:, 1] = model[1][: len(AREAS)], model[2][: len(AREAS)]
    receives = (results.numbers("n_recipients_hh") > 0) & ~results.numbers("is_tekun_hh")
    return Table(
        name="out_of_sample",
        dims=("area",),
        rows=tuple(rows),
        statistics=(
            Statistic("ratio_before", "share"),
            Statistic("ratio_predicted", "share"),
            Statistic("reported_ratio", "share"),
            Statistic("ratio_difference", "share"),
            Statistic("ratio_lowest", "share"),
            Statistic("ratio_highest", "share"),
            Statistic("verdict", "verdict"),
        ),
        values=values,
        low=low,
        high=high,
        n=np.bincount(results.numbers("area")[receives], minlength=len(AREAS)),
        per="household",
        notes=("note.out_of_sample", "note.benefit_ratio", INTERVAL_NOTE),
        fields={"policy": results.policy.title},
    )


def _ratios(results: Results, weight: str) -> Estimate:
    """The ratio by area, and of all, with its interval."""
    amounts, persons = _parts(results)
    standard = persons[TOTAL] * results.numbers("dibao_standard_m_hh")
    sums = Sums(
        results.numbers(weight).astype(float),
        results.numbers("area"),
        len(AREAS),
        results.people.auxiliaries,
        paid=amounts[TOTAL],
        standard=standard,
    )
    return sums.ratio("paid", "standard")
