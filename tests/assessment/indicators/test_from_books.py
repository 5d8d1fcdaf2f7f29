"""Books that agree: household-months by township, each counted once however much is wrong."""

import pandas as pd

from jiuzhu_sim.assessment.indicators import evidence_of, measure
from jiuzhu_sim.casework.books.three_way import three_way


def book(*rows):
    return pd.DataFrame(rows, columns=["month", "household", "township", "persons", "amount"])


ROWS = [("2025-01", k, "甲镇" if k < 4 else "乙乡", 1, 300.0) for k in range(8)]


def share(paid, ledger, system):
    returns = evidence_of(books=three_way(paid, ledger, system), units=["甲镇", "乙乡"])
    made = measure(returns, "census")
    k = made.place("books_consistent")
    return made.hits[:, k].tolist(), made.n[:, k].tolist()


def test_books_that_agree():
    assert share(book(*ROWS), book(*ROWS), book(*ROWS)) == ([4, 4], [4, 4])


def test_a_household_that_differs_twice_is_one():
    wrong = [("2025-01", 0, "甲镇", 2, 310.0), *ROWS[1:]]
    assert share(book(*ROWS), book(*ROWS), book(*wrong)) == ([3, 4], [4, 4])


def test_a_household_that_the_ledger_lacks_does_not_agree():
    assert share(book(*ROWS), book(*ROWS[1:]), book(*ROWS)) == ([3, 4], [4, 4])


def test_a_household_that_only_the_payments_lack():
    assert share(book(*ROWS[:-1]), book(*ROWS), book(*ROWS)) == ([4, 3], [4, 4])
