"""Where each township stands, as both maps show it: grade with its colour, span of ranks, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiuzhu_sim.assessment.ranking.ranking import Ranking
from jiuzhu_sim.language import text
from jiuzhu_sim.report.figure import DIVERGING

BLANK = "#FFFFFF"
"""Colour of what has no grade; it is hatched as well."""

HATCH = "////"
MIDDLE = len(DIVERGING) // 2


@dataclass(frozen=True)
class Standing:
    """One township: name, place of its grade in the card (-1: not ranked), the grade's label and
    colour, `likely`: how probable this grade is (NaN unknown), first and last rank of its span.
    """

    unit: str
    grade: int
    label: str
    colour: str
    likely: float
    first: int
    last: int

    @property
    def is_ranked(self) -> bool:
        return self.grade >= 0

    @property
    def span(self) -> str:
        """第2–5名, one number where the span is one rank, or that it is not ranked."""
        if not self.is_ranked:
            return text("township_map.unranked")
        key = "township_map.rank" if self.first == self.last else "township_map.ranks"
        return text(key, first=self.first, last=self.last)

    @property
    def graded(self) -> str:
        """The grade with its probability; nothing where there is no grade."""
        if not self.is_ranked or not np.isfinite(self.likely):
            return self.label
        return text("township_map.graded", grade=self.label, share=f"{self.likely:.0%}")


def standings(ranking: Ranking) -> tuple[Standing, ...]:
    """Every township of a ranking, in the order of the roll."""
    labels = [grade.title for grade in ranking.card.grades]
    colours = grade_colours(len(labels))
    made = []
    for number, unit in enumerate(ranking.measured.units):
        if not ranking.is_ranked[number]:
            made.append(Standing(unit, -1, "", BLANK, float("nan"), 0, 0))
            continue
        grade = int(ranking.scores.grade[number])
        made.append(
            Standing(
                unit=unit,
                grade=grade,
                label=labels[grade],
                colour=colours[grade],
                likely=float(ranking.probability[number, grade]),
                first=int(ranking.low[number]),
                last=int(ranking.high[number]),
            )
        )
    return tuple(made)


def grade_colours(n: int) -> tuple[str, ...]:
    """A colour for each grade from the highest down: blue to vermillion, told apart by
    colour-blind readers too. The grey between them is used only for an odd number of grades.

    >>> grade_colours(2), len(set(grade_colours(6)))
    (('#0072B2', '#D55E00'), 6)
    """
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    if n <= len(DIVERGING):
        half = n // 2
        middle = DIVERGING[MIDDLE : MIDDLE + n % 2]
        return (*DIVERGING[:half], *middle, *DIVERGING[len(DIVERGING) - half :])
    ramp = LinearSegmentedColormap.from_list("grades", DIVERGING)
    return tuple(to_hex(ramp(place)) for place in np.linspace(0, 1, n))


def grade_key(figure: Any, shown: Sequence[Standing]) -> None:
    """The colours that occur, named above the picture, highest grade first."""
    from matplotlib.patches import Patch

    seen = {each.grade: each for each in sorted(shown, key=lambda each: each.grade)}
    marks = [
        Patch(facecolor=each.colour, edgecolor="#666666", label=each.label)
        for grade, each in seen.items()
        if grade >= 0
    ]
    if -1 in seen:
        words = text("township_map.unranked")
        marks.append(Patch(facecolor=BLANK, edgecolor="#666666", hatch=HATCH, label=words))
    figure.legend(handles=marks, loc="outside upper left", ncols=min(len(marks), 6), fontsize=9)


def counted(shown: Sequence[Standing]) -> str:
    """How many townships have each grade, in a sentence."""
    labels = dict.fromkeys(
        each.label for each in sorted(shown, key=lambda each: each.grade) if each.is_ranked
    )
    parts = [
        text("township_map.count", grade=label, n=sum(each.label == label for each in shown))
        for label in labels
    ]
    left = sum(not each.is_ranked for each in shown)
    if left:
        parts.append(text("township_map.count", grade=text("township_map.unranked"), n=left))
    return text("township_map.counted", parts=text("township_map.comma").join(parts))
