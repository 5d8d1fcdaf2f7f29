"""Small tables typed by hand, of the kinds that measures make."""

import numpy as np

from jiuzhu_sim.measures import Statistic, Table

LONG = "龙泉山国家级经济技术开发区管理委员会街道办事处"
POLICY = {"policy": "示例县（2025年）"}
REFORM = {"base": "现行", "new": "农村标准提到670元"}
PERSONS = Statistic("persons", "persons", additive=True)
MEAN = Statistic("mean_benefit_m", "yuan/person-month")
COST = Statistic("cost_y", "yuan/year", additive=True)
SHARE = Statistic("share", "share", additive=True)


def table(name, dims, rows, statistics, values, spread=0.1, n=None, per="household", **more):
    """A table with intervals of ± `spread` of each value; none where `spread` is None."""
    values = np.array(values, np.float64)
    half = np.full(values.shape, np.nan) if spread is None else np.abs(values) * spread
    n = np.full(len(rows), 50) if n is None else np.array(n)
    return Table(
        name,
        dims,
        tuple(rows),
        tuple(statistics),
        values,
        values - half,
        values + half,
        n,
        per,
        **more,
    )


def townships():
    rows = [("东河乡",), (LONG,), ("=1+1",), ("total",)]
    values = [
        [100, 640, 768_000],
        [300, 810.5, 2_917_800],
        [200, 702.25, 1_685_400],
        [600, 746, 5_371_200],
    ]
    return table(
        "caseload",
        ("township",),
        rows,
        [PERSONS, MEAN, COST],
        values,
        n=[20, 60, 40, 120],
        notes=("note.interval",),
        fields=POLICY,
    )


def crossed():
    rows = [(area, kind) for area in ("urban", "rural") for kind in ("A", "B")]
    values = [[120, 5], [30, 6], [800, 7], [9, 8], [959, 6.5]]
    return table(
        "caseload",
        ("area", "category_hh"),
        [*rows, ("total", "total")],
        [PERSONS, MEAN],
        values,
        fields=POLICY,
    )


def reconciled():
    statistics = [
        Statistic("reported", ""),
        Statistic("model", ""),
        Statistic("difference", ""),
        Statistic("difference_rate", "share"),
        Statistic("verdict", "verdict"),
    ]
    values = [[5000, 5000, 0, 0, 2], [15000, 14400, -600, -0.04, 0]]
    names = {
        "R1": {"zh": "R1 城市低保户数", "en": "R1 Urban"},
        "R2": {"zh": "R2 农村人数", "en": "R2 Rural"},
    }
    return table(
        "reconcile", ("figure",), [(name,) for name in names], statistics, values, None, names=names
    )


def gap(appropriation):
    statistics = [
        Statistic("need_y", "yuan/year"),
        Statistic("appropriation_y", "yuan/year"),
        Statistic("gap_y", "yuan/year"),
        Statistic("need_rate", "share"),
    ]
    need = 38_000_000
    values = [[need, appropriation, need - appropriation, need / appropriation]]
    return table("budget_gap", ("area",), [("rural",)], statistics, values, 0.05, fields=POLICY)


def poverty():
    statistics = [
        Statistic("fgt0", "share"),
        Statistic("fgt1", "index"),
        Statistic("fgt2", "index"),
        Statistic("gini", "index"),
    ]
    values = [[0.61, 0.28, 0.15, 0.31], [0.02, 0.01, 0.003, 0.25]]
    return table(
        "poverty",
        ("moment",),
        [("before",), ("after",)],
        statistics,
        values,
        per="person",
        fields=POLICY,
    )


def winners():
    bands = ("gain_large", "gain_small", "none", "loss_small", "loss_large", "total")
    values = [[82, 0.082], [157, 0.157], [615, 0.615], [130, 0.13], [16, 0.016], [1000, 1]]
    return table(
        "winners_losers",
        ("band",),
        [(band,) for band in bands],
        [PERSONS, SHARE],
        values,
        per="person",
        fields=REFORM,
    )


def deciles(gains=(42, 38, 31, 22, 12, 5, 1, -0.4, -3, -8)):
    statistics = [Statistic("mean_gain_m", "yuan/person-month")]
    return table(
        "deciles",
        ("decile",),
        [(str(k + 1),) for k in range(10)],
        statistics,
        [[gain] for gain in gains],
        per="person",
        fields=REFORM,
    )
