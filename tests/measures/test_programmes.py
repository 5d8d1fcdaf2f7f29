"""Cost by programme and households by layer, against sums made another way."""

from functools import cache

import numpy as np
import pytest

from jiuzhu_sim.engine import WANTED, simulate
from jiuzhu_sim.measures import by_layer, by_programme
from jiuzhu_sim.measures.programmes import NEEDED
from jiuzhu_sim.measures.table import TOTAL
from tests.full_law import full_law, people

SANCTION = {"reading.work_refusal_sanction": "own_share"}


@cache
def results():
    """Random households under a law with every programme, with sanctions and suspensions."""
    return simulate(people(31, 1500), full_law().change(SANCTION), (*WANTED, *NEEDED))


def test_the_programmes_add_up_to_all_public_aid():
    made = results()
    table = by_programme(made, weight="weight")
    rows = [row[0] for row in table.rows]
    within = rows[: rows.index(TOTAL)]
    assert {"gap", "single", "grace", "withheld", "temporary", "education", "medical"} <= set(
        within
    )
    total = (made.people["weight"] * made["aid_y_hh"]).sum()
    assert table.get("cost_y", TOTAL) == pytest.approx(total)
    assert sum(table.get("cost_y", name) for name in within) == pytest.approx(total)
    assert rows[rows.index(TOTAL) + 1 :] == ["charity"]


def test_a_row_is_what_its_column_says():
    made = results()
    weight, paid = made.people["weight"], made["paid_months_hh"]
    table = by_programme(made, weight="weight")
    supplement = made["category_supplement_m_hh"]
    assert table.get("cost_y", "supplement") == pytest.approx((weight * paid * supplement).sum())
    assert table.get("reached", "supplement") == pytest.approx(weight[supplement > 0].sum())
    assert table.get("cost_y", "withheld") < 0
    medical = made["medical_total_y_hh"]
    assert table.get("cost_y", "medical") == pytest.approx((weight * medical).sum())


def test_layers_hold_all_their_households_and_all_recipients():
    made = results()
    weight, layer = made.people["weight"], made["layer_hh"]
    table = by_layer(made, weight="weight")
    for name in set(layer.tolist()) - {"none"}:
        of_layer = layer == name
        assert table.get("households", name) == pytest.approx(weight[of_layer].sum())
        persons = (weight * made["n_members_hh"])[of_layer].sum()
        assert table.get("persons", name) == pytest.approx(persons)
    recipients = (weight * made["n_recipients_hh"]).sum()
    assert table.get("recipients", TOTAL) == pytest.approx(recipients)
    assert table.get("cost_y", TOTAL) == pytest.approx(12 * (weight * made["benefit_m_hh"]).sum())
    stands = (layer != "none") | (made["n_recipients_hh"] > 0)
    assert table.observations == np.count_nonzero(stands)


def test_what_is_paid_a_month_in_every_month_is_twelve_of_them():
    made = results()
    table, weight = by_programme(made, weight="weight"), made.people["weight"]
    price, addons = made["price_subsidy_m_hh"], made["addons_m_hh"]
    assert price.any()
    assert table.get("cost_y", "price") == pytest.approx(12 * (weight * price).sum())
    assert table.get("cost_y", "addons_m") == pytest.approx(12 * (weight * (addons - price)).sum())
