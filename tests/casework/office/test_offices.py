"""Offices of townships: numbers with their sources, drawn by name alone, changed by hand."""

import numpy as np
import pytest

from jiuzhu_sim.casework.office.offices import BETTER_LOW, DRAWN, offices_of, settings
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import LANGUAGES, speaking

MANY = [f"{number}乡" for number in range(400)]


def test_every_number_says_where_it_comes_from():
    for number in settings():
        assert number.low <= number.value <= number.high
        assert set(number.label) == set(number.sources) == set(LANGUAGES)
    assert {number.status for number in settings()} == {"assumed"}


def test_the_listing_speaks_both_languages():
    with speaking("en"):
        listed = {row["name"]: row for row in settings().listing()}
    assert listed["channel.window"] == {
        "name": "channel.window",
        "label": "Share of applications at the window",
        "value": "60%",
        "unit": "",
        "status": "assumed",
        "source": "No published figure is at hand; illustrative",
    }


def test_an_office_depends_on_its_name_alone():
    some = offices_of(["乙镇", "甲镇"])
    other = offices_of(["甲镇", "丙镇", "乙镇"])
    for name in (*DRAWN, "staff", "shared"):
        assert getattr(some, name).tolist() == getattr(other, name)[[2, 0]].tolist()


def test_figures_lie_between_their_ends_and_differ():
    offices = offices_of(MANY)
    for name in DRAWN:
        low, high = settings()[f"{name}.low"], settings()[f"{name}.high"]
        values = getattr(offices, name)
        assert low <= values.min() < values.max() <= high
    assert set(np.unique(offices.staff)) == set(range(2, 9))


def test_good_offices_are_good_all_round():
    """One quality moves all: a fast office leaves out less and visits more."""
    offices = offices_of(MANY)
    assert np.corrcoef(offices.pace, offices.skipped)[0, 1] > 0.5
    assert np.corrcoef(offices.pace, offices.visited)[0, 1] < -0.5
    assert np.corrcoef(offices.pace, offices.staff)[0, 1] < -0.5
    assert "visited" not in BETTER_LOW


def test_without_a_common_quality_they_are_unrelated():
    offices = offices_of(MANY, numbers=settings().changed({"quality.weight": 0}))
    assert abs(np.corrcoef(offices.pace, offices.skipped)[0, 1]) < 0.2


def test_small_offices_share_roles():
    offices = offices_of(MANY)
    small = offices.staff <= settings()["staff.small"]
    assert set(offices.shared[small]) == {settings()["shared.small"]}
    assert set(offices.shared[~small]) == {settings()["shared.large"]}


def test_a_township_can_be_changed_by_hand():
    before = offices_of(["甲镇", "乙镇"])
    after = before.changed("甲镇", pace=3, staff=1)
    assert (after.pace[0], after.staff[0]) == (3, 1)
    assert after.pace[1] == before.pace[1]
    assert before.pace[0] != 3


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda: settings().changed({"days.verfy": 1, "pace.low": 99}), ("JZ-E060", "JZ-E004")),
        (lambda: settings().changed({"pace.low": float("nan")}), ("JZ-E005",)),
        (lambda: settings().changed({"pace.low": True}), ("JZ-E005",)),
        (lambda: settings()["pace"], ("JZ-E060",)),
        (lambda: offices_of(["甲镇"]).changed("乙镇", pace=1), ("JZ-E060",)),
        (lambda: offices_of(["甲镇"]).changed("甲镇", pase=1, staff=0), ("JZ-E060", "JZ-E097")),
        (lambda: offices_of(["甲镇"]).of(["甲镇", "丙镇"]), ("JZ-E060",)),
    ],
)
def test_what_does_not_fit_is_refused(change, codes):
    with pytest.raises(JZError) as caught:
        change()
    assert caught.value.codes == codes
