"""The assumptions of the simulation by months: what happens to families, what the office learns."""

from pathlib import Path
from types import MappingProxyType

from jiuzhu_sim.assumptions import Assumption, Assumptions, kept_assumptions, read_assumptions

FOLDER = Path(__file__).parent
LIFE = FOLDER / "life.yaml"

FILES = ("life", "office")
"""The files of this folder that hold assumptions, in the order they are shown."""


def assumptions(*files: str | Path) -> Assumptions:
    """The assumptions of some files: names of this folder (``"life"``) or paths; all of `FILES`
    when none is named. A later file replaces what an earlier one says of the same name.

    Raises what `read_assumptions` raises.

    >>> assumptions("life").entries["births.spacing"].unit
    'months'
    """
    made: dict[str, Assumption] = {}
    for file in files or FILES:
        is_ours = isinstance(file, str) and file in FILES
        found = kept_assumptions(FOLDER / f"{file}.yaml") if is_ours else read_assumptions(file)
        made |= found.entries
    return Assumptions(MappingProxyType(made))
