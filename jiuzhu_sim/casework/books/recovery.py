"""Recovery: what was paid too much over the period of wrong cover, and what comes back.

Over-payment = paid − due over the period. What of it is to be given back depends on the cause
(S1.2.11, S3.10.24: fraud in full; S2.8.2: mistakes of the office), what comes back on a rate that
nobody has stated. All money is counted in whole fen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import pick, read_yaml, text
from jiuzhu_sim.rules.kit import FEN

Fen = NDArray[np.int64]


@cache
def _written() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return found


def causes() -> tuple[str, ...]:
    """The causes of an over-payment.

    >>> causes()
    ('fraud', 'own_mistake', 'office_mistake')
    """
    return tuple(_written()["causes"])


@dataclass(frozen=True)
class Terms:
    """What is recovered: by cause the `share` to be given back and the `rate` that comes back, each
    0–1; `instalment`, the part of later monthly benefit that may be kept back; `counting`, ``net``
    or ``months``.

    Raises, all at once: JZ-E060 (unknown cause or counting), JZ-E004 (outside 0–1).

    >>> usual_terms().share["fraud"], usual_terms().share["office_mistake"]
    (1.0, 0.0)
    """

    share: Mapping[str, float]
    rate: Mapping[str, float]
    instalment: float
    counting: str = "net"

    def __post_init__(self) -> None:
        problems = Problems()
        for name, given in (("share", self.share), ("rate", self.rate)):
            for cause, value in given.items():
                if cause not in causes():
                    kind = text("word.cause_of_overpayment")
                    problems += JZError.unknown(kind, cause, causes()).problems
                elif not 0 <= value <= 1:
                    problems.add("JZ-E004", path=f"{name}.{cause}", value=value, low=0, high=1)
        if not 0 <= self.instalment <= 1:
            problems.add("JZ-E004", path="instalment", value=self.instalment, low=0, high=1)
        known = _written()["counting"]["known"]
        if self.counting not in known:
            problems += JZError.unknown(text("matching.counting"), self.counting, known).problems
        problems.raise_if_any()


def usual_terms(**changed: Any) -> Terms:
    """The terms of `recovery.yaml`, with some changed: `share` and `rate` by cause, `instalment`,
    `counting`.

    >>> usual_terms(share={"office_mistake": 1}, instalment=0.1).share["office_mistake"]
    1.0
    """
    made: dict[str, Any] = {}
    for part in ("share", "rate"):
        usual = {name: float(e[part]["value"]) for name, e in _written()["causes"].items()}
        made[part] = usual | {name: float(v) for name, v in changed.pop(part, {}).items()}
    made["instalment"] = float(_written()["instalment"]["value"])
    made["counting"] = _written()["counting"]["value"]
    return Terms(**(made | changed))


@dataclass(frozen=True)
class Recovery:
    """By household, in whole fen: `over` paid too much over the period, `exempt` of it not to be
    given back, `claimed` to be given back, `recovered` what comes back of that, `lost` the rest.
    `months` the months of wrong cover, `cause` the position in `causes()`, −1 where there is none;
    `instalments` the months in which `claimed` is kept back from later benefit, −1 where there is
    no benefit to keep it back from, `last` the last of these instalments (the others are
    `instalment`).
    """

    cause: NDArray[np.int8]
    months: NDArray[np.int64]
    over: Fen
    exempt: Fen
    claimed: Fen
    recovered: Fen
    lost: Fen
    instalment: Fen
    instalments: NDArray[np.int64]
    last: Fen
    terms: Terms

    def table(self) -> Any:
        """Households, months and yuan by cause, with a total; shares as used and their status.

        >>> made = recovery([[300.0], [300.0]], [[0.0], [100.0]], ["fraud"])
        >>> made.table().loc["骗保（弄虚作假、冒领）", "claimed"]
        np.float64(500.0)
        """
        import pandas as pd

        rows = {}
        for number, (name, entry) in enumerate(_written()["causes"].items()):
            held = (self.cause == number) & (self.over > 0)
            rows[pick(entry["label"])] = {
                "households": int(held.sum()),
                "months": int(self.months[held].sum()),
                **{part: self._sum(part, held) for part in PARTS},
                "share": self.terms.share.get(name, np.nan),
                "status": entry["share"]["status"],
                "clauses": text("word.comma").join(entry["share"]["clauses"]),
            }
        made = pd.DataFrame.from_dict(rows, orient="index")
        total = made[["households", "months", *PARTS]].sum()
        made.loc[text("word.total")] = total.reindex(made.columns)
        return made

    def _sum(self, part: str, held: NDArray[np.bool_]) -> float:
        return int(getattr(self, part)[held].sum()) / FEN


PARTS = ("over", "exempt", "claimed", "recovered", "lost")


def recovery(
    paid: Any,
    due: Any,
    cause: Sequence[str] | NDArray[Any],
    *,
    terms: Terms | None = None,
    is_wrong: Any = None,
    later_benefit_m: Any = None,
) -> Recovery:
    """What was paid too much, and what of it comes back.

    `paid`, `due`: (months, households) yuan; `cause`: by household, one of `causes()` or "" where
    there is none (nothing is claimed then); `is_wrong`: (months, households) the period of wrong
    cover (None: from the first to the last month with more paid than due); `later_benefit_m`: by
    household the monthly benefit from which instalments are kept back (None: none).

    Raises JZ-E033 (lengths that differ), JZ-E060 (unknown cause), JZ-E092 (money below zero or not
    a number), all at once.

    >>> made = recovery([[300.0, 200.0]], [[100.0, 200.0]], ["fraud", ""])
    >>> made.over.tolist(), made.recovered.tolist()
    ([20000, 0], [12000, 0])
    """
    used = terms or usual_terms()
    told = np.asarray(cause, object)
    _check(paid, due, told, is_wrong, later_benefit_m)
    paid_fen, due_fen = _fen(paid), _fen(due)
    excess = paid_fen - due_fen
    period = _period(excess) if is_wrong is None else np.asarray(is_wrong, bool)
    counted = np.where(period, excess, 0)
    if used.counting == "months":
        counted = np.maximum(counted, 0)
    over = np.maximum(counted.sum(axis=0), 0)
    number = np.array([causes().index(one) if one else -1 for one in told.tolist()], np.int8)
    share, rate = (
        np.array([*(part.get(name, 0.0) for name in causes()), 0.0])[number]
        for part in (used.share, used.rate)
    )
    claimed = _part(over, share)
    recovered = _part(claimed, rate)
    benefit = np.zeros(len(told)) if later_benefit_m is None else later_benefit_m
    instalment = _part(_fen(benefit), np.full(len(told), used.instalment))
    can = instalment > 0
    step = np.where(can, instalment, 1)
    instalments = np.where(can, -(-claimed // step), -1)
    last = np.where(can & (claimed > 0), claimed - (instalments - 1) * step, 0)
    return Recovery(
        cause=number,
        months=(period & (excess != 0)).sum(axis=0) * (over > 0),
        over=over,
        exempt=over - claimed,
        claimed=claimed,
        recovered=recovered,
        lost=claimed - recovered,
        instalment=instalment,
        instalments=np.where(claimed > 0, instalments, 0),
        last=last,
        terms=used,
    )


def _fen(yuan: Any) -> Fen:
    return np.rint(np.asarray(yuan, np.float64) * FEN).astype(np.int64)


PARTS_PER_MILLION = 1_000_000


def _part(fen: Fen, share: NDArray[np.float64]) -> Fen:
    """A share of whole fen, half a fen rounded up; shares to the millionth, so that it is exact."""
    parts = np.rint(share * PARTS_PER_MILLION).astype(np.int64)
    return np.asarray((fen * parts + PARTS_PER_MILLION // 2) // PARTS_PER_MILLION)


def _period(excess: Fen) -> NDArray[np.bool_]:
    """From the first to the last month in which more was paid than due; (months, households)."""
    is_over = excess > 0
    begun = np.maximum.accumulate(is_over, axis=0)
    not_ended = np.maximum.accumulate(is_over[::-1], axis=0)[::-1]
    return np.asarray(begun & not_ended)


def _check(paid: Any, due: Any, cause: NDArray[Any], is_wrong: Any, later: Any) -> None:
    problems = Problems()
    shape = np.shape(paid)
    lengths = {"due": np.shape(due), "is_wrong": shape if is_wrong is None else np.shape(is_wrong)}
    households = {"cause": cause.shape, "later_benefit_m": shape[-1:]}
    if later is not None:
        households["later_benefit_m"] = np.shape(later)
    wrong = {name: given for name, given in lengths.items() if given != shape or len(shape) != 2}
    wrong |= {name: given for name, given in households.items() if given != shape[-1:]}
    if wrong:
        said = ", ".join(f"{name} {given}" for name, given in {"paid": shape, **wrong}.items())
        problems.add("JZ-E033", "recovery", lengths=said)
    for unknown in sorted({str(one) for one in cause.tolist()} - {*causes(), ""}):
        kind = text("word.cause_of_overpayment")
        problems += JZError.unknown(kind, unknown, causes()).problems
    for name, given in (("paid", paid), ("due", due), ("later_benefit_m", later)):
        if given is not None and not (np.asarray(given, np.float64) >= 0).all():
            bad = np.asarray(given, np.float64)
            first = bad[~(bad >= 0)][0]
            problems.add("JZ-E092", name=name, value=first, expected=text("matching.money"))
    problems.raise_if_any()
