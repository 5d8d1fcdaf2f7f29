"""Sizes, draws, the list taken along and the list handed back."""

from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu_sim.casework.sampling.sampling import (
    allocate,
    draw,
    half_width,
    size_for_precision,
    size_for_rate,
)
from jiuzhu_sim.casework.sampling.verification import (
    list_columns,
    read_verification,
    sample_list,
    title_of,
    write_list,
)
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import speaking


# --- sizes ---------------------------------------------------------------------------------
@given(st.integers(0, 5000), st.integers(0, 1000))
def test_a_rate_is_met_by_the_fewest_cases_and_no_float_slips(n, thousandths):
    assert size_for_rate(n, thousandths / 1000) == ceil(Fraction(thousandths, 1000) * n)


def test_rates_of_the_documents():
    assert size_for_rate(10, 0.3) == 3  # S2.1.5: 0.3 × 10 is 3.0000000000000004 by some routes
    assert size_for_rate(11, 0.2) == 3  # S2.3.8
    assert size_for_rate(7, 1.0) == 7  # S2.4.15
    assert size_for_rate(41, 0.1) == 5  # S3.10.12
    assert size_for_rate(3, 0.5) == 2  # S1.1.12


def test_size_for_a_precision_by_hand():
    assert size_for_precision(10**9, 0.05) == 385  # 1.96² × 0.25 / 0.05² = 384.1
    assert size_for_precision(1000, 0.05) == 278  # 384.15 × 1000 / 1383.15
    assert size_for_precision(50, 0.001) == 50
    assert size_for_precision(0, 0.05) == 0


@given(st.integers(1, 50_000), st.floats(0.01, 0.3), st.floats(0.05, 0.5))
def test_the_size_is_the_fewest_that_keep_the_half_width(n, wanted, p):
    size = size_for_precision(n, wanted, p)
    assert half_width(size, n, p) <= wanted * (1 + 1e-9)
    if size > 1:
        assert half_width(size - 1, n, p) > wanted * (1 - 1e-9)


def test_all_faults_of_a_size_at_once():
    with pytest.raises(JZError) as refused:
        size_for_precision(-1, 2.0, p=0.0, conf=1.0)
    assert refused.value.codes == ("JZ-E032",) * 4
    with pytest.raises(JZError):
        size_for_rate(10, 1.2)


@given(
    st.lists(st.tuples(st.integers(0, 80), st.floats(0, 5)), min_size=1, max_size=8),
    st.floats(0, 1),
    st.booleans(),
)
def test_an_allocation_makes_up_the_size_within_what_there_is(strata, part, is_neyman):
    counts = np.array([n for n, _ in strata])
    size = int(part * counts.sum())
    made = allocate(size, counts, [s for _, s in strata] if is_neyman else None)
    assert made.sum() == size
    assert ((made >= 0) & (made <= counts)).all()
    if size >= np.minimum(counts, 2).sum():
        assert (made >= np.minimum(counts, 2)).all()


def test_neyman_takes_more_where_the_spread_is_wider():
    assert allocate(30, [100, 100, 100], [0.1, 0.2, 0.3]).tolist() == [5, 10, 15]
    assert allocate(30, [200, 100, 0]).tolist() == [20, 10, 0]


# --- draws ---------------------------------------------------------------------------------
IDS = np.arange(1000, 1300)
TOWNS = np.array(["甲乡", "乙乡", "丙镇"])[np.arange(300) % 3]


def test_the_same_seed_gives_the_same_list_whatever_the_row_order():
    made = draw(IDS, TOWNS, rate=0.3, seed=5)
    order = np.random.default_rng(1).permutation(300)
    again = draw(IDS[order], TOWNS[order], rate=0.3, seed=5)
    assert set(IDS[made.mask]) == set(IDS[order][again.mask])
    assert made.size == 90
    assert set(IDS[made.mask]) != set(IDS[draw(IDS, TOWNS, rate=0.3, seed=6).mask])
    other = draw(IDS, TOWNS, rate=0.3, seed=5, purpose="2025-02")
    assert set(IDS[made.mask]) != set(IDS[other.mask])


def test_a_household_more_does_not_reshuffle_the_others():
    before = draw(IDS, size=60, seed=5)
    after = draw(np.append(IDS, 77), size=60, seed=5)
    assert len(set(IDS[before.mask]) - set(IDS[after.mask[:-1]])) <= 1
    larger = draw(IDS, size=80, seed=5)
    assert not (before.mask & ~larger.mask).any()


def test_ids_may_be_texts():
    texts = IDS.astype(str).astype(object)
    made = draw(texts, size=50, seed=5)
    assert made.size == 50
    larger = draw(np.append(texts, "x9"), size=50, seed=5)
    assert (made.mask & ~larger.mask[:-1]).sum() <= 1
    shuffled = draw(texts[::-1], size=50, seed=5)
    assert set(texts[::-1][shuffled.mask]) == set(texts[made.mask])


def test_each_stratum_by_its_own_rate():
    programme = np.where(np.arange(300) < 201, "dibao", "temporary")
    made = draw(IDS, programme, rate={"dibao": 0.3, "temporary": 0.2}, seed=1)
    assert dict(zip(made.names, made.n.tolist(), strict=True)) == {"dibao": 61, "temporary": 20}
    assert made.weight[made.mask & (programme == "temporary")][0] == 99 / 20
    assert made.weight.sum() == pytest.approx(300)


def test_a_part_of_a_sample():
    made = draw(IDS, TOWNS, size=30, seed=1)
    here = made.within(TOWNS == "乙乡")
    assert (here.names, here.counts.tolist(), here.is_simple) == (("乙乡",), [100], True)
    assert here.size == made.n[made.names.index("乙乡")]


def test_a_draw_that_cannot_be():
    wrong = [
        ({}, ["JZ-E032"]),
        ({"size": 3, "rate": 0.1}, ["JZ-E032"]),
        ({"size": 301}, ["JZ-E032"]),
        ({"size": {"甲乡": 1, "丁乡": 1}}, ["JZ-E060"] * 3),
        ({"size": {"甲乡": 101, "乙乡": 1, "丙镇": -1}}, ["JZ-E032"] * 2),
    ]
    for given_size, codes in wrong:
        with pytest.raises(JZError) as refused:
            draw(IDS, TOWNS, seed=1, **given_size)
        assert list(refused.value.codes) == codes
    with pytest.raises(JZError) as refused:
        draw(np.array([1, 1]), size=1, seed=1)
    assert refused.value.codes == ("JZ-E032",)
    with pytest.raises(JZError) as refused:
        draw(IDS, TOWNS[:5], size=1, seed=1)
    assert refused.value.codes == ("JZ-E033",)


def test_every_case_has_the_same_chance():
    """Inclusion over 2,000 seeds: mean 0.3, spread of the counts as of a fair draw."""
    ids = np.arange(40)
    hits = sum(draw(ids, size=12, seed=seed).mask.astype(int) for seed in range(2000))
    assert abs(hits.mean() / 2000 - 0.3) < 1e-12
    assert np.abs(hits - 600).max() < 4.5 * np.sqrt(2000 * 0.3 * 0.7)


# --- the list ------------------------------------------------------------------------------
SAMPLE = draw(IDS, TOWNS, size=6, seed=3)
PAID = np.full(300, 400.0)
LIST = sample_list(SAMPLE, IDS, township=TOWNS, paid_m=PAID)


def filled(**answers):
    """The list with some columns filled in, each from its first row on."""
    made = LIST.astype(object)
    for name, values in answers.items():
        made.loc[range(len(values)), title_of(name)] = values
    return made


def test_the_list_is_masked_and_has_columns_to_fill_in():
    assert len(LIST) == 6
    assert LIST["编号"].tolist() != sorted(LIST["编号"])  # by township first
    assert LIST["抽查原因"][0] == "随机抽查（丙镇，100件抽2件）"
    blank = [title_of(n) for n, entry in list_columns().items() if entry["part"] == "filled"]
    assert (LIST[blank] == "").all().all()
    with speaking("en"):
        assert "Township" in sample_list(SAMPLE, IDS, township=TOWNS).columns


def test_id_numbers_of_persons_never_go_on_a_list():
    people = np.array(["11010119900307231X", "110101199003072311"])
    with pytest.raises(JZError) as refused:
        sample_list(draw(people, size=1, seed=1), people)
    assert refused.value.codes == ("JZ-E032",)
    assert "1990" not in str(refused.value)


def test_a_returned_list_is_read(tmp_path):
    made = filled(is_eligible=["是", "否", "√", "是"], is_right=["是", None, "否"])
    made.loc[2, title_of("due_m")] = "350.5元"
    made.loc[1, title_of("finding")] = "家有两处商品房"
    path = write_list(made, tmp_path / "a.csv")
    ids = made["编号"].astype(int).tolist()
    found = read_verification(path, SAMPLE, IDS, PAID)
    place = [int(np.flatnonzero(each == IDS)[0]) for each in ids]
    assert found.is_eligible[place].tolist()[:4] == [1, 0, 1, 1]
    assert np.isnan(found.is_eligible[place][4:]).all()
    assert found.due_m[place].tolist()[:3] == [400, 0, 350.5]
    assert found.wrong_m(PAID)[place].tolist()[:3] == [0, 400, 49.5]
    assert found.finding[place[1]] == "家有两处商品房"
    assert np.isnan(found.is_wrong).sum() == 296


def test_a_workbook_in_english_with_a_title_row_is_read(tmp_path):
    with speaking("en"):
        made = sample_list(SAMPLE, IDS, township=TOWNS).astype(object)
        made[title_of("is_eligible")] = "yes"
    path = tmp_path / "b.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        made.to_excel(book, index=False, startrow=2)
        book.sheets["Sheet1"].write(0, 0, "核查清单")
    assert np.nansum(read_verification(path, SAMPLE, IDS).is_eligible) == 6


def test_lists_of_townships_go_together(tmp_path):
    made = filled(is_eligible=["是"] * 6)
    parts = [
        write_list(here, tmp_path / f"{k}.csv")
        for k, (_, here) in enumerate(made.groupby("乡镇（街道）"))
    ]
    assert len(parts) == 3
    assert np.nansum(read_verification(parts, SAMPLE, IDS).is_eligible) == 6


def test_all_that_is_wrong_is_told_at_once_by_row_and_column(tmp_path):
    made = filled(
        is_eligible=["也许", "否", "否", "是", None, "是"],
        is_right=[None, "是", None, "否", "是", None],
        due_m=[None, None, 120, None, None, "-5"],
    )
    made.loc[6] = made.loc[0]
    made.loc[6, title_of("is_eligible")] = "是"
    made.loc[7] = made.loc[0]
    made.loc[7, "编号"] = 99
    path = write_list(made, tmp_path / "c.csv")
    with pytest.raises(JZError) as refused:
        read_verification(path, SAMPLE, IDS, PAID)
    told = [(problem.code, problem.where) for problem in refused.value.problems]
    rows = sorted({where.split("第")[1].split("行")[0] for _, where in told})
    assert rows == ["2", "3", "4", "5", "6", "7", "8", "9"]
    assert ("JZ-E029", "c.csv · 第9行 · B列（编号）") in told
    assert all(where.startswith("c.csv") for _, where in told)


def test_a_list_of_another_draw_is_told_once(tmp_path):
    made = filled()
    made["编号"] = range(900, 900 + len(made))
    with pytest.raises(JZError) as refused:
        read_verification(write_list(made, tmp_path / "o.csv"), SAMPLE, IDS)
    assert refused.value.codes == ("JZ-E032",)
    assert f"{len(made)}户不在本次抽样里" in str(refused.value)


def test_a_list_without_its_columns(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("编号,金额\n1,2\n", encoding="utf-8")
    with pytest.raises(JZError) as refused:
        read_verification([path, tmp_path / "none.csv"], SAMPLE, IDS)
    assert refused.value.codes == ("JZ-E072", "JZ-E020")
    empty = LIST.iloc[:0]
    write_list(empty, path)
    with pytest.raises(JZError) as refused:
        read_verification(path, SAMPLE, IDS)
    assert refused.value.codes == ("JZ-E059",)
