"""What it costs to make the cliffs less steep: gradual exit, a larger deduction for who works.

A static model can say what a household is paid at another wage, not whether somebody then works
more. Gradual exit pays only who was in dibao and whose income has risen, so its effect shows only
when earnings are raised: a household in dibao now that earns a step more is taken as one that was
in dibao with the present amount, and whose income rose this month. For that the rate is honest; it
is the rate during the months of exit, after which the family falls as before.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.language import read_yaml
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Sums
from jiuzhu_sim.measures.table import INTERVAL_NOTE, Statistic, Table, stack
from jiuzhu_sim.outlook.earnings.net_income import main_earner, marginal_rate, net_income
from jiuzhu_sim.outlook.earnings.schedule import STEP, Floats
from jiuzhu_sim.outlook.earnings.slopes import WATCHED, steep
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import MONTHS

BASE = "base"

FLATTEN = (
    Statistic("steep", "households"),
    Statistic("steep_persons", "persons"),
    Statistic("flattened", "households"),
    Statistic("cost_now_y", "yuan/year"),
    Statistic("cost_step_y", "yuan/year"),
    Statistic("cost_per_flattened_y", "yuan/year"),
)


def flatten_options(policy: Policy) -> tuple[Policy, ...]:
    """The illustrative options of `flatten.yaml` that change anything under a policy.

    >>> from jiuzhu_sim.policy import load_policy
    >>> [option.title for option in flatten_options(load_policy("example-county"))][0]
    '渐退6个月（原额）'
    """
    listed: Mapping[str, Any] = read_yaml(Path(__file__).with_name("flatten.yaml"))
    options = [policy.change(each["changes"], name=each["label"]) for each in listed.values()]
    return tuple(option for option in options if policy.diff(option))


def flatten(
    people: People,
    policy: Policy,
    options: Sequence[Policy] | None = None,
    *,
    step: float = STEP,
    weight: str = "weight",
) -> Table:
    """Households on a slope above 100 % under the policy and under each option, and the cost.

    A row an option behind the first (``base``), numbered from 1. ``steep``: households (with
    an able-bodied adult) that end up with less when the earner makes `step` more, gradual exit
    included. ``flattened``: those steep under the policy and not under the option.
    ``cost_now_y``: cost of the year of the option for the people as they are, above that of the
    policy. ``cost_step_y``: the same once all households that are steep under the policy take the
    step; gradual exit is paid for its months, at most a year. ``cost_per_flattened_y``: that by
    the households flattened. `options` default to `flatten_options`.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> table = flatten(people, jz.load_policy("example-county"))
    >>> table.get("cost_now_y", "base"), table.rows[0]
    (0.0, ('base',))
    """
    known = flatten_options(policy) if options is None else tuple(options)
    base = simulate(people, policy, WATCHED)
    earner, asked = main_earner(base)
    is_steep = _steep(base, earner, asked, step)
    stepped = _after(base, earner, is_steep, step)
    yearly = _year(base), _year(simulate(stepped, policy, WATCHED))
    counted = [int(is_steep.sum())]
    parts = [_row(base, is_steep, np.zeros(people.households), *yearly, *yearly, weight)]
    for option in known:
        now = simulate(people, option, WATCHED)
        after = _steep(now, earner, asked, step)
        counted.append(int((is_steep | after).sum()))
        flat = (is_steep & ~after).astype(np.float64)
        costs = _year(now), _year(simulate(stepped, option, WATCHED))
        parts.append(_row(base, after, flat, *yearly, *costs, weight))
    values, low, high = (np.vstack(part) for part in zip(*parts, strict=True))
    names = {str(number): dict(option.label) for number, option in enumerate(known, 1)}
    table = Table(
        name="flatten",
        dims=("option",),
        rows=((BASE,), *((key,) for key in names)),
        statistics=FLATTEN,
        values=values,
        low=low,
        high=high,
        n=np.array(counted),
        per="household",
        notes=("note.flatten", "note.flatten_grace", "note.slopes_asked", INTERVAL_NOTE),
        fields={"policy": policy.title, "step": f"{step:g}"},
        names={BASE: dict(policy.label), **names},
        disjoint=False,
    )
    return table.of_all() if people.is_complete else table


def _after(now: Results, earner: NDArray[np.int64], who: NDArray[np.bool_], step: float) -> People:
    """The people after the earners of some households make a step more, this month.

    Those of them in dibao now are households that were in dibao, with the present amount.
    """
    people = now.people
    wage = people.numbers("wage_m").copy()
    wage[earner[who]] += step
    was = who & (now["layer_hh"] == "dibao")

    def column(name: str, value: Any) -> NDArray[Any]:
        old = people.numbers(name) if name in people else np.zeros(people.households)
        return np.where(was, value, old)

    columns = {
        "wage_m": wage,
        "was_dibao": column("was_dibao", True),
        "current_benefit_m": column("current_benefit_m", now.numbers("benefit_m_hh")),
        "n_covered_now": column("n_covered_now", 0),
        "months_above_standard": column("months_above_standard", 0),
    }
    return people.with_columns(columns)


def _steep(
    now: Results, earner: NDArray[np.int64], asked: NDArray[np.bool_], step: float
) -> NDArray[np.bool_]:
    """Whether a household ends up with less after a step, gradual exit included."""
    after = simulate(_after(now, earner, asked, step), now.policy, WATCHED)
    rate = marginal_rate(net_income(now), net_income(after), step)
    return steep(np.where(asked, rate, np.nan), step)


def _year(results: Results) -> Floats:
    """Benefit of the year: gradual exit for the months it still runs, all else for twelve.

    A tapered one falls by the same amount each month; the rounding of later months is left out.
    """
    people, benefit = results.people, results.numbers("benefit_m_hh")
    grace = np.minimum(results.numbers("grace_benefit_m_hh"), benefit)
    gone = people.numbers("months_above_standard") if "months_above_standard" in people else 0
    left = np.maximum(float(results.policy["reading.grace_months"]) - gone, 0)
    months = np.minimum(left, MONTHS)
    if results.policy["reading.grace_benefit"] == "taper":
        months = months - months * (months - 1) / (2 * np.maximum(left, 1))
    return (benefit - grace) * MONTHS + grace * months


def _row(
    base: Results,
    after: NDArray[np.bool_],
    flat: Floats,
    now_base: Floats,
    step_base: Floats,
    now: Floats,
    stepped: Floats,
    weight: str,
) -> tuple[Floats, Floats, Floats]:
    sums = Sums(
        household(base, weight),
        auxiliaries=base.people.auxiliaries,
        steep=after.astype(np.float64),
        persons=after * household(base, "n_members_hh"),
        flat=flat,
        now=now - now_base,
        step=stepped - step_base,
    )
    totals = [sums.total(name) for name in ("steep", "persons", "flat", "now", "step")]
    return stack((*totals, sums.ratio("step", "flat")))
