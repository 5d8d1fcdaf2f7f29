"""Good rosters mangled at random: cells, columns and rows changed, dropped, doubled, shuffled.

Whatever comes out, the answer is a refusal, or a roster whose books balance and that tells no
secret.
"""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiuzhu_sim.errors import JZError
from tests.roster.faults import DOUBTS, STOPS, infect
from tests.roster.hints import HINTS
from tests.roster.messy import FORMS, POLICY, families, lay_out
from tests.roster.test_privacy import everything, leaks
from tests.roster.truth import check, place, told
from tests.roster.written import plain, printed, titled, write_text, write_xlsx

ODD = (
    *("", "　", "无", "-", "同上", "〃", "户主", "合计", "姓名", "NULL", "nan", "TRUE", "#N/A"),
    *("1e309", "1.5E+300", "-0", "-1", "1e-5", "NaN", "inf", "9" * 400, "0x1F", "1_000", "12" * 10),
    *(
        "①",
        "②",
        "½",
        "٣",
        "١٢",
        "１２",
        "三",
        "十二",
        "壹仟",
        "0.1元",
        "1,2,3",
        "1，200",
        "（300）",
    ),
    *("=1+1", "0000-00-00", "99999999", "00000000", "13月", "2025-02-30", "3000-01-01", "45000.5"),
    *("2025", "1/2", "👨‍👩‍👧", "a" * 5000),
)
MADE = {size: families(size, seed=size) for size in (1, 2, 7, 20, 50)}


def changed_cells(lines, draw):
    for _ in range(draw.choice((1, 5, 60))):
        line = draw.choice(lines)
        if line:
            line[draw.randrange(len(line))] = draw.choice(ODD)
    return lines


def dropped_columns(lines, draw):
    for _ in range(draw.choice((1, 3, 10))):
        column = draw.randrange(max(map(len, lines), default=1) or 1)
        for line in lines:
            del line[column : column + 1]
    return lines


def doubled_columns(lines, draw):
    width = max(map(len, lines), default=1) or 1
    source, place = draw.randrange(width), draw.randrange(width)
    return [[*line[:place], *line[source : source + 1], *line[place:]] for line in lines]


def shuffled_rows(lines, draw):
    return draw.sample(lines, len(lines))


def doubled_rows(lines, draw):
    return [list(line) for line in lines + lines]


def dropped_rows(lines, draw):
    return [line for line in lines if draw.random() < 0.7]


def turned(lines, draw):
    """Rows made columns."""
    width = max(map(len, lines), default=0)
    return [[line[n] if n < len(line) else "" for line in lines] for n in range(width)]


MANGLED = {
    **{"cells": changed_cells, "fewer columns": dropped_columns, "columns twice": doubled_columns},
    **{"shuffled": shuffled_rows, "rows twice": doubled_rows, "fewer rows": dropped_rows},
    "turned": turned,
}


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    size=st.sampled_from(list(MADE)),
    form=st.sampled_from(list(FORMS)),
    dress=st.sampled_from([plain, titled, printed]),
    how=st.lists(st.sampled_from(list(MANGLED)), max_size=3),
    kind=st.sampled_from(["utf-8", "gb18030", "xlsx"]),
    policy=st.sampled_from([POLICY, None]),
)
def test_a_mangled_roster(tmp_path_factory, seed, size, form, dress, how, kind, policy):
    draw, made = random.Random(seed), MADE[size]
    if size == 50 and draw.random() < 0.5:
        made, _ = infect(made, STOPS | DOUBTS | HINTS, form, 1, seed)
    dressed = dress(lay_out(made, form))
    lines = [list(line) for line in dressed.lines]
    for name in how:
        lines = MANGLED[name](lines, draw)
    dressed, folder = (
        replace(dressed, lines=lines, blocks=(), place=()),
        tmp_path_factory.mktemp("m"),
    )
    if kind == "xlsx":
        path = write_xlsx(folder / "roster.xlsx", dressed)
    else:
        path = write_text(folder / "roster.csv", dressed, kind)
    roster, refusal = None, ""
    try:
        roster = check(path, policy=policy)
    except JZError as error:
        refusal = str(error)
    assert leaks([refusal], made) == []
    if roster is None:
        return
    households = roster.people.households if roster.people else 0
    assert len(roster.rows) == households + roster.rows["is_set_aside"].sum()
    cells = [place(finding) for finding in told(roster, "stop", "doubt")]
    assert len(cells) == len(set(cells))
    if roster.people:
        assert leaks(everything(roster), made) == []


@pytest.mark.parametrize("odd", ODD, ids=lambda text: ascii(text)[:20])
def test_every_odd_cell_in_every_column(tmp_path, odd):
    """One odd text all over a row is stops, doubts and hints of that household, no more."""
    made = families(20, seed=2)
    for person in made[9].members:
        person.update(dict.fromkeys(person, odd))
    made[9].cells.update(dict.fromkeys(made[9].cells, odd))
    dressed = plain(lay_out(made, "repeated"))
    roster = check(write_text(tmp_path / "roster.csv", dressed, "utf-8"))
    rows = dressed.rows(9)
    others = [f for f in told(roster, "stop") if f["row"] not in rows]
    assert others == []
    assert roster.people.households >= 19
