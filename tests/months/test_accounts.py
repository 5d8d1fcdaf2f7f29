"""Accounts of a month: every yuan of the rules lands in one of them, once."""

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.months.accounts import NEEDED, accounts, by_account, month_amounts


@pytest.mark.parametrize("law", ["example-county", "s42-county-2013", "national-illustrated"])
def test_the_accounts_of_a_month_are_all_aid_of_the_rules(law):
    people = jz.synthesize("all-programmes", households=2000, seed=3)
    wanted = (*NEEDED, "aid_y_hh", "paid_months_hh", "temporary_aid_hh")
    results = jz.simulate(people, jz.load_policy(law), wanted)
    values = {name: results.numbers(name) for name in NEEDED}
    amounts = month_amounts(values)
    yearly = sum(amount for name, amount in amounts.items() if name != "temporary")
    in_a_year = yearly * 12 + results["temporary_aid_hh"]
    unsuspended = results["paid_months_hh"] == 12
    assert unsuspended.any()
    np.testing.assert_allclose(in_a_year[unsuspended], results["aid_y_hh"][unsuspended])
    weight, area = people["weight"], people.numbers("area")
    total = sum((weight * amount).sum() for amount in amounts.values())
    assert by_account(amounts, weight, area).sum() == pytest.approx(total)


def test_emergency_aid_is_of_its_month_and_expenditure_aid_of_its_year():
    values = {name: np.zeros(2) for name in NEEDED}
    values["temporary_first_aid_hh"] = np.array([500.0, 0])
    values["temporary_top_up_hh"] = np.array([100.0, 0])
    values["temporary_expenditure_aid_hh"] = np.array([0, 1200.0])
    assert month_amounts(values)["temporary"].tolist() == [600, 100]


def test_town_and_country_are_kept_apart():
    amounts = {name: np.array([1.0, 10.0]) for name in {a.programme for a in accounts().values()}}
    found = dict(zip(accounts(), by_account(amounts, np.ones(2), np.array([0, 1])), strict=True))
    assert (found["dibao.urban"], found["dibao.rural"], found["temporary"]) == (1, 10, 11)


def test_each_code_stands_once():
    codes = [account.code for account in accounts().values() if account.code]
    assert len(codes) == len(set(codes))
    assert all(code.isdigit() and len(code) == 7 for code in codes)
