"""Who pays: a cost split by level of government, by the shares the policy gives.

No document of the law here names a split, so the shares are parameters (`funding.*`), shown as
illustrative until somebody gives them; the county pays what the others leave.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.policy import Policy

SHARES = {
    "central": "funding.central_share",
    "province": "funding.province_share",
    "city": "funding.city_share",
}
COUNTY = "county"
LEVELS = (*SHARES, COUNTY)

NOTHING = 1e-9
"""Shares that exceed 1 by no more than this do so by a float's last bits."""


def shares_of(policy: Policy) -> dict[str, float]:
    """The share of each level in a cost, 0–1; the county's is what the others leave.

    Raises JZ-E063 when the others pay more than everything.

    >>> from jiuzhu_sim.policy import load_policy
    >>> law = load_policy("example-county").change({"funding.central_share": 0.5})
    >>> shares_of(law)
    {'central': 0.5, 'province': 0.15, 'city': 0.05, 'county': 0.3}
    """
    found = {level: float(policy[path]) for level, path in SHARES.items()}
    paid = sum(found.values())
    if paid > 1 + NOTHING:
        shown = {level: f"{share:g}" for level, share in found.items()}
        raise JZError.of("JZ-E063", policy.title, total=f"{paid:g}", **shown)
    return found | {COUNTY: max(round(1 - paid, 9), 0.0)}


def who_pays(change: Table, base: Policy, new: Policy) -> Table:
    """The cost of a table ``change`` (baseline, reform, difference by area) by who pays it.

    One row a level and area, and the total of each area; every area is split by the same shares.
    Rows hidden in `change` are hidden here. Raises JZ-E063.

    >>> import jiuzhu_sim as jz
    >>> people, law = jz.synthesize("example-county", households=200, seed=1), "example-county"
    >>> policy = jz.load_policy(law)
    >>> compared = jz.what_if(people, policy, policy.change({"dibao.standard.rural": 670}))
    >>> table = who_pays(compared.tables["change"], policy, policy)
    >>> round(table.get("share.new", "rural", "county"), 9)
    0.12
    """
    before, after = shares_of(base), shares_of(new)
    names = [entry.name for entry in change.statistics]
    places = [names.index(f"cost_y.{moment}") for moment in ("base", "new")]
    rows, values, origin = [], [], []
    for number, row in enumerate(change.rows):
        old, now = change.values[number, places]
        parts = [(old * before[level], now * after[level]) for level in SHARES]
        parts.append((old - sum(part[0] for part in parts), now - sum(part[1] for part in parts)))
        for level, (was, will) in zip(LEVELS, parts, strict=True):
            rows.append((*row, level))
            values.append([was, will, will - was, before[level], after[level]])
        rows.append((*row, TOTAL))
        values.append([old, now, now - old, 1.0, 1.0])
        origin += [number] * (len(LEVELS) + 1)
    made = np.array(values)
    money = [Statistic(f"cost_y.{moment}", "yuan/year") for moment in ("base", "new", "change")]
    hidden = None
    if change.hidden is not None:
        hidden = np.repeat(change.hidden[origin][:, :1], made.shape[1], axis=1)  # whole rows
        made[hidden] = np.nan
    notes = [note for note in change.notes if note == "note.suppressed"]
    return replace(
        change,
        name="shares",
        dims=(*change.dims, "payer"),
        rows=tuple(rows),
        statistics=(*money, Statistic("share.base", "share"), Statistic("share.new", "share")),
        values=made,
        low=np.full(made.shape, np.nan),
        high=np.full(made.shape, np.nan),
        n=change.n[origin],
        notes=("note.shares", *_illustrative((base, new)), *notes),
        disjoint=False,
        hidden=hidden,
    )


def _illustrative(policies: Iterable[Policy]) -> tuple[str, ...]:
    """The note that says so, while any of the shares is nobody's."""
    marked = any(
        policy.values[path].status == "illustrative"
        for policy in policies
        for path in SHARES.values()
    )
    return ("note.shares_illustrative",) if marked else ()
