"""Budgets of places and of users: what the package holds, and every fault of a user's own."""

import jsonschema
import numpy as np
import pytest
import yaml

from jiuzhu_sim.assessment.reconcile import CHECK_WITHIN, calibrate_to_reported
from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import read_yaml, speaking
from jiuzhu_sim.law import clauses, declarations, figures_of, known_values, region_names
from jiuzhu_sim.months.accounts import NEEDED, accounts, by_account, month_amounts
from jiuzhu_sim.outlook.money.budget import BUDGETS, budget_names, budget_of, gaps_of
from jiuzhu_sim.outlook.money.budget_form import ADDITION, LINE, POT, SPENDING, TOP, UNITS, YEAR_BY
from jiuzhu_sim.outlook.money.cash import cash
from jiuzhu_sim.outlook.money.funds import KINDS
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population import synthesize

PLACE = "s42-county-2013"
MONTH = {"type": "integer", "minimum": 1, "maximum": 12}
AMOUNT = {"type": "number", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
LABEL = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": TEXT, "en": TEXT},
}


def shape(keys, required=(), **known):
    """An object with the keys of a form, some of them described."""
    return {
        "type": "object",
        "required": [*keys[0], *required],
        "additionalProperties": False,
        "properties": {key: {} for key in (*keys[0], *keys[1])} | known,
    }


LINE_SCHEMA = shape(
    LINE,
    ("status",),
    kind={"enum": list(KINDS)},
    amount=AMOUNT,
    month=MONTH,
    status={"enum": ["stated", "illustrative"]},
    label=LABEL,
)
SCHEMA = shape(
    TOP,
    ("name", "label", "unit", "illustrative"),
    year={"type": "integer"},
    label=LABEL,
    unit={"enum": list(UNITS)},
    illustrative={"type": "boolean"},
    assumptions={"type": "array", "items": LABEL},
    pots={
        "type": "object",
        "minProperties": 1,
        "additionalProperties": shape(
            POT,
            ("label",),
            label=LABEL,
            accounts={"type": "array", "items": {"enum": list(accounts())}},
            lines={"type": "array", "minItems": 1, "items": LINE_SCHEMA},
            spending=shape(SPENDING, ("clause",), amount=AMOUNT, months=MONTH),
            additions={
                "type": "array",
                "items": shape(ADDITION, ("label", "clause"), amount=AMOUNT, label=LABEL),
            },
            year_by=shape(YEAR_BY),
        ),
    },
)


@pytest.mark.parametrize("name", budget_names())
def test_the_packaged_budgets_fit_their_schema(name):
    content = read_yaml(BUDGETS / f"{name}.yaml")
    assert [
        flaw.message for flaw in jsonschema.Draft202012Validator(SCHEMA).iter_errors(content)
    ] == []
    assert content["name"] == name
    assert name in region_names()
    for pot in content["pots"].values():
        stated = [line for line in pot["lines"] if line["status"] == "stated"]
        cited = [line["source"] for line in stated] + [
            part["clause"] for part in (pot.get("spending"), *pot.get("additions", ())) if part
        ]
        assert set(cited) <= clauses().keys()
        for part in (*pot.get("additions", ()), pot.get("year_by")):
            if part:
                choices = set(declarations()[part["reading"]].choices)
                assert set(part.get("years", {part.get("value"): 0})) <= choices
        if content["illustrative"]:
            assert {line["status"] for line in pot["lines"]} == {"illustrative"}


def test_the_county_of_2013_has_the_money_and_spending_it_reported():
    budget, figures = budget_of(PLACE), known_values(figures_of(PLACE))
    money = [budget.funds.total(pot.pot.name) for pot in budget.pots]
    assert money == [figures["R039"], figures["R042"], figures["R045"]]
    reported = {pot.pot.name: pot.reported for pot in budget.pots}
    assert reported["dibao.rural"] == figures["R040"]
    assert reported["medical"] == figures["R043"]
    assert reported["temporary"] == pytest.approx(figures["R046"] / 5 * 12)
    assert budget.pots[0].additions[0].amount == figures["R040"] - figures["R022"]
    assert not budget.illustrative


@pytest.fixture(scope="module")
def rural_need():
    policy = load_policy(PLACE)
    people = calibrate_to_reported(synthesize(PLACE, households=6000, seed=1), policy)
    results = simulate(people, policy, NEEDED)
    amounts = month_amounts({name: results.numbers(name) for name in NEEDED})
    sums = by_account(amounts, people.numbers("weight"), people.numbers("area"))
    need = dict(zip(accounts(), sums * 12, strict=True))
    return {"dibao.rural": float(need["dibao.rural"])}


def test_its_gaps_are_the_reported_ones_within_the_tolerance_of_the_reconciliation(rural_need):
    figures = known_values(figures_of(PLACE))
    spending = load_policy(PLACE).change({"reading.rural_spend_source": "spending"})
    table = gaps_of(PLACE, rural_need, spending)
    gap = table.get("gap_y", "dibao.rural", "reading")
    assert gap == pytest.approx(figures["R041"], rel=CHECK_WITHIN)
    assert table.get("gap_reported_y", "dibao.rural", "reading") == figures["R041"]
    assert table.get("gap_y", "medical", "reported") == figures["R044"]
    assert table.get("gap_y", "temporary", "reported") == pytest.approx(149_200)
    assert "1,512,200" in str(table)
    assert "S4.2.11" in str(table)


def test_the_reading_of_the_rural_spending_moves_the_gap_by_what_is_unexplained(rural_need):
    paid = gaps_of(PLACE, rural_need)
    gap = paid.get("gap_y", "dibao.rural", "model")
    assert gap == pytest.approx(rural_need["dibao.rural"] - 10_280_000, abs=0.01)
    spending = load_policy(PLACE).change({"reading.rural_spend_source": "spending"})
    other = gaps_of(PLACE, rural_need, spending).get("gap_y", "dibao.rural", "reading")
    assert other - gap == pytest.approx(1_512_200, abs=0.02)


def test_the_reading_of_the_year_moves_temporary_assistance():
    following = load_policy(PLACE).change({"reading.temporary_year": "following"})
    table = gaps_of(PLACE, policy=following)
    assert ("temporary", "reported") not in table.rows
    assert "2014" in str(table)
    assert gaps_of(PLACE, policy=following, year=2014).rows == (("temporary", "reported"),)
    budget = budget_of(PLACE, following)
    assert [pot.name for pot in budget.funds.pots] == ["dibao.rural", "medical"]
    assert budget.funds_of(2014).certain == 170_000


def test_cash_of_its_pots_runs_out_where_the_money_is_short():
    budget = budget_of(PLACE)
    need = np.column_stack([np.full(12, pot.reported / 12) for pot in budget.pots])
    keys = ("dibao.rural", "medical", "temporary")
    made = cash(need, budget.start, budget.funds, accounts=keys)
    assert {name: bool(pot.runs_out[0]) for name, pot in made.pots.items()} == dict.fromkeys(
        keys, True
    )
    assert made.pots["temporary"].lasts_to_dates().p50.isoformat() == "2013-07-12"
    assert made.pots["medical"].unmet[0] == pytest.approx(606_000, abs=0.1)


def test_the_example_county_says_that_it_is_illustrative():
    budget = budget_of("example-county")
    assert budget.illustrative
    assert budget.title == "示例县救助资金（示例）"
    with speaking("en"):
        assert "illustrative" in budget.title
    assert budget.funds.certain == sum(line.amount for line in budget.funds.lines)


# --- a user's own --------------------------------------------------------------------------
OWN = {"year": 2026, "pots": {"all": {"lines": [{"kind": "local", "amount": 120.0}]}}}


def written(folder, content):
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_a_users_own_needs_little(tmp_path):
    budget = budget_of(written(tmp_path, OWN | {"unit": "10k yuan"}))
    assert budget.funds.certain == 1_200_000
    assert (budget.start, budget.title) == ("2026-01", "own")
    table = gaps_of(budget, {"dibao.rural": 1_000_000.0, "medical": 300_000.0})
    assert table.get("gap_y", "all", "model") == 100_000


def altered(**pot):
    return OWN | {"pots": {"all": OWN["pots"]["all"] | pot}}


def line(**changed):
    return altered(lines=[OWN["pots"]["all"]["lines"][0] | changed])


BAD = [
    ([], "“—”的写法不对"),
    ({"pots": OWN["pots"]}, "缺少“year”"),
    (OWN | {"year": 26}, "1990"),
    (OWN | {"unit": "wan"}, "10k yuan"),
    (OWN | {"lable": "x"}, "label"),
    (OWN | {"label": {"zh": "只有中文"}}, "label"),
    (OWN | {"pots": []}, "pots"),
    (OWN | {"pots": {"all": None}}, "all"),
    (altered(lines={}), "lines"),
    (altered(lines=["x"]), "lines"),
    (altered(accounts="medical"), "accounts"),
    (altered(accounts=["medcial"]), "medical"),
    (altered(spending={"months": 5}), "缺少“amount”"),
    (altered(spending={"amount": -1}), "不小于0"),
    (altered(spending={"amount": 1, "months": 0}), "months"),
    (altered(year_by={"reading": "x", "years": 3}), "years"),
    (line(amount=-1), "不小于0"),
    (line(amount="much"), "不小于0"),
    (line(month=13), "1至12"),
    (line(delay_p=2), "0至1"),
    (line(kind="locel"), "local"),
    (line(mouth=3), "month"),
    (altered(lines=[{"kind": "local"}]), "缺少“amount”"),
]


@pytest.mark.parametrize(("content", "told"), BAD)
def test_each_fault_of_a_file_is_told(tmp_path, content, told):
    with pytest.raises(JZError) as caught:
        budget_of(written(tmp_path, content))
    assert set(caught.value.codes) == {"JZ-E087"}
    assert told in str(caught.value)
    assert all(problem.where.startswith("own.yaml") for problem in caught.value.problems)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    content = {"year": 26, "unit": "wan", "pots": {"all": {"linse": []}}, "note": "x"}
    with pytest.raises(JZError) as caught:
        budget_of(written(tmp_path, content))
    assert len(caught.value.problems) == 5


def test_budgets_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(JZError) as caught:
        budget_of("exmaple-county")
    assert caught.value.codes == ("JZ-E060",)
    assert "example-county" in str(caught.value)
    with pytest.raises(JZError) as caught:
        budget_of(tmp_path / "none.yaml")
    assert caught.value.codes == ("JZ-E020",)
    (tmp_path / "bad.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(JZError) as caught:
        budget_of(tmp_path / "bad.yaml")
    assert caught.value.codes == ("JZ-E021",)
