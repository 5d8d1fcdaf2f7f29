"""Tables of verdicts: counts by item and township, shares at fault, days taken."""

import numpy as np
import pytest

from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.procedure.verdicts import CODE, Item, Verdicts
from jiuzhu_sim.language import speaking
from jiuzhu_sim.measures.handling import SHARE, UNKNOWN_PLACE, handling, lasting, townships_at_fault
from jiuzhu_sim.measures.table import TOTAL

ITEMS = (
    Item("vote", "S1.1.6", {"zh": "民主评议", "en": "Review"}, "working days", 5),
    Item("visit", "S1.1.11", {"zh": "入户", "en": "Visit"}),
    Item("never", "S1.1.9", {"zh": "告知", "en": "Notice"}, "days", 3),
)
WORDS = (
    ("met", "broken", "overdue", "running", "unknown"),
    ("met", "met", "met", "not_applicable", "broken"),
    ("not_applicable",) * 5,
)
DAYS = [[3, 9, 12, 1, np.nan], [np.nan] * 5, [np.nan] * 5]


@pytest.fixture
def verdicts():
    log = log_of(
        [{"township": "甲镇"}, {"township": "乙镇"}, {"township": "甲镇"}, {"township": "乙镇"}, {}]
    )
    code = np.array([[CODE[word] for word in line] for line in WORDS], np.int8)
    return Verdicts(log, ITEMS, code, days=np.array(DAYS, np.float32))


def test_counts_by_item(verdicts):
    table = handling(verdicts)
    assert table.rows == (("vote",), ("visit",)), "an item that concerns no case is left out"
    assert [table.get(f"handling_{name}", "vote") for name in WORDS[0]] == [1, 1, 1, 1, 1]
    assert table.get("handling_concerned", "visit") == 4
    assert table.n.tolist() == [5, 4]


def test_the_share_at_fault_leaves_out_what_is_not_judged(verdicts):
    table = handling(verdicts)
    assert table.get(SHARE, "vote") == pytest.approx(2 / 3)
    assert table.get(SHARE, "visit") == pytest.approx(1 / 4)


def test_by_township_the_parts_add_up_to_the_total(verdicts):
    table = handling(verdicts, "township")
    assert ("vote", UNKNOWN_PLACE) in table.rows
    for item in ("vote", "visit"):
        for name in WORDS[0]:
            parts = [
                table.get(f"handling_{name}", *row)
                for row in table.rows
                if row[0] == item and row[1] != TOTAL
            ]
            assert sum(parts) == table.get(f"handling_{name}", item, TOTAL)
    assert np.isnan(table.get(SHARE, "vote", UNKNOWN_PLACE)), "nothing judged, no share"


def test_townships(verdicts):
    table = townships_at_fault(verdicts)
    assert table.rows == ((UNKNOWN_PLACE,), ("乙镇",), ("甲镇",), (TOTAL,)), "the worst first"
    cases = [table.get("handling_cases", *row) for row in table.rows]
    at_fault = [table.get("handling_cases_at_fault", *row) for row in table.rows]
    assert (cases, at_fault) == ([1, 2, 2, 5], [1, 1, 1, 3])
    assert table.n.tolist() == [1, 2, 2, 5]
    assert table.get(SHARE, TOTAL) == pytest.approx(3 / 7)


def test_equal_shares_share_a_rank_and_who_is_not_judged_has_none():
    places = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇")
    log = log_of([{"township": place} for place in places for _ in range(2)])
    words = ["met", "broken"] * 2 + ["broken"] * 2 + ["met"] * 2 + ["running"] * 2
    code = np.array([[CODE[word] for word in words]], np.int8)
    table = townships_at_fault(Verdicts(log, ITEMS[:1], code))
    ranks = {row[0]: table.get("handling_rank", *row) for row in table.rows}
    assert [row[0] for row in table.rows] == ["丙镇", "乙镇", "甲镇", "丁镇", "戊镇", TOTAL]
    assert [ranks[name] for name in ("丙镇", "乙镇", "甲镇", "丁镇")] == [1, 2, 2, 4]
    assert np.isnan(ranks["戊镇"])
    assert np.isnan(ranks[TOTAL])


def test_an_item_called_total_is_no_total():
    item = Item("total", "S1.1.8", {"zh": "全部环节", "en": "All steps"}, "working days", 15)
    log = log_of([{"township": "甲镇"}, {"township": "乙镇"}])
    verdicts = Verdicts(log, (item,), np.array([[CODE["met"], CODE["broken"]]], np.int8))
    assert 'class="total"' not in handling(verdicts)._repr_html_()
    page = handling(verdicts, "township")._repr_html_()
    assert page.count('class="total"') == 1
    assert "全部环节" in page


def test_days_of_what_was_done(verdicts):
    table = lasting(verdicts)
    assert table.rows == (("vote",),)
    names = ("n", "mean", "median", "late", "longest", "limit")
    assert [table.get(f"handling_days_{name}", "vote") for name in names] == [2, 6, 3, 9, 9, 5]
    assert table.labels(("vote",)) == ("民主评议（工作日）",)


def test_titles_in_both_languages(verdicts):
    with speaking("en"):
        table = handling(verdicts, "township")
        assert "township" in table.title.lower()
        assert table.labels(("vote", UNKNOWN_PLACE)) == ("Review", "Township not stated")


def test_an_unknown_grouping_is_refused(verdicts):
    with pytest.raises(KeyError):
        handling(verdicts, "moon")


def test_days_of_a_step_without_a_unit_are_not_told(verdicts):
    """A visit has no limit in days; that some are noted makes no row."""
    noted = Verdicts(verdicts.log, ITEMS, verdicts.code, days=np.full((3, 5), 4, np.float32))
    assert lasting(noted).rows == (("vote",),)
