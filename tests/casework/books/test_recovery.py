"""Recovery of over-payments: months and fen exact, against a slow reckoning in decimals."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.casework.books.recovery import causes, recovery, usual_terms
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.law.load import clauses


def test_a_case_by_hand():
    """Four months of 300.50 paid; nothing due in two of them, then 100; nothing in the last."""
    paid = [[300.5]] * 4 + [[0.0]]
    due = [[0.0], [0.0], [100.0], [100.0], [0.0]]
    made = recovery(paid, due, ["fraud"], later_benefit_m=[250.0])
    assert made.months.tolist() == [4]
    assert made.over.tolist() == [100200]
    assert made.claimed.tolist() == [100200]
    assert made.recovered.tolist() == [60120]
    assert made.lost.tolist() == [40080]
    # 20 % of 250 yuan a month: twenty instalments of 50 and one of 2.
    assert (made.instalment[0], made.instalments[0], made.last[0]) == (5000, 21, 200)


def test_causes_decide():
    paid, due = [[300.0] * 4], [[0.0] * 4]
    made = recovery(paid, due, [*causes(), ""])
    assert made.claimed.tolist() == [30000, 30000, 0, 0]
    assert made.exempt.tolist() == [0, 0, 30000, 30000]
    other = usual_terms(share={"office_mistake": 1}, rate={"fraud": 1})
    again = recovery(paid, due, [*causes(), ""], terms=other)
    assert again.claimed.tolist() == [30000, 30000, 30000, 0]
    assert again.recovered.tolist() == [30000, 18000, 18000, 0]
    table = made.table()
    assert table.loc["合计", "households"] == 3
    assert table.loc["经办差错（非主观）", "status"] == "reading"


def test_months_paid_too_little_count_against_it_or_do_not():
    paid, due = [[300.0], [100.0], [300.0]], [[200.0], [200.0], [200.0]]
    assert recovery(paid, due, ["fraud"]).over.tolist() == [10000]
    by_months = usual_terms(counting="months")
    assert recovery(paid, due, ["fraud"], terms=by_months).over.tolist() == [20000]


def test_only_the_period_of_wrong_cover_counts():
    paid, due = [[300.0], [300.0]], [[0.0], [0.0]]
    made = recovery(paid, due, ["fraud"], is_wrong=[[False], [True]])
    assert made.over.tolist() == [30000]
    # Before and after the wrong cover, months paid too little are another matter.
    late = recovery([[0.0], [300.0], [0.0]], [[100.0], [100.0], [100.0]], ["fraud"])
    assert late.over.tolist() == [20000]


def test_without_later_benefit_there_are_no_instalments():
    made = recovery([[300.0, 0.0]], [[0.0, 0.0]], ["fraud", "fraud"])
    assert made.instalments.tolist() == [-1, 0]
    assert made.last.tolist() == [0, 0]


def test_clauses_are_those_of_the_catalogue():
    told = recovery([[1.0]], [[0.0]], ["fraud"]).table()["clauses"].iloc[:-1]
    assert all(one in clauses() for cell in told for one in cell.split("、"))


def test_faults_are_told_at_once():
    with pytest.raises(JZError) as caught:
        recovery([[300.0, -1.0]], [[0.0, np.nan]], ["fraud", "theft"], later_benefit_m=[1.0])
    assert sorted(caught.value.codes) == ["JZ-E033", "JZ-E060", "JZ-E092", "JZ-E092"]
    with pytest.raises(JZError) as caught:
        usual_terms(share={"fraud": 2, "theft": 1}, instalment=-1, counting="gross")
    assert sorted(caught.value.codes) == ["JZ-E004", "JZ-E004", "JZ-E060", "JZ-E060"]


money = st.integers(0, 200_000).map(lambda fen: fen / 100)
share = st.integers(0, 1000).map(lambda part: part / 1000)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(money, money), min_size=1, max_size=8),
    st.sampled_from(causes()),
    *(share, share, share, money, st.sampled_from(["net", "months"])),
)
def test_against_decimals(months, cause, part, rate, instalment, later, counting):
    terms = usual_terms(
        share={cause: part}, rate={cause: rate}, instalment=instalment, counting=counting
    )
    paid, due = ([[row[k]] for row in months] for k in (0, 1))
    made = recovery(paid, due, [cause], terms=terms, later_benefit_m=[later])
    fen = Decimal("0.01")

    def exact(value):
        return Decimal(str(value)).quantize(fen)

    def times(value, by):
        return (value * Decimal(str(by))).quantize(fen, ROUND_HALF_UP)

    excess = [exact(p) - exact(d) for p, d in months]
    wrong = [place for place, value in enumerate(excess) if value > 0]
    counted = excess[wrong[0] : wrong[-1] + 1] if wrong else []
    if counting == "months":
        counted = [max(value, Decimal(0)) for value in counted]
    over = max(sum(counted, Decimal(0)), Decimal(0))
    claimed = times(over, part)
    recovered = times(claimed, rate)
    assert made.over[0] == over * 100
    assert made.claimed[0] == claimed * 100
    assert made.recovered[0] == recovered * 100
    assert made.over[0] == made.exempt[0] + made.recovered[0] + made.lost[0]
    step, left, number, last = times(exact(later), instalment), claimed, 0, Decimal(0)
    if step > 0:
        whole, rest = divmod(left, step)
        number = int(whole) + (rest > 0)
        last = rest if rest else step if number else Decimal(0)
        assert made.instalments[0] == number
        assert made.last[0] == last * 100
    else:
        assert made.instalments[0] == (-1 if claimed else 0)
