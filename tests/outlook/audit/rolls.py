"""Rolls for the tests of the audit: a synthetic one with a truth, and one as a roster brings it."""

import tempfile
from functools import cache
from pathlib import Path

from jiuzhu_sim.casework.cleanup import roll_of
from jiuzhu_sim.outlook.audit.audit import audit
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.roster import check_roster

POLICY = load_policy("s43-county")


@cache
def made():
    """A roll whose truth is known, cleaned up in three ways."""
    people = roll_of("s43-county", POLICY, seed=3, households=4000, is_calibrated=False)
    return audit(people, POLICY, compare=("visited_31", "matching_only"), seed=3)


@cache
def recipients(n=40):
    """Recipients only, of a roster: nothing is known of them but what stands there."""
    rows = ["乡镇,户主姓名,身份证号,保障人口数,月保障金"]
    rows += [f"{'甲乙'[k % 2]}镇,户主{k},{id_number(k)},1,{200 + k}" for k in range(n)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "花名册.csv"
        path.write_text("\n".join(rows), encoding="utf-8")
        found = check_roster(path, policy=POLICY, at="2025-01-01", key=b"a key")
    return audit(found.people, POLICY)


def id_number(k):
    """A well-formed number of nobody: born in 1950 to 1979, with its check digit."""
    first = f"110105{1950 + k % 30:04d}{1 + k % 12:02d}15{k % 1000:03d}"
    total = sum(int(digit) * factor for digit, factor in zip(first, FACTORS, strict=True))
    return first + "10X98765432"[total % 11]


FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
