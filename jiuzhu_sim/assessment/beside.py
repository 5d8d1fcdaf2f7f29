"""Figures beside figures: what the tables of reported figures share."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jiuzhu_sim.language import LANGUAGES, texts
from jiuzhu_sim.measures.table import Statistic, Table

HOLDS, NEAR, FAILS = 2, 1, 0
"""The verdicts that every such table knows (`verdict.2`, … in texts/)."""


def sides(left: str, right: str, verdict: str) -> tuple[Statistic, ...]:
    """Two sides held against each other, what is between them, and the verdict in words.

    >>> [side.name for side in sides("reported", "model", "agreement")]
    ['reported', 'model', 'difference', 'difference_rate', 'verdict']
    """
    return (
        Statistic(left, ""),
        Statistic(right, ""),
        Statistic("difference", ""),
        Statistic("difference_rate", "share"),
        Statistic("verdict", verdict),
    )


def with_aside(
    pattern: str, label: Mapping[str, str], aside: Mapping[str, str]
) -> Mapping[str, str]:
    """A label with an aside in brackets, in each language.

    >>> with_aside("R1 {}", {"zh": "户数", "en": "households"}, {"zh": "户", "en": "hh"})["zh"]
    'R1 户数（户）'
    """
    brackets = texts()["format.unit"]
    return {
        lang: pattern.format(brackets[lang].format(title=label[lang], unit=aside[lang]))
        for lang in LANGUAGES
    }


def table_of_figures(
    name: str,
    dims: tuple[str, ...],
    heads: tuple[Statistic, ...],
    cells: Mapping[Any, Sequence[float]],
    names: Mapping[str, Mapping[str, str]],
    *notes: str,
) -> Table:
    """A table of reported figures: a row for each key of `cells` (a name, or a tuple of names).

    >>> one = {"zh": "甲", "en": "A"}
    >>> heads = (Statistic("left", ""),)
    >>> table_of_figures("identities", ("identity",), heads, {"1": (2.0,)}, {"1": one}).rows
    (('1',),)
    """
    values = np.array(list(cells.values()), np.float64).reshape(len(cells), len(heads))
    return Table.exact(
        name=name,
        dims=dims,
        rows=tuple(key if isinstance(key, tuple) else (key,) for key in cells),
        statistics=heads,
        values=values,
        n=np.zeros(len(cells), np.int64),
        per="figure",
        notes=notes,
        names=names,
    )
