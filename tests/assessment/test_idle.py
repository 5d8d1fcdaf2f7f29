"""Why a change moves nobody: each reason by an example, and none where it does."""

import pytest

from jiuzhu_sim.assessment import people_of, what_if
from jiuzhu_sim.language import LANGUAGES, set_language
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report.whatif import no_change

POLICY = load_policy("example-county")


@pytest.fixture(scope="module")
def people():
    return people_of("", POLICY, 800, 1)


def found(people, changes, policy=POLICY):
    return what_if(people, policy, policy.change(changes))


EXAMPLES = [
    ("funding.city_share", 0.1, "elsewhere", "measures", ""),
    ("reading.posting_days", 10, "elsewhere", "casework", ""),
    ("tiers.first_share", 0.9, "off", "dibao.benefit_form", "tiers"),
    ("local.minimum_wage", 1_500, "off", "reading.imputation_rule", "minimum_wage"),
    ("assets.vehicles_max", 9, "nobody", "", ""),
]


@pytest.mark.parametrize(("path", "value", "reason", "because", "needs"), EXAMPLES)
def test_each_reason(people, path, value, reason, because, needs):
    base = POLICY.change({"assets.vehicles_max": 8}) if reason == "nobody" else POLICY
    compared = found(people, {path: value}, base)
    assert compared.nothing_changed
    (idle,) = compared.idle
    assert (idle.path, idle.reason, idle.because, idle.needs) == (path, reason, because, needs)
    for name in LANGUAGES:
        set_language(name)
        said = no_change(compared)
        assert compared.changes[0].declared.title in said[-1]
        assert "{" not in "".join(said)


def test_what_moves_somebody_is_not_idle(people):
    compared = found(people, {"dibao.standard.rural": 670})
    assert compared.idle == ()
    assert no_change(compared) == ()


def test_beside_a_change_that_counts_only_the_sleeping_one_is_named(people):
    compared = found(people, {"dibao.standard.rural": 670, "tiers.first_share": 0.9})
    assert [idle.path for idle in compared.idle] == ["tiers.first_share"]
    (said,) = no_change(compared)
    assert "一档" in said
    assert "农村低保标准" not in said


def test_a_switch_that_is_turned_counts_as_read(people):
    assert found(people, {"single.offered": False}).idle == ()


def test_a_result_that_was_not_computed(people):
    """Read by a rule that is on, but no table asked for what it gives."""
    changed = POLICY.change({"temporary.urgent_ceiling": 100})
    compared = what_if(people, POLICY, changed, tables=["change"])
    assert [idle.reason for idle in compared.idle] in (["beside"], ["off"])


def test_no_difference_is_said(people):
    compared = found(people, {})
    assert compared.idle == ()
    assert no_change(compared) == ("方案与现行政策完全相同，因此没有任何变化。",)
