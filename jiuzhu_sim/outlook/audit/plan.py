"""A spot-check of the roll: how many to draw for what precision, the list, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.sampling.sampling import (
    Sample,
    draw,
    half_width,
    size_for_precision,
    size_for_rate,
)
from jiuzhu_sim.casework.sampling.verification import Verification, read_verification, sample_list
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml, text
from jiuzhu_sim.measures.spot_check import spot_check
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.audit.audit import Audit
from jiuzhu_sim.rules.kit import HALF_FEN

DESIGNS = ("simple", "stratified")
STEPS = 40
"""Sizes that the curve of half-widths is drawn from."""

LEAST = 20
"""The smallest size of the curve."""

WIDTHS = (
    Statistic("audit_size", "households"),
    Statistic("audit_size_share", "share"),
    Statistic("audit_half_worst", "share"),
    Statistic("audit_half_expected", "share"),
)


@cache
def _written() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


@dataclass(frozen=True)
class Plan:
    """A spot-check of the roll.

    `at`: positions in the people of the cases (households on the roll); `sample` drawn of them;
    `ids`, `paid_m` (yuan a month), `township`, `village`: (cases,), the last two None where the
    people do not tell; `conf`: level of the intervals; `expected`: rate of wrong cover expected;
    `checked`: the findings, None where there are none, `is_returned`: from a list handed back, else
    filled in from the truth of synthetic people.
    """

    at: NDArray[np.int64]
    sample: Sample
    ids: NDArray[Any]
    paid_m: NDArray[np.float64]
    township: NDArray[Any] | None
    village: NDArray[Any] | None
    conf: float
    expected: float
    checked: Verification | None
    is_returned: bool

    @property
    def of(self) -> int:
        """Cases there are."""
        return len(self.at)


def plan_sample(
    audited: Audit,
    *,
    design: str = "stratified",
    size: int = 400,
    conf: float = 0.95,
    seed: int = 20260101,
    verify_path: str = "",
) -> Plan:
    """Draw a spot-check of the roll, and read what came back.

    `design`: ``simple``, or ``stratified`` by township (simple where no townships are known).
    `size`: households; the whole roll where it has fewer. `verify_path`: the list handed back, or
    several with semicolons between; "": synthetic people's own truth, or nothing.

    Raises JZ-E060 for another design, JZ-E032 for a level outside 0.5 to 1 or a size below 1, and
    what `read_verification` raises.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import roll_of
    >>> from jiuzhu_sim.outlook.audit.audit import audit
    >>> policy = jz.load_policy("s43-county")
    >>> people = roll_of("s43-county", policy, seed=1, households=1000, is_calibrated=False)
    >>> plan = plan_sample(audit(people, policy), size=30)
    >>> plan.sample.size, plan.is_returned
    (30, False)
    """
    if design not in DESIGNS:
        raise JZError.unknown(text("audit.design"), design, DESIGNS)
    if not 0.5 < conf < 1:
        raise JZError.of("JZ-E032", name="conf", value=conf, expected="0.5–1")
    if size < 1:
        raise JZError.of("JZ-E032", name="n_verify", value=size, expected="≥ 1")
    people, at = audited.people, np.flatnonzero(audited.roll)
    ids, paid = people.ids[at], audited.chosen.amount_before_m[at]
    places = {name: people[name][at] if name in people else None for name in PLACES}
    strata = places["township"] if design == "stratified" else None
    sample = draw(ids, strata, size=min(size, len(at)), seed=seed, purpose="cleanup audit")
    due = audited.due_m[at] if audited.due is not None else None
    expected = float(_written()["unknown_rate"]["value"])
    if due is not None:
        expected = float(((paid > HALF_FEN) & (due <= HALF_FEN)).mean())
    checked = None
    files = [part.strip() for part in verify_path.split(";") if part.strip()]
    if files:
        checked = read_verification(files, sample, ids, paid)
    elif due is not None and audited.is_synthetic:
        checked = Verification.of(np.where(sample.mask, due > HALF_FEN, np.nan), due)
    return Plan(at, sample, ids, paid, **places, conf=conf, expected=expected, checked=checked,
                is_returned=bool(files))  # fmt: skip


PLACES = ("township", "village")


def drawn_list(plan: Plan) -> Any:
    """The list to take along: pseudonyms, places, what is paid, and columns to fill in."""
    given = {name: getattr(plan, name) for name in PLACES if getattr(plan, name) is not None}
    return sample_list(plan.sample, plan.ids, paid_m=plan.paid_m, **given)


def size_table(plan: Plan) -> Table:
    """Sizes by the rates that documents ask for, by precision, and the one drawn, with the
    half-width of the interval to expect at the worst rate and at the one expected."""
    rows: dict[str, int] = {}
    names: dict[str, dict[str, str]] = {}
    for entry in _written()["rates"]:
        key = f"rate_{entry['value']:g}"
        rows[key] = size_for_rate(plan.of, entry["value"])
        names[key] = _both("audit.size.rate", rate=f"{entry['value']:.0%}", clause=entry["clause"])
    worst = float(_written()["unknown_rate"]["value"])
    for entry in _written()["widths"]:
        key = f"width_{entry['value']:g}"
        rows[key] = size_for_precision(plan.of, entry["value"], worst, plan.conf)
        names[key] = _both("audit.size.width", width=f"{entry['value']:.0%}")
    rows["drawn"] = plan.sample.size
    names["drawn"] = _both("audit.size.drawn")
    return _widths(plan, "audit_sizes", "audit_size_rule", rows, names)


def _both(key: str, **fields: str) -> dict[str, str]:
    """A sentence in both languages, as labels of rows are kept."""
    from jiuzhu_sim.language import texts

    return {lang: words.format(**fields) for lang, words in texts()[key].items()}


def width_curve(plan: Plan) -> Table:
    """The half-width of the interval to expect, by size."""
    least = min(LEAST, plan.of)
    sizes = np.unique(np.geomspace(least, plan.of, STEPS).round().astype(int))
    rows = {str(size): int(size) for size in sizes}
    return _widths(plan, "audit_curve", "audit_size_rule", rows, {})


def _widths(
    plan: Plan, name: str, dim: str, rows: Mapping[str, int], names: Mapping[str, Any]
) -> Table:
    worst = float(_written()["unknown_rate"]["value"])
    rates = [worst, plan.expected or worst]
    values = np.array(
        [
            [
                size,
                size / plan.of,
                *(half_width(size, plan.of, rate, plan.conf) for rate in rates),
            ]
            for size in rows.values()
        ]
    )
    return Table.exact(
        name=name,
        dims=(dim,),
        rows=tuple((key,) for key in rows),
        statistics=WIDTHS,
        values=values,
        n=np.full(len(rows), plan.of),
        per="household",
        notes=("note.audit_sizes",),
        fields={"conf": f"{100 * plan.conf:.4g}%", "expected": f"{rates[1]:.1%}"},
        names=names,
        disjoint=False,
    )


def estimate_tables(plan: Plan) -> dict[str, Table]:
    """What the findings say of the whole roll: by stratum (``strata``) and, where townships are
    known and were no strata, by township (``townships``); none where nothing was found out yet."""
    if plan.checked is None:
        return {}
    checked, conf = plan.checked, plan.conf
    dim = "stratum" if plan.sample.is_simple else "township"
    made = {"strata": spot_check(plan.sample, checked, plan.paid_m, dim=dim, conf=conf)}
    if plan.sample.is_simple and plan.township is not None:
        made["townships"] = spot_check(
            plan.sample, checked, plan.paid_m, plan.township, dim="township", conf=conf
        )
    return made
