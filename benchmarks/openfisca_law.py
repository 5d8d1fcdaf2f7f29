"""The example county as a country package of OpenFisca-Core: entities, variables, parameters."""

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.model_api import MONTH, Enum, Variable, max_, min_, select, where

from benchmarks.ways import HALF_FEN, MONTHS

PARAMETERS = (
    "income_employment_cost_share", "income_employment_cost_cap",
    "income_expenditure_deduction_share", "assets_vehicles_max", "assets_homes_max_urban",
    "assets_homes_max_rural", "assets_savings_max_months", "dibao_standard_urban",
    "dibao_standard_rural", "dibao_benefit_minimum", "edge_ratio", "disability_severe_grade_max",
    "disability_severe_grade_max_mental", "category_elder_age", "category_young_elder_age",
    "category_minor_age", "supplement_elder_share", "supplement_severe_share",
)  # fmt: skip
"""What of the law the formulas read."""

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
Household = build_entity(
    key="household", plural="households", label="Household", roles=[{"key": "member"}]
)


class Area(Enum):
    urban = "urban"
    rural = "rural"


class DisabilityKind(Enum):
    other = "other"
    physical = "physical"
    visual = "visual"
    intellectual = "intellectual"
    psychiatric = "psychiatric"


class Layer(Enum):
    none = "none"
    edge = "edge"
    dibao = "dibao"


class Category(Enum):
    A = "A"
    B = "B"
    C = "C"


def _variable(name, kind, entity, **more):
    """A class of Variable, monthly; OpenFisca-Core reads what stands in the class itself."""
    about = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    if issubclass(kind, Enum):
        about |= {"value_type": Enum, "possible_values": kind, "default_value": next(iter(kind))}
    return type(name, (Variable,), about | more)


def of_person(kind):
    """A variable of persons, made of its formula."""
    return lambda formula: _variable(formula.__name__, kind, Person, formula=formula)


def of_household(kind):
    """A variable of households, made of its formula."""
    return lambda formula: _variable(formula.__name__, kind, Household, formula=formula)


GIVEN = {
    "person": {
        "age": int, "disability_grade": int, "disability_kind": DisabilityKind,
        "serious_illness": bool, "is_student": bool, "wage_m": float, "farm_income_y": float,
        "pension_other_m": float, "transfer_m": float, "medical_expense_y": float,
        "tuition_y": float,
    },
    "household": {
        "area": Area, "n_vehicles": int, "n_homes": int, "savings": float, "has_business": bool,
    },
}  # fmt: skip
"""Inputs by entity: name → type."""


@of_person(float)
def counted_income(person, period, parameters):
    """Income that counts, yuan a month."""
    law, wage = parameters(period), person("wage_m", period)
    cost = min_(wage * law.income_employment_cost_share, law.income_employment_cost_cap)
    return (
        wage - cost + person("farm_income_y", period) / MONTHS
        + person("pension_other_m", period) + person("transfer_m", period)
    )  # fmt: skip


@of_person(bool)
def is_severe(person, period, parameters):
    """Severely disabled or seriously ill."""
    law = parameters(period)
    kind, grade = person("disability_kind", period), person("disability_grade", period)
    mental = (kind == DisabilityKind.intellectual) + (kind == DisabilityKind.psychiatric)
    most = where(mental, law.disability_severe_grade_max_mental, law.disability_severe_grade_max)
    return ((grade > 0) * (grade <= most)) + person("serious_illness", period)


@of_person(bool)
def is_aged(person, period, parameters):
    """Old or a minor."""
    law, age = parameters(period), person("age", period)
    return (age >= law.category_elder_age) + (age < law.category_minor_age)


@of_person(bool)
def is_b(person, period, parameters):
    """Puts the household into category B at least."""
    young = person("age", period) >= parameters(period).category_young_elder_age
    disabled = person("disability_grade", period) > 0
    return young + disabled + person("is_student", period)


@of_household(int)
def members(household, period):
    """Members."""
    return household.nb_persons()


@of_household(float)
def income(household, period, parameters):
    """Income after the deduction of expenses, yuan a month."""
    share = parameters(period).income_expenditure_deduction_share
    expense = household.members("medical_expense_y", period)
    expense_y = household.sum(expense + household.members("tuition_y", period))
    gross = household.sum(household.members("counted_income", period))
    return max_(gross - expense_y * share / MONTHS, 0)


@of_household(float)
def income_pc(household, period):
    """Income per head, yuan a month."""
    return household("income", period) / household("members", period)


@of_household(int)
def severe(household, period):
    """Members severely disabled or seriously ill."""
    return household.sum(household.members("is_severe", period))


@of_household(int)
def aged(household, period):
    """Members old or minors."""
    return household.sum(household.members("is_aged", period))


@of_household(int)
def only_aged(household, period):
    """Members old or minors, and not severe."""
    is_severe = household.members("is_severe", period)
    return household.sum(household.members("is_aged", period) * ~is_severe)


@of_household(Category)
def category(household, period):
    """Category of the household."""
    in_a = (household("severe", period) > 0) + (household("aged", period) > 0)
    in_b = household.any(household.members("is_b", period))
    return select([in_a, in_b], [Category.A.index, Category.B.index], Category.C.index)


@of_household(float)
def standard(household, period, parameters):
    """Dibao standard, yuan a month."""
    law, urban = parameters(period), household("area", period) == Area.urban
    return where(urban, law.dibao_standard_urban, law.dibao_standard_rural)


@of_household(float)
def need(household, period):
    """Standard of all members, yuan a month."""
    return household("standard", period) * household("members", period)


@of_household(Layer)
def layer(household, period, parameters):
    """Layer of assistance."""
    law, urban = parameters(period), household("area", period) == Area.urban
    need, income = household("need", period), household("income", period)
    homes_max = where(urban, law.assets_homes_max_urban, law.assets_homes_max_rural)
    most = need * law.assets_savings_max_months
    passed = (
        (household("n_vehicles", period) <= law.assets_vehicles_max)
        * (household("n_homes", period) <= homes_max)
        * (household("savings", period) - most <= HALF_FEN)
        * ~household("has_business", period)
    )
    dibao = passed * (need - income > HALF_FEN)
    edge = passed * (need * law.edge_ratio - income > HALF_FEN)
    return select([dibao, edge], [Layer.dibao.index, Layer.edge.index], Layer.none.index)


@of_household(int)
def recipients(household, period):
    """Members who receive."""
    layer = household("layer", period)
    return select(
        [layer == Layer.dibao, layer == Layer.edge],
        [household("members", period), household("severe", period)],
        0,
    )


@of_household(float)
def benefit(household, period, parameters):
    """Benefit, yuan a month."""
    law, layer = parameters(period), household("layer", period)
    need, standard = household("need", period), household("standard", period)
    gap = np.ceil(need - household("income", period) - HALF_FEN)
    gap = max_(gap, household("members", period) * law.dibao_benefit_minimum)
    severe = household("severe", period) * law.supplement_severe_share
    aged = household("only_aged", period) * law.supplement_elder_share
    full = np.ceil(standard - HALF_FEN) * household("severe", period)
    return select(
        [layer == Layer.dibao, layer == Layer.edge],
        [gap + standard * (aged + severe), full + standard * severe],
        0,
    )


GATHERED = (
    "income", "income_pc", "members", "severe", "aged", "only_aged", "category",
)  # fmt: skip
"""What a move of the standard leaves as it is."""

VARIABLES = (
    *(_variable(name, kind, Person) for name, kind in GIVEN["person"].items()),
    *(_variable(name, kind, Household) for name, kind in GIVEN["household"].items()),
    counted_income, is_severe, is_aged, is_b, members, income, income_pc, severe, aged, only_aged,
    category, standard, need, layer, recipients, benefit,
)  # fmt: skip
