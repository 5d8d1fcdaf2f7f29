"""How the codes of money over time come about: see `provoke.py`."""


def price_spells_that_cannot_be(*_):
    from jiuzhu_sim.outlook.need.uncertainty import Uncertainty

    Uncertainty.stated().changed({"prices.probability": 0.9, "prices.spell": 1})


def money_that_cannot_come(*_):
    from jiuzhu_sim.outlook.money.funds import ALL, Funds, Line, Pot

    unpaid = Pot("medical", {"zh": "医疗", "en": "medical"}, ("medical",))
    rest = Pot("all", ALL.label, ("dibao.rural",))
    lines = (Line("all", "local", -5.0), Line("all", "upper", 1.0, month=13, delay_p=1.2))
    Funds(lines, (rest, unpaid))


def cash_that_cannot_be_asked_for(*_):
    import numpy as np

    from jiuzhu_sim.outlook.money.cash import cash
    from jiuzhu_sim.outlook.money.funds import Funds, Line

    funds = Funds((Line("all", "local", 1.0),))
    cash(np.ones((12, 2)), "2025-01", funds, accounts=("medical",), pay_day=0)


def need_that_falls_and_rises_with_the_standard(*_):
    import numpy as np

    from jiuzhu_sim.outlook.afford.solve import solve
    from tests.outlook.afford.small_forecast import POLICY, RURAL, SmallForecast

    bent = SmallForecast(money=lambda policy: np.array([0.0, abs(policy[RURAL] - 600.0)]))
    solve(None, POLICY, RURAL, 1.0, forecast=bent, low=500, high=800)


def solving_for_a_choice(*_):
    from jiuzhu_sim.outlook.afford.solve import checked
    from jiuzhu_sim.policy import load_policy

    checked(load_policy("example-county"), "dibao.benefit_form", 1.0)


def a_roll_with_nobody_on_it(*_):
    import numpy as np

    from jiuzhu_sim.outlook.review.review import compare_regimes
    from jiuzhu_sim.policy import load_policy
    from jiuzhu_sim.population import synthesize

    people = synthesize("example-county", households=50, seed=1)
    nobody = people.with_columns({"has_applied": np.zeros(people.households, bool)})
    compare_regimes(nobody, load_policy("example-county"), [], intervals=[], months=1, warm_up=0)


def arrivals_that_never_come(*_):
    from jiuzhu_sim.outlook.money.cash_input import arrivals_of

    arrivals_of(["13:100"])


def a_budget_question_that_cannot_be(*_):
    from jiuzhu_sim.outlook.afford.affordable import Ask

    Ask(local=-5.0, risk=2.0)


OUTLOOK = {
    "JZ-E085": a_roll_with_nobody_on_it,
    "JZ-E086": price_spells_that_cannot_be,
    "JZ-E087": money_that_cannot_come,
    "JZ-E088": cash_that_cannot_be_asked_for,
    "JZ-E090": need_that_falls_and_rises_with_the_standard,
    "JZ-E091": solving_for_a_choice,
    "JZ-E089": arrivals_that_never_come,
    "JZ-E092": a_budget_question_that_cannot_be,
}
