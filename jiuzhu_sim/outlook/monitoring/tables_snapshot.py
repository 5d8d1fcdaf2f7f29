"""The rules on one month of data, as a table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.warnings.warnings import Snapshot
from jiuzhu_sim.language import LANGUAGES, speaking, text
from jiuzhu_sim.measures.table import Statistic, Table


def snapshot_table(found: Snapshot, weight: NDArray[Any], title: str) -> Table:
    """The rules on one month of data: households flagged, where one month is enough."""
    flagged = (found.flagged @ weight).astype(float)
    silent = np.array([reason != "none" for reason in found.silent])
    values = np.where(silent, np.nan, flagged)[:, None]
    names: dict[str, Mapping[str, str]] = {}
    for rule, reason in zip(found.warnings.rules, found.silent, strict=True):
        names[rule.key] = with_reason(rule.label, reason)
    rows = tuple((rule.key,) for rule in found.warnings.rules)
    n = found.flagged.sum(axis=1)
    return Table.exact(
        name="monitoring_snapshot",
        dims=("warning_rule",),
        rows=rows,
        statistics=(Statistic("warning_flagged", "households"),),
        values=values,
        n=n,
        per="household",
        notes=("note.monitoring_snapshot",),
        fields={"policy": title},
        names=names,
        disjoint=False,
    )


def with_reason(label: Mapping[str, str], reason: str) -> Mapping[str, str]:
    """The label of a rule with the reason why it cannot fire.

    >>> with_reason({"zh": "死亡", "en": "Death"}, "column")["en"]
    'Death (column missing)'
    """
    if reason == "none":
        return label
    made = {}
    for lang in LANGUAGES:
        with speaking(lang):
            made[lang] = text("monitoring.silent", rule=label.get(lang, label["zh"]),
                              reason=text(f"monitoring.silent.{reason}"))  # fmt: skip
    return made
