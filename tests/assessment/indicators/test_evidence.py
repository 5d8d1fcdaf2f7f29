"""Evidence: whose townships are assessed, and what does not fit is refused."""

import pytest

from jiuzhu_sim.assessment.indicators import evidence_of, measure, synthetic_returns
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.errors import JZError

LOG = log_of([{"township": "乙乡", "programme": "dibao"}, {"township": "甲镇"}])


def test_townships_are_those_there_are_by_name_or_as_named():
    assert evidence_of(log=LOG, procedure="national").units == ("乙乡", "甲镇")
    assert evidence_of(log=LOG, units=["甲镇"]).units == ("甲镇",)
    assert evidence_of(returns=synthetic_returns(["丙乡"], 1)).units == ("丙乡",)


def test_nothing_at_all_is_refused_with_what_to_give():
    with pytest.raises(JZError, match="办理记录") as error:
        evidence_of()
    assert error.value.codes == ("JZ-E098",)


def test_townships_that_are_not_there_are_told_together():
    with pytest.raises(JZError) as error:
        evidence_of(log=LOG, returns=synthetic_returns(["甲真", "乙乡"], 1), units=["甲镇", "丁乡"])
    assert error.value.codes == ("JZ-E060",) * 3


def test_returns_of_a_township_without_cases_are_refused():
    with pytest.raises(JZError, match="甲镇") as error:
        evidence_of(log=LOG, returns=synthetic_returns(["甲真"], 1))
    assert error.value.codes == ("JZ-E060",)


def test_whatever_is_made_up_marks_the_whole():
    assert not evidence_of(log=LOG).is_synthetic
    assert evidence_of(log=LOG, returns=synthetic_returns(["甲镇"], 1)).is_synthetic


def test_no_log_no_returns_no_number():
    made = measure(evidence_of(log=LOG))
    assert set(made.missing) == set(made.keys)
    assert "没有办理记录" in made.missing["payment_on_time"]
    assert "填报表" in made.missing["satisfaction"]


@pytest.mark.parametrize(
    ("how", "code"), [({"design": "all"}, "JZ-E060"), ({"files": 0}, "JZ-E032")]
)
def test_a_design_that_there_is_not(how, code):
    with pytest.raises(JZError) as error:
        measure(evidence_of(log=LOG), **how)
    assert error.value.codes == (code,)
