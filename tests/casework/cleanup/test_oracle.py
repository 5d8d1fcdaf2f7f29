"""The clean-up of the county of S4.3 against a plain reading of its law, household by household.

Nothing of the package judges here: the true columns are read from tables and weighed by hand.
"""

from collections import defaultdict

import pytest

from jiuzhu_sim.casework.cleanup import OUTCOMES, REASONS, clean_up, roll_of
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import to_tables

LAW = load_policy("s43-county")
STANDARD = {"urban": 373.3, "rural": 2434 / 12}  # MCA2014.1, MCA2014.2
GONE = ("dead", "unborn", "special_aid")
WITHOUT_LABOUR = {"intellectual": 3, "psychiatric": 3, "physical": 2, "visual": 1}  # M43.4
HOUSEHOLDS = 16_000
NEAR = 1e-9

# What may be otherwise than the roll says, by reason, in the order of S4.3.4.
FINDINGS = {
    "orphan": ("not_counted_because",),
    "natural_decrease": ("not_counted_because",),
    "pension": ("pension_other_m",),
    "other_income": ("wage_m", "farm_income_y", "transfer_m"),
}
VIEWS = (*FINDINGS["other_income"], "pension_other_m", "not_counted_because")


def true_name(name):
    stem, _, unit = name.rpartition("_")
    return f"{stem}_true_{unit}" if unit in ("m", "y") else f"{name}_true"


def true_of(person):
    return {**person, **{name: person[true_name(name)] for name in VIEWS}}


def without_labour(person):
    is_pupil = person["is_student"] and person["age"] < 18
    if person["age"] >= 60 or person["age"] < 16 or is_pupil:
        return True
    return 0 < person["disability_grade"] <= WITHOUT_LABOUR.get(person["disability_kind"], 0)


def weigh(home, persons):
    """Why there is no dibao (None: there is), persons covered, yuan a month."""
    members = [person for person in persons if person["not_counted_because"] not in GONE]
    guaranteed = STANDARD[home["area"]] * len(members)
    income = home["support_paid_m"]
    for one in members:
        yearly = one["farm_income_y"] + one["business_income_y"] + one["property_income_y"]
        income += one["wage_m"] + yearly / 12 + one["pension_other_m"] + one["transfer_m"]
        income += one["unemployment_benefit_m"]
    basic = sum(one["pension_basic_m"] for one in members)
    if not members:
        return "nobody", 0, 0.0
    if home["months_since_compensation_true"] < home["compensation_true"] / guaranteed:
        return "compensation", 0, 0.0
    is_alone = not home["has_able_obligor_true"] and all(map(without_labour, members))
    if is_alone and income < guaranteed - NEAR:  # basic pensions are no means (M43.2)
        return "five_guarantee", 0, 0.0
    if income + basic < guaranteed - NEAR:  # all pensions count (S4.3.4)
        return None, len(members), guaranteed - income - basic
    return "income", 0, 0.0


def reason_of(home, told, true, ground):
    """The finding that alone keeps the household out, else the first there is."""
    if ground in ("compensation", "five_guarantee"):
        return ground
    because = {"orphan": "special_aid", "natural_decrease": "dead"}
    found, alone = [], []
    for reason, names in FINDINGS.items():
        differs = any(
            one[name] != other[name] and one[name] == because.get(reason, one[name])
            for one, other in zip(true, told, strict=True)
            for name in names
        )
        if not differs:
            continue
        back = [
            {**one, **{name: other[name] for name in names}}
            for one, other in zip(true, told, strict=True)
        ]
        found.append(reason)
        alone += [reason] * (ground is not None and weigh(home, back)[0] is None)
    return (alone or found or ["none"])[0]


@pytest.mark.parametrize("seed", [1, 7])
def test_every_household_is_judged_as_by_hand(seed):
    people = roll_of("s43-county", LAW, seed=seed, households=HOUSEHOLDS)
    found = clean_up(people, LAW, checks="complete", seed=seed)
    persons, homes = (table.to_pandas().to_dict("records") for table in to_tables(people))
    members = defaultdict(list)
    for person in persons:
        members[person["household_id"]].append(person)
    number = {one: k for k, one in enumerate(people.ids)}
    stopped = defaultdict(int)
    for home in homes:
        k = number[home["household_id"]]
        outcome = OUTCOMES[found.outcome[k]]
        if not home["was_dibao"]:
            assert outcome == "not_covered"
            continue
        told = members[home["household_id"]]
        true = [true_of(person) for person in told]
        ground, covered, amount = weigh(home, true)
        assert (outcome == "stopped") == (ground is not None), home
        assert found.persons_after[k] == covered, home
        assert found.amount_after_m[k] == pytest.approx(amount, abs=0.0051), home
        assert found.persons_truly[k] == covered
        if covered < found.persons_before[k]:
            assert REASONS[found.reason[k]] == reason_of(home, told, true, ground), home
            stopped[REASONS[found.reason[k]]] += ground is not None
    assert {"compensation", "five_guarantee", "pension", "other_income"} <= set(stopped)
