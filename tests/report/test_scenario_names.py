"""What a policy is called in a report: after its changes, or after the place."""

import pytest

from jiuzhu_sim import assess
from jiuzhu_sim.language import speaking
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.report.annual.basics import basics_chapter
from jiuzhu_sim.report.annual.known import Known
from jiuzhu_sim.report.scenarios import policy_of
from tests.report.annual_parts import assessed_of

CHANGED = {"law": "example-county", "changes": ["dibao.standard.rural=670"]}


def test_a_scenario_is_called_after_its_changes():
    assert policy_of(CHANGED).title == "农村低保标准 670 元/人·月"


@pytest.mark.parametrize("county", ["东河县", ""])
def test_a_report_on_a_county_keeps_its_name_whatever_is_changed(county):
    policy = policy_of({**CHANGED, "county": county})
    assert policy["dibao.standard.rural"] == 670
    assert policy.title == (county or "示例县（参数有改动）")
    with speaking("en"):
        assert policy.title == (county or "Example county (parameters changed)")


def test_a_county_without_changes_is_called_by_its_own_name():
    given = {"law": "example-county", "changes": []}
    assert policy_of({**given, "county": ""}).label == load_policy("example-county").label
    assert policy_of({**given, "county": "东河县"}).title == "东河县"


def test_an_annual_report_names_its_law_and_what_was_changed():
    assessed = assessed_of("example-county")
    plain = "".join(basics_chapter(Known(assessed, 2025))[0].sentences)
    assert "改定" not in plain
    given = {**CHANGED, "county": "东河县"}
    known = Known(assess(assessed.people, policy_of(given)), 2025, given=given)
    said = "".join(basics_chapter(known)[0].sentences)
    assert "东河县2025年" in said
    assert "按“示例县”在" in said
    assert "农村低保标准 670 元/人·月" in said
