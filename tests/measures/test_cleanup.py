"""Tables of a clean-up: they add up, and tell what was reported beside what was found."""

from dataclasses import replace

import numpy as np
import pytest

from jiuzhu_sim.casework.cleanup import clean_up, roll_of
from jiuzhu_sim.language import speaking
from jiuzhu_sim.law import figures_of, known_values
from jiuzhu_sim.measures.cleanup import (
    cleanup_found_by,
    cleanup_outcomes,
    cleanup_reasons,
    cleanup_reported,
    cleanup_retained,
    cleanup_safeguards,
    cleanup_stock,
)
from jiuzhu_sim.policy import load_policy

TABLES = (
    cleanup_reasons,
    cleanup_stock,
    cleanup_outcomes,
    cleanup_found_by,
    cleanup_retained,
    cleanup_safeguards,
    cleanup_reported,
)
STOCK = ("households", "persons", "paid_m")


@pytest.fixture(scope="module")
def county():
    law = load_policy("s43-county")
    return clean_up(roll_of("s43-county", law, seed=1), law, checks="visited_31")


@pytest.mark.parametrize("area", ["urban", "rural", "total"])
def test_the_identity_holds_to_the_fen(county, area):
    table = cleanup_stock(county, weight="weight")
    for statistic in STOCK:
        line = {
            name: table.get(statistic, name, area)
            for name in ("before", "cancelled", "added", "new", "after")
        }
        found = line["before"] - line["cancelled"] + line["added"] + line["new"]
        assert found == pytest.approx(line["after"], abs=0.005), statistic


def test_areas_and_reasons_add_up(county):
    table = cleanup_reasons(county, weight="weight")
    names = {row[0] for row in table.rows} - {"total"}
    for statistic in ("cancelled_households", "cancelled_persons", "cancelled_m"):
        for area in ("urban", "rural", "total"):
            parts = sum(table.get(statistic, name, area) for name in names)
            assert parts == pytest.approx(table.get(statistic, "total", area))
        urban, rural = (table.get(statistic, "total", area) for area in ("urban", "rural"))
        assert urban + rural == pytest.approx(table.get(statistic, "total", "total"))
    stock = cleanup_stock(county, weight="weight")
    gone = stock.get("households", "cancelled", "total")
    assert table.get("cancelled_households", "total", "total") == pytest.approx(gone)
    order = [row[0] for row in table.rows if row[1] == "total"]
    assert order[:3] == ["five_guarantee", "orphan", "compensation"]


def test_all_that_was_found_was_found_somehow(county):
    found, reasons = (made(county, weight="weight") for made in (cleanup_found_by, cleanup_reasons))
    for statistic in ("cancelled_households", "cancelled_persons", "cancelled_m"):
        whole = found.get(statistic, "total")
        assert whole == pytest.approx(reasons.get(statistic, "total", "total"))
        parts = sum(found.get(statistic, *row) for row in found.rows[:-1])
        assert parts == pytest.approx(whole)


def test_the_stock_before_has_no_sampling_error(county):
    table = cleanup_stock(county, weight="weight")
    row = table.rows.index(("before", "urban"))
    assert not table.is_uncertain(row, 0)
    assert table.is_uncertain(table.rows.index(("cancelled", "urban")), 0)
    assert (table.low[np.isfinite(table.low)] >= 0).all()


def test_outcomes_add_up(county):
    table = cleanup_outcomes(county, weight="weight")
    for statistic in ("households", "persons_before", "paid_after_m"):
        parts = sum(table.get(statistic, row[0]) for row in table.rows[:-1])
        assert parts == pytest.approx(table.get(statistic, "total"))
    assert table.get("paid_after_m", "stopped") == 0
    assert table.get("households", "total") == pytest.approx(9108, abs=1e-3)


def test_the_urban_residual_stands_unexplained(county):
    """79 households and 166 persons (S4.3.5, D20); rural nothing. The model has no say in it."""
    table = cleanup_reported(county, weight="weight")
    assert table.get("reported_households", "residual", "urban") == 79
    assert table.get("reported_persons", "residual", "urban") == 166
    assert table.get("reported_households", "residual", "rural") == 0
    assert np.isnan(table.get("households", "residual", "urban"))
    assert "数据差错" in " ".join(table.footnotes())
    values = known_values(figures_of("s43-county"))
    assert table.get("reported_persons", "pension", "total") == values["R068"]
    new = county.policy.change({"reading.urban_residual": "new_entrants"})
    again = clean_up(county.people, new, checks=county.checks)
    assert "按“新增”读" in " ".join(cleanup_reported(again, weight="weight").footnotes())


def test_the_cost_of_retention():
    law = load_policy("s41-city")
    kept = clean_up(roll_of("s41-city", law, seed=1, households=60_000), law)
    table = cleanup_retained(kept, weight="weight")
    parts = sum(table.get("households", row) for row in ("stopped", "retained", "others"))
    assert parts == pytest.approx(table.get("households", "in_group"))
    assert table.get("households", "in_group") == pytest.approx(3296, abs=0.01)
    month, year = (table.get(name, "retained") for name in ("paid_m", "paid_y"))
    assert year == pytest.approx(12 * month)
    assert month > 0


def test_safeguards_in_money(county):
    table = cleanup_safeguards(county, weight="weight")
    stock = cleanup_stock(county, weight="weight")
    # Two months (S4.3.6): nothing is stopped before the decision.
    paid = 2 * stock.get("paid_m", "before", "total")
    assert table.get("paid_amount", "paid") == pytest.approx(paid, abs=1)
    assert table.get("paid_amount", "not_due") < table.get("paid_amount", "paid")


def test_it_is_said_when_coarse_checks_admit_too_many():
    """Who hides wages passes where visits miss some; complete checks admit nobody wrongly."""
    law = load_policy("s0-street")
    people = roll_of("all-programmes", law, seed=1, households=6000)
    coarse, whole = (clean_up(people, law, checks=name) for name in ("visited_31", "complete"))
    assert not whole.is_wrongly_new.any()
    wrong = float(people["weight"] @ coarse.is_wrongly_new)
    assert wrong > 0
    for table in (cleanup_stock, cleanup_outcomes):
        assert f"约{wrong:,.0f}户" in " ".join(table(coarse, weight="weight").footnotes())
        assert "实际不符合" not in " ".join(table(whole, weight="weight").footnotes())


def test_places_without_a_report_have_no_such_table():
    law = load_policy("example-county")
    other = clean_up(roll_of("all-programmes", law, seed=1, households=2000), law)
    assert cleanup_reported(other, weight="weight") is None
    # One with figures, but none of a clean-up.
    elsewhere = replace(other, policy=load_policy("s42-county-2013"))
    assert cleanup_reported(elsewhere, weight="weight") is None


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_reads_in_both_languages(county, table, language):
    with speaking(language):
        made = table(county, weight="weight")
        shown = f"{made}\n{made._repr_html_()}\n{made.frame().to_string()}"
    assert "cleanup_" not in shown
    assert "{" not in shown
    assert made.title


def test_what_the_rows_are_made_of(county):
    """Two households of the roll: what each of them stands for, by hand."""
    one, two = np.flatnonzero(county.roll)[:2]
    given = np.zeros((2, len(county.roll)))
    given[0, one], given[1, [one, two]] = 300, (100, 50)
    some = replace(county, temporary_aid=given[0], paid_not_due=given[1])
    table = cleanup_safeguards(some, weight="weight")
    weight = county.people["weight"]
    assert table.get("households", "temporary") == pytest.approx(weight[one])
    assert table.get("paid_amount", "temporary") == pytest.approx(300 * weight[one])
    assert table.get("households", "not_due") == pytest.approx(weight[one] + weight[two])
    assert table.n[[row[0] for row in table.rows].index("not_due")] == 2
    assert table.n[0] == county.roll.sum()


def test_one_person_less_is_a_finding(county):
    """Of families that stay on the roll with an amount as before."""
    alone = np.flatnonzero(county.is_outcome("stays") & county.roll)[:1]
    before = county.persons_before.copy()
    before[alone] = county.persons_after[alone] + 1
    some = replace(county, persons_before=before)
    assert some.reasons_persons[alone] == 1
    whole, plain = (cleanup_found_by(each, weight="weight") for each in (some, county))
    more = whole.get("cancelled_persons", "total") - plain.get("cancelled_persons", "total")
    assert more == pytest.approx(county.people["weight"][alone[0]])


def test_reported_reasons_stand_beside_those_found(county):
    told, found = (made(county, weight="weight") for made in (cleanup_reported, cleanup_reasons))
    for ours, theirs in (("households", "cancelled_households"), ("persons", "cancelled_persons")):
        assert told.get(ours, "pension", "total") == found.get(theirs, "pension", "total")
    assert told.labels(("pension", "total"))[0] != "pension"


def test_people_of_a_recipe_without_a_report_are_not_said_to_resemble_one():
    law = load_policy("example-county")
    other = clean_up(roll_of("all-programmes", law, seed=1, households=500), law)
    people = replace(other.people, about={**other.people.about, "recipe": law.place})
    table = cleanup_stock(replace(other, people=people), weight="weight")
    assert "note.cleanup_synthetic" not in table.notes
