"""The pieces of a manuscript in stretches of upright and sideways pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu_sim.report.document.fit import fit
from jiuzhu_sim.report.document.pieces import Grid, Heading, Piece
from jiuzhu_sim.report.document.style import Style


@dataclass(frozen=True)
class Stretch:
    """Pieces on pages of one orientation."""

    is_wide: bool
    pieces: tuple[Piece, ...]


def stretches(pieces: Sequence[Piece], style: Style) -> list[Stretch]:
    """The pieces in order; wide grids stand on pages turned sideways, with the headings right
    above them, which would else stay behind alone.
    """
    found: list[tuple[bool, list[Piece]]] = [(False, [])]
    for piece in pieces:
        is_wide = isinstance(piece, Grid) and fit(piece, style).is_wide
        if is_wide != found[-1][0]:
            above: list[Piece] = []
            while is_wide and found[-1][1] and isinstance(found[-1][1][-1], Heading):
                above.insert(0, found[-1][1].pop())
            found.append((is_wide, above))
        found[-1][1].append(piece)
    return [Stretch(is_wide, tuple(kept)) for is_wide, kept in found if kept]
