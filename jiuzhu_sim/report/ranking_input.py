"""From run parameters to ranked townships: law, people, log, returns, indicators, card, ranks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.indicators import (
    Checked,
    Evidence,
    Measured,
    Returns,
    evidence_of,
    measure,
    read_checked,
    read_returns,
    synthetic_returns,
)
from jiuzhu_sim.assessment.indicators.synthetic import books_of
from jiuzhu_sim.assessment.on_roll import people_on_roll
from jiuzhu_sim.assessment.ranking import Ranking, rank_units
from jiuzhu_sim.assessment.scorecard.card import Card
from jiuzhu_sim.casework.books.three_way import Mismatches
from jiuzhu_sim.casework.log.read import read_log
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.report.casework import Judged, judge
from jiuzhu_sim.report.ranking_check import (
    NONE,
    card_of,
    check_ranking,
    design_of,
    procedure_of,
    verification_files,
    weighted,
)
from jiuzhu_sim.report.scenarios import policy_of

HOUSEHOLDS, FILES, DRAWS, NOISE, CONF = 20_000, 60, 2000, 0.25, 0.90
"""What is taken where a caller leaves it out: the defaults of the notebook's parameters."""


@dataclass(frozen=True)
class Ranked:
    """Townships ranked, with all it rests on.

    `people` and `results` are None for a log without people, `judged` without a log, `returns`
    without a table of returns. `own_weights`: points given in the run instead of the card's.
    `files`: cases drawn in a township where they are. `least`: fewest households for a rank.
    `min_cell`: fewest cases a published share stands for.
    """

    policy: Policy
    people: People | None
    results: Results | None
    judged: Judged | None
    returns: Returns | None
    evidence: Evidence
    measured: Measured
    ranking: Ranking
    own_weights: bool
    files: int
    least: int
    min_cell: int
    parameters: Mapping[str, Any]

    @property
    def card(self) -> Card:
        """The card with the points in use."""
        return self.ranking.card


def ranked_of(
    parameters: Mapping[str, Any], *, people: People | None = None, results: Results | None = None
) -> Ranked:
    """Townships ranked as run parameters say: those of the notebook 10_township_ranking.

    Synthetic people get a synthetic log and synthetic returns where none are given (``none``:
    leave them out); people of a folder only their own. `people`, with `results` of the law on
    them: taken as they are, in place of those that the parameters name. Raises what
    `check_ranking` and the steps raise.

    >>> made = ranked_of({"law": "s1-county-2020", "households": 400, "seed": 1, "draws": 100})
    >>> made.measured.is_synthetic, len(made.ranking.rank) == len(made.measured.units)
    (True, True)
    """
    check_ranking(parameters)
    policy, seed = policy_of(parameters), int(parameters.get("seed") or 0)
    if people is None:
        people = _people(parameters, policy, seed)
    if results is None and people is not None:
        results = simulate(people, policy)
    judged = _judged(parameters, policy, people, seed)
    units = _units(people, judged)
    returns = _returns(parameters, people, units, seed)
    evidence = evidence_of(
        people=people,
        results=results,
        log=judged.log if judged else None,
        procedure=judged.procedure if judged else None,
        limits=judged.limits if judged else None,
        conduct=judged.conduct if judged else None,
        returns=returns,
        verification=_checked(parameters, people),
        books=_books(people, judged, seed),
        units=units,
    )
    files, card = int(parameters.get("files", FILES)), card_of(parameters)
    measured = measure(evidence, design=design_of(parameters, policy, card), files=files, seed=seed)
    given = parameters.get("weights") or ()
    least = int(parameters.get("min_households") or card.min_size)
    ranking = rank_units(
        weighted(card, given),
        measured,
        draws=int(parameters.get("draws", DRAWS)),
        seed=seed,
        weight_noise=float(parameters.get("weight_noise", NOISE)),
        conf=float(parameters.get("conf", CONF)),
        min_size=least,
    )
    parts = (judged, returns, evidence, measured, ranking)
    cell = int(parameters.get("min_cell", 0))
    told = (bool(given), files, least, cell, dict(parameters))
    return Ranked(policy, people, results, *parts, *told)


def units_of(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The townships of a run, without scoring them: for the table of returns they are to fill in.

    >>> len(units_of({"law": "s1-county-2020", "households": 400, "seed": 1})) > 2
    True
    """
    check_ranking(parameters)
    policy, seed = policy_of(parameters), int(parameters.get("seed") or 0)
    people = _people(parameters, policy, seed)
    return _units(people, None if people else _judged(parameters, policy, people, seed))


def _people(parameters: Mapping[str, Any], policy: Policy, seed: int) -> People | None:
    """The people named. One's own log is never mixed with people made up: without people of one's
    own there are none."""
    data = str(parameters.get("data") or "")
    if not data and _file(parameters, "log"):
        return None
    return people_on_roll(data, policy, int(parameters.get("households") or HOUSEHOLDS), seed)


def _file(parameters: Mapping[str, Any], name: str) -> str:
    """A file that parameters name; "" where they name none."""
    given = str(parameters.get(name) or "")
    return "" if given == NONE else given


def _judged(
    parameters: Mapping[str, Any], policy: Policy, people: People | None, seed: int
) -> Judged | None:
    """The log held against the procedure; a synthetic one for synthetic people without one."""
    procedure = procedure_of(parameters, policy)
    if file := _file(parameters, "log"):
        read = read_log(Path(file), at=parameters.get("as_of") or None)
        return judge(read.log, procedure, read, people)
    if people is None or parameters.get("log") == NONE or not is_synthetic(people):
        return None
    year = int(parameters.get("year") or policy.at.year)
    log = synthetic_log(people, policy, procedure=procedure, year=year, seed=seed)
    return judge(log, procedure, people=people)


def _units(people: People | None, judged: Judged | None) -> tuple[str, ...]:
    """The townships in which there is a household, else a case; in the order of the roll."""
    if people is not None:
        names, place = people.names["township"], people.numbers("township")
    elif judged is not None:
        names, place = judged.log.names["township"], judged.log.cases["township"]
    else:
        return ()
    held = np.bincount(place[place >= 0].astype(np.int64), minlength=len(names))
    return tuple(name for name, n in zip(names, held, strict=True) if n and name)


def _books(people: People | None, judged: Judged | None, seed: int) -> Mismatches | None:
    """Payments, ledger and system made up and compared, where the log is made up, too."""
    if people is None or judged is None or not judged.log.is_synthetic:
        return None
    return books_of(people, int(str(judged.log.at)[:4]), seed)


def _returns(
    parameters: Mapping[str, Any], people: People | None, units: tuple[str, ...], seed: int
) -> Returns | None:
    """The table of returns; a synthetic one for synthetic people without one."""
    if file := _file(parameters, "returns"):
        return read_returns(Path(file), units)
    if people is None or parameters.get("returns") == NONE or not is_synthetic(people):
        return None
    return synthetic_returns(units, seed)


def _checked(parameters: Mapping[str, Any], people: People | None) -> Checked | None:
    """The lists of a spot-check handed back; households of people of one's own stand on them."""
    files = verification_files(parameters)
    return read_checked(files, people) if files and people is not None else None


def is_synthetic(people: People) -> bool:
    """Whether people were made by a recipe."""
    return people.about.get("source") == "synthetic"
