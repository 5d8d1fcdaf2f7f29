"""What was put in against what was found."""

import warnings

from jiuzhu_sim.roster import check_roster
from tests.roster.messy import AT, HOUSEHOLD_KEYS, POLICY

KEY = b"a key for tests, thirty-two bytes"
STOP, DOUBT, HINT = "stop", "doubt", "hint"


def check(path, **how):
    """`check_roster` by the law of the example county at the month of the made-up rosters.

    A warning of NumPy or pandas on an officer's screen is a fault.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return check_roster(path, **{"policy": POLICY, "at": AT, "key": KEY, **how})


def told(roster, *levels):
    """Findings of some levels as dicts, in the order of the frame."""
    frame = roster.findings.frame()
    return frame[frame["level"].isin(levels)].to_dict("records")


def place(finding):
    """Code and cell of a finding."""
    return finding["code"], int(finding["row"]), finding["column"]


def of_fault(found, dressed, fault):
    """The findings that tell a fault: its code in a cell where it may be told.

    A household's cell that is repeated in the rows of its members is as wrong in each of them.
    """
    row, columns = dressed.where(fault)
    is_repeated = dressed.table.form == "repeated" and set(fault.keys) <= set(HOUSEHOLD_KEYS)
    rows = dressed.rows(fault.family) if is_repeated else {row}
    told = [f for f in found if f["code"] == fault.code and f["column"] in columns]
    return [f for f in told if f["row"] in rows]


def missed(roster, dressed, faults):
    """Faults not found, with what was told of the household instead."""
    found = told(roster, STOP, DOUBT)
    lacking = []
    for fault in faults:
        if not fault.is_optional and not of_fault(found, dressed, fault):
            rows = dressed.rows(fault.family)
            instead = [place(f) for f in found if f["row"] in rows]
            lacking.append((fault.code, *dressed.where(fault), "told instead:", instead))
    return lacking


def invented(roster, dressed, faults):
    """Stops and doubts that tell no fault and follow from none."""
    found, follows = told(roster, STOP, DOUBT), set()
    allowed = [id(f) for fault in faults for f in of_fault(found, dressed, fault)]
    for fault in faults:
        follows |= {(code, row) for code in fault.may for row in dressed.rows(fault.family)}
    return [
        (*place(f), f["what"])
        for f in found
        if id(f) not in allowed and place(f)[:2] not in follows
    ]


def stopped(faults):
    """Households set aside: those with a stop."""
    return {fault.family for fault in faults if fault.code.startswith("R1")}
