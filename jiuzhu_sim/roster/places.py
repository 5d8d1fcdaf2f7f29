"""The township of each household of a checked roster: for lists that go back to the townships."""

import numpy as np

from jiuzhu_sim.language import text
from jiuzhu_sim.roster.build import PLACE_UNKNOWN
from jiuzhu_sim.roster.check import Roster

UNKNOWN_TOWNSHIP = "R203"


def townships(roster: Roster) -> dict[str, str]:
    """The township of each household by its hash: as the roster writes it, or the one that is
    probably meant (R203); "" where it names none.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.roster.sample import sample_roster
    >>> roster = jz.check_roster(sample_roster(), policy=None, key=b"a key for the example")
    >>> sorted(set(townships(roster).values()))
    ['例岭乡', '例河街道', '样城街道', '样田乡', '示山镇', '范水镇']
    """
    found: dict[str, str] = dict.fromkeys(roster.rows["household"], "")
    people, aside = roster.people, roster.set_aside
    if people is not None and "township" in people:
        found |= dict(zip(people.ids, people["township"], strict=True))
    head = next((head for head, name in roster.fields.items() if name == "township"), "")
    if not head and people is not None and "township" in people:
        # Each township has a sheet of its own.
        found |= dict(zip(roster.rows["household"], roster.rows["sheet"], strict=True))
    if head in aside.columns:
        filled = aside[aside[head] != ""].drop_duplicates("household")
        found |= dict(zip(filled["household"], filled[head], strict=True))
    findings = roster.findings
    for place in np.flatnonzero(findings.code == UNKNOWN_TOWNSHIP).tolist():
        near = findings.details[place]["nearest"]
        meant = text("roster.unknown_township") if near == "—" else near
        found[findings.household[place]] = meant
    return {house: "" if name == PLACE_UNKNOWN else name for house, name in found.items()}
