"""Several scenarios side by side against the law as it is."""

from collections.abc import Sequence

import numpy as np

from jiuzhu_sim.assessment.annual import WEIGHT
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures import publish
from jiuzhu_sim.measures.disclosure import MIN_N
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Estimate, Sums, times
from jiuzhu_sim.measures.table import INTERVAL_NOTE, Statistic, Table
from jiuzhu_sim.measures.welfare import gini, heads, income_after, poverty_gap
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

MOST = 4
"""Scenarios that fit beside each other on a screen and a page."""

BASELINE = "baseline"

STATISTICS = (
    Statistic("households", "households"),
    Statistic("persons", "persons"),
    Statistic("cost_y", "yuan/year"),
    Statistic("change_y", "yuan/year"),
    Statistic("share_gaining", "share"),
    Statistic("share_losing", "share"),
    Statistic("fgt0", "share"),
    Statistic("fgt1", "index"),
    Statistic("gini", "index"),
)


def compare(
    people: People,
    policy: Policy,
    scenarios: Sequence[Policy],
    *,
    per: str = "person",
    min_cell: int = MIN_N,
    base: Results | None = None,
) -> Table:
    """Up to four scenarios and the baseline: cost, recipients, winners and losers, poverty.

    Rows: ``baseline``, ``1``, ``2``, … under the titles of the policies. Recipients are counted as
    in `caseload`; gains and losses against the baseline, by ``person`` or ``household``; poverty
    and Gini after assistance, by persons, the line being the baseline's dibao standard in every
    row: a scenario must not look poorer because its own standard is higher. `base`: results of
    `policy` at hand. Raises JZ-E064 for more than four, JZ-E032 for another `per`, and what
    `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> policy = jz.load_policy("example-county")
    >>> higher = policy.change({"dibao.standard.rural": 670})
    >>> table = compare(people, policy, [higher])
    >>> table.get("change_y", "baseline"), table.get("change_y", "1") > 0
    (0.0, True)
    """
    if len(scenarios) > MOST:
        raise JZError.of("JZ-E064", n=len(scenarios), most=MOST)
    if per not in ("person", "household"):
        raise JZError.of("JZ-E032", name="per", value=per, expected="household / person")
    before = simulate(people, policy, reuse=base)
    runs = [before, *(simulate(people, each, reuse=before) for each in scenarios)]
    parts = [_row(before, each, per) for each in runs]
    counted = [int(np.count_nonzero(each["n_recipients_hh"])) for each in runs]
    # With the baseline's cost known, a scenario's is told by the difference, and the reverse.
    fewest = min((n for n in counted if n), default=0)
    values, low, high = (
        np.array([[float(entry[part][0]) for entry in row] for row in parts]) for part in range(3)
    )
    names = [BASELINE, *(str(number + 1) for number in range(len(scenarios)))]
    titles = (policy.label, *(each.label for each in scenarios))
    table = Table(
        name="compare",
        dims=("scenario",),
        rows=tuple((name,) for name in names),
        statistics=STATISTICS,
        values=values,
        low=low,
        high=high,
        n=np.array([min(n, fewest) if fewest < min_cell else n for n in counted]),
        per=per,
        notes=(text("note.compare", per=text(f"word.per.{per}"), base=policy.title), INTERVAL_NOTE),
        fields={"base": policy.title},
        names=dict(zip(names, titles, strict=True)),
        disjoint=False,
    )
    return publish([table.of_all() if people.is_complete else table], min_cell)[0]


def _row(base: Results, new: Results, per: str) -> list[Estimate]:
    """The statistics of one scenario, each with its interval."""
    members, auxiliaries = household(base, "n_members_hh"), dict(base.people.auxiliaries)
    recipients, benefit = household(new, "n_recipients_hh"), household(new, "benefit_m_hh")
    gain = benefit - household(base, "benefit_m_hh")
    income, line = income_after(new), household(base, "dibao_standard_m_hh")
    gap = poverty_gap(income, line, members)
    each = members if per == "person" else np.ones(len(members))
    sums = Sums(
        household(base, WEIGHT),
        auxiliaries=auxiliaries,
        receives=(recipients > 0).astype(np.float64),
        recipients=recipients,
        benefit=benefit,
        gain=gain,
        each=each,
        gained=each * (gain > HALF_FEN),
        lost=each * (gain < -HALF_FEN),
        members=members,
        poor=members * (gap > 0),
        gap=members * gap,
    )
    by_person = {name: values / heads(base) for name, values in auxiliaries.items()}
    weight = household(base, WEIGHT) * members
    return [
        sums.total("receives"),
        sums.total("recipients"),
        times(sums.total("benefit"), MONTHS),
        times(sums.total("gain"), MONTHS),
        sums.ratio("gained", "each"),
        sums.ratio("lost", "each"),
        sums.ratio("poor", "members"),
        sums.ratio("gap", "members"),
        gini(income, weight, auxiliaries=by_person),
    ]
