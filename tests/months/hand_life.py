"""A life written by hand: families, and what is true of them month by month."""

import numpy as np

from jiuzhu_sim.months.assumptions import assumptions
from jiuzhu_sim.months.life import EVENTS, Month
from jiuzhu_sim.months.run import simulate_months
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import people_from_tables

POLICY = load_policy("example-county").change(
    {
        "dibao.standard.rural": 600,
        "dibao.standard.urban": 600,
        "reading.grace_months": 0,
        "reading.benefit_start": "approval_date",
        "single.offered": False,
        "review.by": "stability",
        "review.months_stable": 12,
        "review.months_changing": 12,
    }
)
"""Rural and urban standard 600, a review once a year, no gradual exit."""

OFF = assumptions().off()


GROWN = {"age": 40, "labour_capable": True, "is_student": False, "serious_illness": False}
GROWN |= {"disability_grade": 0, "disability_kind": "other"}
NONE = ("pension_basic_m", "wage_m", "preferential_allowance_m", "disability_allowance_m")
NONE += ("farm_income_y", "transfer_m", "medical_expense_y", "tuition_y")
OWNS = {"n_vehicles": 0, "n_homes": 1, "savings": 0, "has_business": False}


def families(incomes, area="rural", size=1, **homes):
    """Grown persons with these pensions (yuan a month), `size` to a household."""
    number = len(incomes) // size
    persons = {name: [value] * len(incomes) for name, value in GROWN.items()}
    persons |= {name: [0.0] * len(incomes) for name in NONE}
    persons |= {"household_id": np.repeat(np.arange(number), size), "pension_other_m": incomes}
    owned = {name: [value] * number for name, value in OWNS.items()}
    given = {"area": [area] * number, "township": ["甲"] * number, **owned, **homes}
    return people_from_tables(persons, given)


class HandLife:
    """What is true in each month: {column: rows of values, one row a month}."""

    def __init__(self, people, columns=None, events=None, start="2025-01"):
        self.people, self.columns, self.start = people, columns or {}, start
        self.events, self.months = events or {}, 60

    def month(self, t):
        columns = {
            name: np.asarray(rows[min(t, len(rows) - 1)], self.people.numbers(name).dtype)
            for name, rows in self.columns.items()
        }
        nothing = np.zeros(self.people.households, bool)
        happened = {name: nothing for name in EVENTS}
        for name, months in self.events.items():
            happened[name] = np.asarray(months.get(t, nothing))
        return Month(columns, happened)


def lived(people, columns=None, policy=POLICY, told=None, events=None, **settings):
    """Months of families to which this happens, and nothing by chance but what is `told`."""
    life = HandLife(people, columns, events, settings.get("start", "2025-01"))
    return simulate_months(
        people, policy, life=life, assumptions=OFF.changed(told or {}), **settings
    )
