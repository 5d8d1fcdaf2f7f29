"""The example county's law once more: slow, one household at a time, in exact fractions.

Written from the text of the law, point by point (1 to 8), not from the rules. `law` is a plain
mapping from parameter path to Fraction, boolean or word.
"""

from fractions import Fraction

from tests.oracle.exact import HALF_FEN, rounded


def income_of(person, law):
    """1. Counted income of a person a month."""
    wage = person["wage_m"]
    cost = min(wage * law["income.employment_cost_share"], law["income.employment_cost_cap"])
    income = wage - cost + person["farm_income_y"] / 12
    income += person["pension_other_m"] + person["transfer_m"]
    if not law["income.exempt_basic_pension"]:
        income += person["pension_basic_m"]
    if not law["income.exempt_preferential_allowance"]:
        income += person["preferential_allowance_m"]
    if not law["income.exempt_disability_allowance"]:
        income += person["disability_allowance_m"]
    return income


def income_of_household(members, law):
    """2. The sum less a share of medical and education expense, not below zero."""
    expense = sum(person["medical_expense_y"] + person["tuition_y"] for person in members) / 12
    income = sum(income_of(person, law) for person in members)
    return max(income - law["income.expenditure_deduction_share"] * expense, Fraction(0))


def passes_property_test(home, members, standard, law):
    """3. Vehicles, homes by area, savings per head, business; S4.2.12 is on urban recipients."""
    is_tested = law["assets.exempt_area"] != home["area"]
    if is_tested and home["n_vehicles"] > law["assets.vehicles_max"]:
        return False
    if home["n_homes"] > law[f"assets.homes_max.{home['area']}"]:
        return False
    if home["savings"] / len(members) > standard * law["assets.savings_max_months"]:
        return False
    return not is_tested or law["assets.business_allowed"] or not home["has_business"]


def is_severe(person, law):
    """5. Grade 1 or 2, or grade 3 when intellectual (kind 2) or psychiatric (kind 3)."""
    mental = person["disability_kind"] in (2, 3)
    grade = person["disability_grade"]
    if grade == 0:
        return False
    if mental and grade <= law["disability.severe_grade_max_mental"]:
        return True
    return grade <= law["disability.severe_grade_max"]


def is_severe_or_ill(person, law):
    return is_severe(person, law) or person["serious_illness"]


def is_elder_or_minor(person, law):
    return person["age"] >= law["category.elder_age"] or person["age"] < law["category.minor_age"]


def category_of(members, law):
    """6. A before B before C, for every household."""
    if any(is_elder_or_minor(person, law) or is_severe_or_ill(person, law) for person in members):
        return "A"
    for person in members:
        young_elder = person["age"] >= law["category.young_elder_age"]
        if young_elder or person["disability_grade"] > 0 or person["is_student"]:
            return "B"
    return "C"


def supplement_of(person, standard, law):
    """7. One share of the standard for each member: the highest of those that fit."""
    shares = [Fraction(0)]
    if person["age"] >= law["category.elder_age"]:
        shares.append(law["supplement.elder_share"])
    if person["age"] < law["category.minor_age"]:
        shares.append(law["supplement.minor_share"])
    if is_severe(person, law):
        shares.append(law["supplement.severe_share"])
    if person["serious_illness"]:
        shares.append(law["supplement.ill_share"])
    return standard * max(shares)


def judge(home, members, law):
    """Income and standard a head, layer, category, recipients and benefit of one household."""
    n = len(members)
    standard = law[f"dibao.standard.{home['area']}"]
    income = income_of_household(members, law)
    passed = passes_property_test(home, members, standard, law)
    included = [person for person in members if is_severe_or_ill(person, law)]
    layer, recipients, benefit = "none", 0, Fraction(0)
    if passed and standard * n - income >= HALF_FEN:  # 4
        layer, recipients = "dibao", n
        gap = rounded(standard * n - income, law)
        benefit = max(gap, law["dibao.benefit_minimum"] * n)
        benefit += sum(supplement_of(person, standard, law) for person in members)
    elif passed and standard * law["edge.ratio"] * n - income >= HALF_FEN:  # 5
        layer, recipients = "edge", len(included)
        full = rounded(standard, law)
        benefit += sum(full + supplement_of(person, standard, law) for person in included)
    return {
        "counted_income_pc_m_hh": income / n,
        "dibao_standard_m_hh": standard,
        "layer_hh": layer,
        "category_hh": category_of(members, law),
        "n_recipients_hh": recipients,
        "benefit_m_hh": benefit,
    }
