"""Evidence made up whole, for trying an assessment where there are no own data."""

from jiuzhu_sim.assessment.indicators.evidence import Evidence, evidence_of
from jiuzhu_sim.assessment.indicators.synthetic_returns import synthetic_returns
from jiuzhu_sim.casework.books.synthetic import synthetic_books
from jiuzhu_sim.casework.books.three_way import Mismatches, three_way
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.casework.procedure.procedure import Procedure, load_procedure
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People


def synthetic_evidence(
    people: People,
    policy: Policy,
    procedure: str | Procedure = "s1-county-2020",
    *,
    year: int,
    seed: int = 1,
) -> Evidence:
    """A year of synthetic casework, books and returns of people on a roll, by one procedure.

    Raises what `synthetic_log`, `simulate` and `load_procedure` raise.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.assessment.on_roll import people_on_roll
    >>> policy = jz.load_policy("s1-county-2020")
    >>> people = people_on_roll("", policy, 400, 1)
    >>> made = synthetic_evidence(people, policy, year=2025)
    >>> made.is_synthetic, made.books is not None, len(made.units)
    (True, True, 8)
    """
    rules = load_procedure(procedure, policy) if isinstance(procedure, str) else procedure
    log = synthetic_log(people, policy, procedure=rules, year=year, seed=seed)
    results = simulate(people, policy)
    units = sorted(set(people["township"].tolist()))
    return evidence_of(
        people=people,
        results=results,
        log=log,
        procedure=rules,
        returns=synthetic_returns(units, seed),
        books=books_of(people, year, seed),
        units=units,
    )


def books_of(people: People, year: int, seed: int) -> Mismatches | None:
    """Payments, ledger and system of the first quarter, made up and compared; None where the
    people do not tell who is on the roll."""
    if not all(name in people for name in ("was_dibao", "current_benefit_m", "township")):
        return None
    made = synthetic_books(people, start=f"{year}-01", seed=seed)
    return three_way(made.paid, made.ledger, made.system, stopped=made.stopped)
