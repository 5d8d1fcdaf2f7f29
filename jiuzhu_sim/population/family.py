"""One family by form, made into the people of one household.

The form (`form_fields`, `family.yaml`) asks how many members there are of each kind, not who they
are. Who is what is settled here, the same way always, so that a form, a row of a list of families
and a test give the same people:

- Members stand in the order adults (those of working age), elders, minors.
- `wage` is earned by the first member and `wage_second` by the second: adults, and elders where
  there are not enough adults.
- Severely disabled, other disabled and seriously ill members are different persons as long as
  there are enough; earners come last, so that an illness falls on who earns only if on everybody.
- Expenses and pensions stand with the member they go with (the ill, the severely disabled, the
  first minor, the first elder), else with the first member; they add up for the household.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.columns import codes, columns
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.population.form import FormField, UnreadableError, default, form_fields
from jiuzhu_sim.population.people import People
from jiuzhu_sim.population.tables import people_from_tables

ADULT_AGE = 40
"""Years of a member of working age: between all age limits of the law (minor, student, elder)."""

SCHOOL_AGE = 6
"""Years from which a minor goes to school (Compulsory Education Law, article 11)."""

SEVERE_GRADE, OTHER_GRADE = 1, 4
"""Grades of disability: severe by every place's limit, and by none."""

ABOUT = {"source": "own"}


@dataclass(frozen=True)
class Family:
    """One family as the form asks for it; units and ranges in `form_fields`.

    `n_covered` (persons on the certificate now; None: all members) is not the number that income
    and standard are multiplied by. The law assesses and covers a household whole (EC.2, S3.10.22,
    M57.1): no document pays some members of a family, except single persons, whom the rules find
    themselves. So all `n_members` count, and `n_covered` fills the column ``n_covered_now`` of a
    household in dibao now (`was_dibao`), as a roster's 保障人口数 does: the receipt then says
    未整户保障, and gradual exit is closed. `remarks` says so to the user.

    Raises JZ-E065 when made, all faults at once: wrong types, values out of range, more covered
    than members, more of a kind than members, more earners than grown-ups.

    >>> Family(n_members=2, wage=900).wage
    900.0
    >>> Family(n_members=2, n_covered=3)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    jiuzhu_sim.errors.JZError: [JZ-E065] 家庭信息有误：保障人口数（3人）多于家庭人口数（2人）。...
    """

    area: str = default("area")
    n_members: int = default("n_members")
    n_covered: int | None = default("n_covered")
    n_minor: int = default("n_minor")
    n_elder: int = default("n_elder")
    n_severe_disabled: int = default("n_severe_disabled")
    n_disabled: int = default("n_disabled")
    n_ill: int = default("n_ill")
    n_student: int = default("n_student")
    elder_age: int = default("elder_age")
    minor_age: int = default("minor_age")
    is_single_parent: bool = default("is_single_parent")
    wage: float = default("wage")
    wage_second: float = default("wage_second")
    other_income: float = default("other_income")
    farm_income_y: float = default("farm_income_y")
    pension_basic_m: float = default("pension_basic_m")
    pension_other_m: float = default("pension_other_m")
    preferential_allowance_m: float = default("preferential_allowance_m")
    disability_allowance_m: float = default("disability_allowance_m")
    medical_expense_y: float = default("medical_expense_y")
    tuition_y: float = default("tuition_y")
    care_expense_y: float = default("care_expense_y")
    savings: float = default("savings")
    n_vehicles: int = default("n_vehicles")
    n_homes: int = default("n_homes")
    has_business: bool = default("has_business")
    has_able_obligor: bool = default("has_able_obligor")
    is_relapse_monitored: bool = default("is_relapse_monitored")
    was_dibao: bool = default("was_dibao")
    current_benefit_m: float = default("current_benefit_m")
    months_above_standard: int = default("months_above_standard")

    def __post_init__(self) -> None:
        values, faults = checked({each.name: getattr(self, each.name) for each in fields(self)})
        told(faults).raise_if_any()
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def covered(self) -> int:
        """Persons covered now: `n_covered`, or all members where that is left open."""
        return self.n_members if self.n_covered is None else self.n_covered


@dataclass(frozen=True)
class Fault:
    """What is wrong with a family: the kind (a key of texts/), the field, the words it is told
    with."""

    kind: str
    field: str
    words: Mapping[str, Any]


def told(faults: Sequence[Fault], where: str = "") -> Problems:
    """The faults as problems (JZ-E065)."""
    problems = Problems()
    for fault in faults:
        reason = text(f"family.fault.{fault.kind}", **fault.words)
        advice = text(f"family.fix.{fault.kind}", **fault.words)
        problems.add("JZ-E065", where, reason=reason, advice=advice)
    return problems


def checked(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The values of a whole form as they are stored, and everything that is wrong with them.

    >>> values, faults = checked({"n_members": 2.0, "n_ill": 3})
    >>> values, [fault.kind for fault in faults]
    ({'n_members': 2, 'n_ill': 3}, ['ill'])
    """
    values: dict[str, Any] = {}
    faults = []
    for name, value in given.items():
        field = form_fields()[name]
        try:
            values[name] = field.read(value)
        except UnreadableError as fault:
            faults.append(_unread(field, fault.fault, value))
            continue
        if values[name] is None and not field.alike:
            faults.append(_unread(field, "blank", value))
            del values[name]
    return values, [*faults, *_contradictions(values)]


def _unread(field: FormField, kind: str, value: Any) -> Fault:
    words = {"title": field.title, "value": value, "expected": field.expected}
    return Fault(kind, field.name, words)


def _contradictions(values: Mapping[str, Any]) -> list[Fault]:
    """What cannot be true at once, of the values that could be read."""

    def number(*names: str) -> float:
        return sum(float(values.get(name) or 0) for name in names)

    members = number("n_members") if "n_members" in values else np.inf
    grown = members - number("n_minor")
    # The second wage is that of the second member, even where the first has none.
    earners = 2 if number("wage_second") > 0 else int(number("wage") > 0)
    pairs = (
        ("covered", "n_covered", number("n_covered"), members),
        ("ages", "n_minor", number("n_minor", "n_elder"), members),
        ("disabled", "n_severe_disabled", number("n_severe_disabled", "n_disabled"), members),
        ("ill", "n_ill", number("n_ill"), members),
        ("students", "n_student", number("n_student"), grown - number("n_elder")),
        ("earners", "wage", earners, grown),
    )
    return [
        Fault(kind, name, {"many": int(many), "most": max(int(most), 0)})
        for kind, name, many, most in pairs
        if many > max(most, 0)
    ]


def field_of(name: str) -> str:
    """The field that a name, label or alias means; "" for none.

    >>> field_of("保障人数"), field_of("Household members"), field_of("鞋码")
    ('n_covered', 'n_members', '')
    """
    wanted = name.strip().lower()
    for field in form_fields().values():
        if wanted in (word.lower() for word in field.spellings):
            return field.name
    return ""


def read_family(values: Mapping[str, Any]) -> Family:
    """A family from what was typed: numbers or text by field name, label or alias.

    What is not given, or given as "" or None, is as the form starts. All faults at once, JZ-E065:
    unknown fields with the nearest one, and what `Family` refuses.

    >>> read_family({"家庭人口数": "2", "wage": "1,000"}).wage
    1000.0
    """
    faults: list[Fault] = []
    known: dict[str, Any] = {}
    named: dict[str, str] = {}
    for name, value in values.items():
        field = field_of(name)
        if not field:
            spelled = [word for each in form_fields().values() for word in each.spellings]
            faults.append(Fault("unknown", "", {"name": name, "nearest": nearest(name, spelled)}))
        elif field in named:
            both = {"title": form_fields()[field].title, "names": listed((named[field], name))}
            faults.append(Fault("twice", field, both))
        elif value is not None and not (isinstance(value, str) and not value.strip()):
            known[field] = value
        named.setdefault(field, name)
    whole = {name: known.get(name, field.default) for name, field in form_fields().items()}
    read, wrong = checked(whole)
    told([*faults, *wrong]).raise_if_any()
    return Family(**read)


def remarks(family: Family) -> tuple[str, ...]:
    """What the user should know about how some entries are taken.

    >>> len(remarks(Family())), len(remarks(Family(n_members=3, n_covered=2)))
    (0, 1)
    """
    found = []
    was, benefit = (form_fields()[name].title for name in ("was_dibao", "current_benefit_m"))
    if family.covered < family.n_members:
        key = "family.remark.covered" if family.was_dibao else "family.remark.not_now"
        people = {"members": family.n_members, "covered": family.covered}
        found.append(text(key, was=was, **people))
    if family.current_benefit_m > 0 and not family.was_dibao:
        found.append(text("family.remark.benefit", benefit=benefit, was=was))
    return tuple(found)


def people_of_family(family: Family, id: str = "1") -> People:
    """The people of one household.

    >>> people = people_of_family(Family(n_members=3, n_minor=1, n_elder=1, wage=900))
    >>> people["age"].tolist(), people["wage_m"].tolist()
    ([40, 70, 10], [900.0, 0.0, 0.0])
    """
    return people_of_families([family], [id])


def people_of_families(families: Sequence[Family], ids: Sequence[str] | None = None) -> People:
    """The people of some families, a household each, in their order; `ids` default to 1, 2, ….

    Raises JZ-E032 for no family or another number of ids, JZ-E026 for ids that occur twice.

    >>> people = people_of_families([Family(), Family(n_members=1, wage=0)])
    >>> people.ids.tolist(), people.sizes.tolist()
    (['1', '2'], [3, 1])
    """
    names = [str(number) for number in range(1, len(families) + 1)] if ids is None else [*ids]
    if not families or len(names) != len(families):
        expected = text("family.expected.ids", families=len(families), ids=len(names))
        raise JZError.of("JZ-E032", name="families", value=len(families), expected=expected)
    values = {
        name: np.array([getattr(family, name) for family in families])
        for name in form_fields()
        if name != "n_covered"
    }
    values["n_covered"] = np.array([family.covered for family in families])
    numbers = np.array(names, dtype=object)
    persons = _persons(values)
    persons["household_id"] = np.repeat(numbers, values["n_members"])
    return people_from_tables(persons, {"household_id": numbers, **_households(values)}, ABOUT)


def _households(values: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What belongs to the household, by the columns of the dictionary."""
    named = {field.column: name for name, field in form_fields().items() if field.column}
    made = {c: values[n] for c, n in named.items() if columns()[c].level == "household"}
    made["n_covered_now"] = np.where(values["was_dibao"], values["n_covered"], 0)
    return made


def _persons(values: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Who is who: one row a member, by the columns of the dictionary."""
    sizes = values["n_members"]
    each = {name: np.repeat(column, sizes) for name, column in values.items()}
    n = each["n_members"]
    place = np.arange(len(n)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    adults = n - each["n_minor"] - each["n_elder"]
    grown = adults + each["n_elder"]
    is_elder = (place >= adults) & (place < grown)
    is_minor = place >= grown
    # The first member may earn even where no wage is given, so that the sweep of earnings from
    # nothing upwards is that of the same people.
    earners = np.minimum(1 + (each["wage_second"] > 0), n)
    turn = (place - earners) % n
    severe, other = each["n_severe_disabled"], each["n_disabled"]
    is_severe = turn < severe
    is_other = ~is_severe & (turn < severe + other)
    turn_ill = (turn - severe - other) % n
    is_ill = turn_ill < each["n_ill"]
    is_student = (place < adults) & (place >= adults - each["n_student"])
    is_first = place == 0
    with_ill = np.where(each["n_ill"] > 0, turn_ill == 0, is_first)
    with_disabled = np.where(severe + other > 0, turn == 0, is_first)
    with_elder = np.where(each["n_elder"] > 0, place == adults, is_first)
    with_minor = np.where(each["n_minor"] > 0, place == grown, is_first)
    age = np.select([is_minor, is_elder], [each["minor_age"], each["elder_age"]], ADULT_AGE)
    relation = np.select([is_first, is_minor, is_elder], ["head", "child", "parent"], "other")
    return {
        "age": age,
        "relation": relation.astype(object),
        "disability_grade": np.select([is_severe, is_other], [SEVERE_GRADE, OTHER_GRADE], 0),
        "disability_kind": np.full(len(n), codes("disability_kind").physical),
        "serious_illness": is_ill,
        "is_student": is_student | (is_minor & (age >= SCHOOL_AGE)),
        "labour_capable": (place < adults) & ~is_severe & ~is_ill,
        "wage_m": each["wage"] * is_first + each["wage_second"] * (place == 1),
        "transfer_m": each["other_income"] * is_first,
        "farm_income_y": each["farm_income_y"] * is_first,
        "pension_basic_m": each["pension_basic_m"] * with_elder,
        "pension_other_m": each["pension_other_m"] * with_elder,
        "preferential_allowance_m": each["preferential_allowance_m"] * with_elder,
        "disability_allowance_m": each["disability_allowance_m"] * with_disabled,
        "medical_expense_y": each["medical_expense_y"] * with_ill,
        "tuition_y": each["tuition_y"] * with_minor,
        "care_expense_y": each["care_expense_y"] * with_disabled,
    }
