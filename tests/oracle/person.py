"""What the national rules ask of one person, and of those obliged to support: exact, slow.

Written from the text of the law. `law` is a plain mapping from parameter path to value.
"""

from tests.oracle.exact import ZERO, to_fen

MENTAL = ("intellectual", "psychiatric")
KINDS = ("visual", "physical", "intellectual", "psychiatric", "other")


def kind_of(person):
    """The kind of disability by name, whether given by name or by its place in the list."""
    kind = person["disability_kind"]
    return kind if isinstance(kind, str) else KINDS[kind]


def is_member(person, law):
    """M57.1, M57.2: spouse and minor children, children studying up to bachelor or unable to work,
    relatives at home.
    """
    if person.get("not_counted_because") in ("unborn", "dead", "special_aid"):
        return False
    if law["unit.rule"] == "household":
        return True
    if person["not_counted_because"] != "none" or person["relation"] == "none":
        return False
    if person["relation"] in ("head", "spouse") or person["is_living_together"]:
        return True
    stage = person["education_stage"]
    studies = stage != "postgraduate" and (person["is_student"] or stage != "none")
    unable = not person["labour_capable"]
    return person["relation"] == "child" and (is_minor(person, law) or studies or unable)


def is_minor(person, law):
    return person["age"] < law["category.minor_age"]


def is_elder(person, law):
    return person["age"] >= law["category.elder_age"]


def is_severe(person, law):
    """M57.3: grade 1 or 2 of any kind, grade 3 if intellectual or psychiatric."""
    grade, kind = person["disability_grade"], kind_of(person)
    if kind == "other" and not law["disability.severe_other_kinds"]:
        return False
    highest = law["disability.severe_grade_max"]
    if kind in MENTAL:
        highest = max(highest, law["disability.severe_grade_max_mental"])
    return 0 < grade <= highest


def lacks_labour(person, law):
    """M43.1, M43.4: old, young (longer at school), or disabled of a kind and grade listed."""
    age, kind = person["age"], kind_of(person)
    if age >= law["tekun.elder_age"] or age < law["tekun.minor_age"]:
        return True
    if person["is_student"] and age < law["tekun.student_age"]:
        return True
    listed = "mental" if kind in MENTAL else kind
    return 0 < person["disability_grade"] <= law.get(f"tekun.disability_grade.{listed}", 0)


def wage_of(person, law):
    """M57.5, M57.7: the wage less the cost of work; what is imputed at least (LP.11)."""
    wage, least = person["wage_m"], ZERO
    cost = min(wage * law["income.employment_cost_share"], law["income.employment_cost_cap"])
    if law["reading.imputation_rule"] == "minimum_wage" and not person["is_income_verified"]:
        if law["reading.minimum_wage_role"] == "deducted_cost":
            cost = min(law["local.minimum_wage"], wage)
        elif person["labour_capable"] and not person["is_student"] and not person["is_carer"]:
            least = law["local.minimum_wage"] * law["income.imputed_wage_share"]
    return max(wage - cost, least)


def income_of(person, law):
    """M57.5, M57.6: the four sources of income of a person a month, less what is exempt."""
    yearly = person["farm_income_y"] + person["business_income_y"] + person["property_income_y"]
    income = wage_of(person, law) + yearly / 12
    income += person["pension_other_m"] + person["unemployment_benefit_m"] + person["transfer_m"]
    for name in ("pension_basic", "preferential_allowance", "disability_allowance"):
        exempt = "basic_pension" if name == "pension_basic" else name
        if not law[f"income.exempt_{exempt}"]:
            income += person[f"{name}_m"]
    return income


def support_of(home, standard, law):
    """LP.3 to LP.5: what the obligors owe; what is paid or adjudged if that is more (M57.5)."""
    owed, form = ZERO, law["support.form"]
    if form == "fixed_fee":
        owed = home["n_obligor_family"] * law["support.fee"]
    elif form != "none":
        left = standard * law["support.exempt_standards"] * home["n_obligor_family"]
        many = form == "excess_by_children" and home["n_obligors"] >= law["support.many_from"]
        share = law["support.share_many" if many else "support.share"]
        owed = max(home["obligor_income_m"] - left, ZERO) * share / home["n_supported"]
    able = home["n_obligors"] if home["has_able_obligor"] else 0
    return max(able * owed, home["support_paid_m"])


def care_of(person, law):
    """LP.6, M43.5: a share of the minimum wage by the self-care items failed, and by place."""
    if not law["tekun.care_offered"]:
        return ZERO
    failed, grade = person["n_selfcare_failed"], "able"
    if failed >= law["tekun.partial_from"]:
        grade = "full" if failed >= law["tekun.full_from"] else "partial"
    place = "institution_care_share" if person["is_in_institution"] else "care_share"
    return to_fen(law["local.minimum_wage"] * law[f"tekun.{place}.{grade}"])


def is_pupil(person, law):
    """S1.2.2: at school, where the place says so only in compulsory education."""
    if law["category.students"] == "compulsory":
        return person["education_stage"] in ("primary", "junior")
    return person["is_student"]


def total_income_of(person):
    """S3.2.14: all income of a year, whether it counts or not."""
    monthly = ("wage", "pension_basic", "pension_other", "preferential_allowance", "transfer")
    monthly += ("disability_allowance", "unemployment_benefit")
    yearly = ("farm_income", "business_income", "property_income")
    return sum(person[f"{kind}_m"] for kind in monthly) * 12 + sum(
        person[f"{kind}_y"] for kind in yearly
    )
