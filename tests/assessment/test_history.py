"""No jump of the baseline goes unnoticed: the last entry is what is computed now."""

import pytest
import yaml

from jiuzhu_sim.assessment.history import history, latest_change, present, version_line
from jiuzhu_sim.language import LANGUAGES


def test_the_last_entry_is_what_this_code_computes():
    now, last = present(), history()["entries"][-1]["numbers"]
    to_add = yaml.safe_dump({"numbers": now}, allow_unicode=True, default_flow_style=None)
    for place, numbers in now.items():
        assert numbers == pytest.approx(last[place], rel=1e-9), (
            "The baseline has changed. If it should: add an entry with the reason to "
            f"jiuzhu_sim/assessment/history.yaml, with\n{to_add}"
        )


def test_every_entry_says_why_in_both_languages_and_has_every_number():
    entries = history()["entries"]
    assert len({entry["version"] for entry in entries}) == len(entries)
    assert [entry["date"] for entry in entries] == sorted(entry["date"] for entry in entries)
    for entry in entries:
        assert set(entry["reason"]) == set(LANGUAGES)
        assert all(entry["reason"].values())
        assert set(entry["numbers"]) == set(history()["places"])
        for numbers in entry["numbers"].values():
            assert set(numbers) == {"households", "persons", "cost_y"}
            assert all(number > 0 for number in numbers.values())


def test_the_line_has_a_row_for_each_place_and_version():
    table, entries = version_line(), history()["entries"]
    assert len(table.rows) == len(entries) * len(history()["places"])
    for entry in entries:
        for place, numbers in entry["numbers"].items():
            found = {name: table.get(name, place, entry["version"]) for name in numbers}
            assert found == numbers


def test_the_latest_change_is_the_last_that_moved_the_cost():
    entry, rate = latest_change("s42-county-2013")
    before = history()["entries"][history()["entries"].index(entry) - 1]
    old, new = (each["numbers"]["s42-county-2013"]["cost_y"] for each in (before, entry))
    assert rate == pytest.approx(new / old - 1)
    assert rate != 0
