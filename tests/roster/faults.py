"""Faults put into a clean roster one by one, each in a household of its own, and the truth of it.

`infect` gives the families with the faults in them and a list of `Fault`: what has to be found,
in which household and cell, with what money at stake, and which findings may follow from it.
"""

import copy
import datetime
import random
from dataclasses import dataclass, replace
from statistics import median

from tests.roster.messy import LARGEST_SUPPLEMENT, check_digit, identity

NEIGHBOURS = 60


@dataclass(frozen=True)
class Fault:
    """What has to be found: a code at a member's row, in one of some columns (by key).

    `money` is what is at stake, None where nothing is said. `may` are codes that may follow in
    the same household. An optional fault is the other half of a pair: it may be told as well.
    """

    code: str
    family: int
    keys: tuple
    member: int = 0
    money: float | None = None
    may: tuple = ()
    is_optional: bool = False


def _id(person, *, birth=None, place=None, letter=None):
    """An ID with another birth date (check digit mended) or another character somewhere."""
    text = person["id"]
    if birth:
        text = text[:6] + birth + text[14:17]
        return text + check_digit(text)
    return text[:place] + letter + text[place + 1 :]


def _paid(family):
    return float(family.cells["benefit"])


def _income(family):
    return float(family.cells["income"])


def _a_head(family):
    return _income(family) / len(family.members)


def _set_income(family, amount_m, digits=2):
    family.cells["income"] = f"{amount_m:.{digits}f}"
    family.cells["income_y"] = f"{amount_m * 12:.{digits}f}"


# --- one fault each: (family, draw) → the cells' keys, or a Fault to be completed ---------------
def _cell(key, *values, **more):
    """The value of a cell replaced by one of some others."""

    def put(family, draw):
        family.cells[key] = draw.choice(values)
        return Fault("", 0, (key,), **more)

    return put


def _head(key, make, **more):
    """A cell of the head made from the head."""

    def put(family, draw):
        head = family.members[0]
        head[key] = make(head)
        return Fault("", 0, (key,), **more)

    return put


def _as_number(head):
    """What Excel makes of an ID typed as a number: fifteen digits are left."""
    digits = head["id"].replace("X", "0")
    return float(digits[:15] + "000")


def _wrong_check(head):
    good = head["id"][17]
    return _id(head, place=17, letter="5" if good != "5" else "6")


def _second_head(family, draw):
    family.members[1]["relation"] = "户主"
    return Fault("", 0, ("relation",), member=1, may=("R204",))


def _same_person(family, draw):
    last = len(family.members) - 1
    family.members[last] = dict(family.members[last - 1])
    return Fault("", 0, ("id", "name"), member=last)


def _more_covered(family, draw):
    family.cells["covered"] = str(int(family.cells["members"]) + 1)
    return Fault("", 0, ("covered", "members"))


def _no_member_id(family, draw):
    member = draw.randrange(len(family.members))
    family.members[member]["id"] = ""
    return Fault("", 0, ("id",), member=member)


def _overpaid(family, draw):
    most = family.standard * int(family.cells["covered"]) * (1 + LARGEST_SUPPLEMENT)
    family.cells["benefit"] = f"{most + 150:.2f}"
    return Fault("", 0, ("benefit",), money=150.0)


def _town(family, draw):
    name = family.cells["township"]
    family.cells["township"] = name[:-1] + ("阵" if name[-1] != "阵" else "镇")
    return Fault("", 0, ("township",))


def _parent_called_child(family, draw):
    place = next(i for i, p in enumerate(family.members) if p["relation"] in ("父亲", "母亲"))
    family.members[place]["relation"] = "儿子" if family.members[place]["sex"] == "男" else "女儿"
    return Fault("", 0, ("relation", "id", "age"), member=place)


def _child_called_parent(family, draw):
    place = next(i for i, p in enumerate(family.members) if p["relation"] in ("儿子", "女儿"))
    family.members[place]["relation"] = "父亲" if family.members[place]["sex"] == "男" else "母亲"
    return Fault("", 0, ("relation", "id", "age"), member=place)


def _year_as_month(family, draw):
    given = 12 * _income(family)
    _set_income(family, given)
    # Twelve months' income in one month is above the standard, too.
    return Fault("", 0, ("income", "income_y"), money=given * 11 / 12, may=("R214",))


def _ten_thousands(family, draw):
    income = _income(family)
    _set_income(family, income / 10_000, digits=4)
    return Fault("", 0, ("income", "income_y"), money=income)


def _fifteen(family, draw):
    head = family.members[0]
    head["id"] = head["id"][:6] + head["id"][8:17]
    return Fault("", 0, ("id",))


def _dead(family, draw):
    member = draw.randrange(len(family.members))
    family.members[member]["dead"] = "是"
    return Fault("", 0, ("dead", "benefit"), member=member, money=_paid(family))


def _not_poor(family, draw):
    _set_income(family, round(family.standard * len(family.members) * 1.1))
    return Fault("", 0, ("income", "income_y", "benefit"), money=_paid(family))


def _stopped(family, draw):
    family.cells["in_dibao"] = "否"
    return Fault("", 0, ("in_dibao", "benefit"), money=_paid(family))


def _nobody(family, draw):
    family.cells["covered"] = "0"
    return Fault("", 0, ("covered", "benefit"), money=_paid(family), may=("R202",))


def _no_income(family, draw):
    family.cells["income"] = family.cells["income_y"] = ""
    return Fault("", 0, ("income", "income_y"))


def _person_again(first, second, draw):
    """The head of one single-person household is head of another, too."""
    second.members[0] = dict(first.members[0])
    faults = (Fault("", 0, ("id", "name"), money=_paid(first), is_optional=True),)
    return (*faults, Fault("", 0, ("id", "name"), money=_paid(second)))


def _person_again_in_15(first, second, draw):
    """The same, written with 15 digits the second time: still the same person."""
    faults = _person_again(first, second, draw)
    _fifteen(second, draw)
    return faults[0], replace(faults[1], may=("R210",))


def _account_again(first, second, draw):
    second.cells["account"] = first.cells["account"]
    return Fault("", 0, ("account",), is_optional=True), Fault("", 0, ("account",))


# --- which households a fault fits --------------------------------------------------------------
def _is_no_id(family):
    """Whether the head's ID ending in 000 would be no right ID: some people's do end so."""
    return check_digit(family.members[0]["id"][:15] + "00") != "0"


def _born_1900s(family):
    return family.members[0]["id"][6:8] == "19"


def _many(number):
    return lambda family: len(family.members) >= number


def _has(*relations):
    return lambda family: any(person["relation"] in relations for person in family.members)


def anybody(family):
    return True


def _is_single(family):
    return len(family.members) == 1


def _two_children(family):
    return [p["relation"] for p in family.members[-2:]] == ["儿子", "女儿"]


def _is_usual(family):
    """Has an income near the middle of its area, in all and a head (`infect` tells the middle),
    and neighbours enough that the other faults hardly move the middle."""
    ratios = (_income(family) / family.middle, _a_head(family) / family.middle_a_head)
    return family.neighbours >= NEIGHBOURS and min(ratios) >= 0.85 and max(ratios) <= 1.3


def _has_income(family):
    return _income(family) > 0


ANY_FORM, MEMBERS = ("merged", "repeated", "household"), ("merged", "repeated")
# code, variant: (forms it can stand in, which families it fits, how it is put in)
STOPS = {
    ("R101", "number"): (ANY_FORM, anybody, _head("id", _as_number)),
    ("R101", "text"): (ANY_FORM, anybody, _head("id", lambda h: f"{_as_number(h):.5E}")),
    ("R101", "zeros"): (ANY_FORM, _is_no_id, _head("id", lambda h: h["id"][:15] + "000")),
    ("R102", "short"): (ANY_FORM, anybody, _head("id", lambda h: h["id"][:17])),
    ("R102", "long"): (ANY_FORM, anybody, _head("id", lambda h: h["id"] + "1")),
    ("R102", "letter"): (ANY_FORM, anybody, _head("id", lambda h: _id(h, place=9, letter="O"))),
    ("R103", ""): (ANY_FORM, anybody, _head("id", _wrong_check)),
    ("R104", "month 13"): (ANY_FORM, anybody, _head("id", lambda h: _id(h, birth="19631305"))),
    ("R104", "30 February"): (ANY_FORM, anybody, _head("id", lambda h: _id(h, birth="19630230"))),
    ("R104", "future"): (
        ANY_FORM,
        anybody,
        _head("id", lambda h: _id(h, birth="20270105"), may=("R204", "R206")),
    ),
    ("R105", ""): (ANY_FORM, anybody, _head("name", lambda h: "")),
    ("R106", ""): (ANY_FORM, anybody, _cell("benefit", "待核", "不详", "4OO", "三百多")),
    ("R106", "income"): (MEMBERS, anybody, _cell("income", "待核实", "两千左右", "#REF!")),
    ("R107", ""): (ANY_FORM, anybody, _cell("benefit", "-120", "－85")),
    ("R109", ""): (MEMBERS, _two_children, _same_person),
    ("R110", ""): (MEMBERS, _many(3), _second_head),
    ("R111", ""): (ANY_FORM, anybody, _more_covered),
    ("R112", ""): (ANY_FORM, anybody, _cell("area", "农忖", "乡下", "成市")),
    ("R112", "grade"): (MEMBERS, anybody, _head("grade", lambda h: "九级")),
    ("R113", "covered"): (ANY_FORM, anybody, _cell("covered", "", "1.5", "全家")),
    ("R113", "members"): (
        ANY_FORM,
        anybody,
        _cell("members", "", "0", "2.5", may=("R111", "R209")),
    ),
    ("R114", ""): (ANY_FORM, anybody, _cell("approved", "去年三月", "2021-13-05", "2021-02-30")),
    ("R115", ""): (MEMBERS, _many(2), _no_member_id),
    ("R115", "head"): (ANY_FORM, anybody, _head("id", lambda h: "")),
}
DOUBTS = {
    ("R201", ""): (ANY_FORM, _is_single, _person_again),
    ("R201", "15 digits"): (
        ANY_FORM,
        lambda f: _is_single(f) and _born_1900s(f),
        _person_again_in_15,
    ),
    ("R202", ""): (ANY_FORM, anybody, _overpaid),
    ("R203", ""): (ANY_FORM, anybody, _town),
    ("R204", "parent"): (MEMBERS, _has("父亲", "母亲"), _parent_called_child),
    ("R204", "child"): (MEMBERS, _has("儿子", "女儿"), _child_called_parent),
    ("R205", ""): (MEMBERS, _is_single, _head("sex", lambda h: "女" if h["sex"] == "男" else "男")),
    ("R206", ""): (MEMBERS, _is_single, _head("age", lambda h: str(int(h["age"]) - 6))),
    ("R207", ""): (MEMBERS, _is_usual, _year_as_month),
    ("R208", ""): (ANY_FORM, _has_income, _ten_thousands),
    ("R209", ""): (
        MEMBERS,
        anybody,
        lambda f, d: f.cells.update(members=str(len(f.members) + 1)) or Fault("", 0, ("members",)),
    ),
    ("R210", ""): (ANY_FORM, _born_1900s, _fifteen),
    ("R211", ""): (MEMBERS, anybody, _dead),
    ("R212", "stopped"): (MEMBERS, anybody, _stopped),
    ("R212", "nobody"): (ANY_FORM, anybody, _nobody),
    ("R213", ""): (ANY_FORM, anybody, _cell("approved", "2026-03-01", "2032-06-15")),
    ("R214", ""): (ANY_FORM, _is_single, _not_poor),
    ("R216", ""): (ANY_FORM, anybody, _account_again),
    ("R217", ""): (ANY_FORM, anybody, _no_income),
}
PAIRS = (_person_again, _person_again_in_15, _account_again)


def infect(clean, catalogue, form="merged", each=2, seed=1):
    """Families with `each` faults of every kind that fits the form, and the faults.

    A household gets one fault at most; a kind for which no household is left is left out.
    """
    made, free = copy.deepcopy(clean), set(range(len(clean)))
    draw = random.Random(f"{seed} faults")
    for area in {family.cells["area"] for family in made}:
        # The middle of what members have in this area: a slip is told from it.
        own = [f for f in made if f.cells["area"] == area]
        earning = [f for f in own if _income(f)]
        middles = median(map(_income, earning)), median(map(_a_head, earning))
        for family in own:
            family.middle, family.middle_a_head = middles
            family.neighbours = len(own)
    found = []
    # Those that few households fit come first.
    order = sorted(catalogue.items(), key=lambda item: sum(item[1][1](family) for family in made))
    for (code, _), (forms, fits, put) in order:
        if form not in forms:
            continue
        size = 2 if put in PAIRS else 1
        fitting = [n for n in sorted(free) if fits(made[n])]
        chosen = draw.sample(fitting, min(each, len(fitting) // size) * size)
        free -= set(chosen)
        for start in range(0, len(chosen), size):
            places = sorted(chosen[start : start + size])
            put_in = put(*(made[n] for n in places), draw)
            faults = put_in if size == 2 else (put_in,)
            found += [
                replace(fault, code=code, family=n) for fault, n in zip(faults, places, strict=True)
            ]
    return made, found


def stranger(made, draw):
    """R108: a member's row before the first household; to be put in front of the rows."""
    taken = {person["id"] for family in made for person in family.members}
    birth = datetime.date(1990, 5, 17)
    return {
        "name": "褚翊铮",
        "id": identity(draw, birth, "男", taken),
        "relation": "儿子",
        "sex": "男",
        "age": "35",
        "dead": "否",
        "student": "否",
        "able": "有劳动能力",
        "health": "健康",
    }
