"""How each code of assessment comes about; part of `provoke`."""


def scorecard_that_does_not_add_up(folder, _):
    from jiuzhu_sim.assessment.scorecard.card import load_card

    path = folder / "mine.yaml"
    path.write_text(
        "label: 例\nsource: 例\nstatus: own\npoints: 100\ngroups: {a: {label: 甲}}\n"
        "items: {x: {group: a, indicator: visit_rate, points: 90, form: linear, full: 100%,"
        " none: 0, status: assumed}}\n",
        encoding="utf-8",
    )
    load_card(path)


def ranking_of_nobody(*_):
    from jiuzhu_sim.assessment.indicators import Measured
    from jiuzhu_sim.assessment.ranking import rank_units
    from jiuzhu_sim.assessment.scorecard.card import load_card

    without = Measured.made(("甲乡",), {"visit_rate": [float("nan")]})
    rank_units(load_card(), without)


def targets_of_an_office_without_units(folder, _):
    from jiuzhu_sim.assessment.performance import targets

    path = folder / "targets.csv"
    path.write_text("目标,计划数,完成数\n村道硬化,约四,3\n", encoding="utf-8")
    targets(path)


def weights_that_miss_the_total(*_):
    from jiuzhu_sim.report.ranking_check import check_ranking

    check_ranking({"law": "s1-county-2020", "weights": ["exit=20"]})


def boundaries_without_an_approval_number(folder, _):
    from jiuzhu_sim.report.boundaries import read_boundaries

    path = folder / "own.geojson"
    ring = "[[113, 29], [114, 29], [114, 30], [113, 29]]"
    shape = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
    feature = f'{{"type": "Feature", "properties": {{"name": "甲乡"}}, "geometry": {shape}}}'
    whole = f'{{"type": "FeatureCollection", "features": [{feature}]}}'
    path.write_text(whole, encoding="utf-8")
    read_boundaries(path, ["甲乡"])


def counties_without_names(folder, _):
    from jiuzhu_sim.report.counties import read_counties

    path = folder / "counties.csv"
    path.write_text("law\nexample-county\n", encoding="utf-8")
    read_counties(path)


ASSESSMENT = {
    "JZ-E111": counties_without_names,
    "JZ-E108": boundaries_without_an_approval_number,
    "JZ-E107": weights_that_miss_the_total,
    "JZ-E106": targets_of_an_office_without_units,
    "JZ-E105": ranking_of_nobody,
    "JZ-E104": scorecard_that_does_not_add_up,
}
