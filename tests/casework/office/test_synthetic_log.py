"""A synthetic year of casework: what must hold of any, and that townships come out as they are."""

from functools import cache

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.limits.limits import limits
from jiuzhu_sim.casework.log.log import EVENTS, KINDS, PROGRAMMES
from jiuzhu_sim.casework.office.cases import SLOTS, entitled
from jiuzhu_sim.casework.office.offices import offices_of, settings
from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
from jiuzhu_sim.casework.office.ways import ways
from jiuzhu_sim.casework.procedure.procedure import procedures
from jiuzhu_sim.casework.procedure.verdicts import CODE
from jiuzhu_sim.casework.procedure.workdays import days_worked, is_workday
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.population import people_from_tables
from jiuzhu_sim.population.people import is_person

LAW = "s2-district-2022"
PERFECT = {
    "skipped.high": 0,
    "skipped.low": 0,
    "errors.low": 0,
    "errors.high": 0,
    "visited.low": 1,
    "unpunctual.high": 0,
    "shared.small": 0,
    "shared.large": 0,
    "verify.found": 0,
    "objection.share": 0,
}


@cache
def people():
    return jz.synthesize("all-programmes", households=4000, seed=1)


@cache
def made(law=LAW, procedure="", **numbers):
    policy = jz.load_policy(law)
    told = settings().changed(PERFECT if numbers.pop("perfect", False) else numbers)
    return synthetic_log(people(), policy, procedure=procedure or law, year=2023, offices=told)


def kinds(log, *names):
    return np.isin(log.cases["kind"], [KINDS.index(name) for name in names])


def of(log, *names):
    return np.isin(log.cases["programme"], [PROGRAMMES.index(name) for name in names])


def same(one, other):
    return all(
        np.array_equal(getattr(one, level)[name], values, equal_nan=values.dtype.kind in "fM")
        for level in ("cases", "events")
        for name, values in getattr(other, level).items()
    )


# --- the same for anybody ------------------------------------------------------------------
def test_the_same_seed_gives_the_same_log_and_another_does_not():
    policy = jz.load_policy(LAW)
    again = synthetic_log(people(), policy, year=2023)
    assert same(made(), again)
    assert not same(made(), synthetic_log(people(), policy, year=2023, seed=2))


def test_other_households_change_nothing():
    """The cases of the first households are the same alone: no draw depends on the others."""
    policy = jz.load_policy(LAW)
    few = jz.synthesize("all-programmes", households=1000, seed=1)
    assert np.array_equal(few["wage_m"], people()["wage_m"][: few.persons])
    alone = synthetic_log(few, policy, year=2023)
    cut = made().select(made().cases["household"] <= few.ids.max())
    assert alone.cases["case"].tolist() == cut.cases["case"].tolist()
    assert alone.events["at"].tolist() == cut.events["at"].tolist()


def test_the_order_of_rows_changes_nothing():
    whole = jz.synthesize("example-county", households=300, seed=1)
    person = [name for name in whole.laid_out if is_person(name)]
    columns = [name for name in whole.laid_out if not is_person(name) and name != "id"]
    owner = np.repeat(whole.ids, whole.sizes)

    def tables(order):
        rank = np.argsort(order)
        rows = np.argsort(rank[np.searchsorted(whole.ids, owner)], kind="stable")
        persons = {"household_id": owner[rows]} | {n: whole[n][rows] for n in person}
        homes = {"household_id": whole.ids[order]} | {n: whole[n][order] for n in columns}
        return people_from_tables(persons, homes)

    policy = jz.load_policy("example-county")
    logs = [
        synthetic_log(tables(order), policy, year=2023)
        for order in (np.arange(300), np.arange(300)[::-1].copy())
    ]
    assert logs[0].n > 20
    assert same(*logs)


# --- what any log has ----------------------------------------------------------------------
@pytest.mark.parametrize("procedure", procedures())
def test_every_procedure_gives_a_whole_log(procedure):
    log = made("national", procedure)
    assert log.is_synthetic
    assert log.n > 100
    assert len(np.unique(log.cases["case"])) == log.n
    assert (log.cases["case"] // SLOTS == log.cases["household"]).all()
    at = log.events["at"]
    assert not np.isnat(at).any()
    assert (at.astype("datetime64[D]") <= log.at).all()
    assert (log.events["actor"] < len(log.names["actor"])).all()
    decided, accepted = log.first("decide"), log.first("accept")
    both = kinds(log, "new") & ~np.isnat(decided)
    assert (accepted[both] <= decided[both]).all()
    assert (log.count("decide") <= 1).all()
    posted = log.rows("post")
    assert (log.events["until"][posted] > at[posted]).all()


def test_the_kinds_of_a_district_are_all_there():
    log = made()
    found = {KINDS[kind] for kind in np.unique(log.cases["kind"])}
    assert found == {"new", "review", "adjustment", "complaint"}
    programmes = {PROGRAMMES[number] for number in np.unique(log.cases["programme"])}
    assert {"dibao", "edge", "tekun", "temporary_emergency", "complaint"} <= programmes
    events = {EVENTS[kind] for kind in np.unique(log.events["kind"])}
    assert {"apply", "verify", "visit", "decide", "pay", "transfer", "feedback", "stop"} <= events


def test_offices_work_on_working_days():
    log = made()
    officers = log.events["actor"] >= 0
    urgent = log.events["kind"] == EVENTS.index("pay")
    urgent |= log.events["kind"] == EVENTS.index("file")
    worked = is_workday(log.events["at"].astype("datetime64[D]"))
    for name in ("verify", "audit", "decide", "spot_check"):
        assert worked[log.rows(name)].mean() > 0.95, name
    assert worked[officers & ~urgent].mean() > 0.9


def test_some_cases_are_open_at_the_end_and_only_late_ones():
    log = made()
    still = kinds(log, "new") & np.isnat(log.first("decide"))
    assert 0 < still.sum() < 0.2 * kinds(log, "new").sum()
    assert (log.first("apply")[still] > np.datetime64("2023-09-01")).all()


# --- decisions -----------------------------------------------------------------------------
def test_decisions_are_what_the_rules_say_where_nobody_errs():
    log = made(perfect=True)
    wanted = jz.simulate(people(), jz.load_policy(LAW), ("layer_hh", "payment_status_hh"))
    right = entitled(wanted)[np.searchsorted(people().ids, log.cases["household"])]
    some = kinds(log, "new") & of(log, "dibao", "edge", "tekun") & log.any("decide")
    agreed = log.any("decide", outcome="passed")
    assert (agreed == (right == log.cases["programme"]))[some].all()
    assert 0.1 < agreed[some].mean() < 1
    assert log.any("notify")[some & ~agreed].mean() > 0.9


def test_errors_turn_decisions_round():
    """Half of all decisions wrong: about half differ from those without error."""
    right, wrong = made(perfect=True), made(**{"errors.low": 0.5, "errors.high": 0.5})
    some = [log.rows("decide") for log in (right, wrong)]
    first, second = (
        dict(
            zip(
                log.cases["case"][log.events["case"][rows]].tolist(),
                log.events["outcome"][rows].tolist(),
                strict=True,
            )
        )
        for log, rows in zip((right, wrong), some, strict=True)
    )
    new = set(right.cases["case"][kinds(right, "new") & of(right, "dibao", "edge")].tolist())
    both = new & first.keys() & second.keys()
    assert 0.3 < np.mean([first[case] != second[case] for case in both]) < 0.7


def test_the_amount_paid_is_the_amount_decided():
    log = made(perfect=True)
    rows = log.rows("pay")
    case = log.events["case"][rows]
    regular = (kinds(log, "new") & of(log, "dibao", "tekun"))[case]
    paid = log.events["amount"][rows][regular]
    assert paid.size
    assert np.allclose(paid, log.cases["amount_m"][case][regular])


def test_nobody_is_paid_after_a_stop():
    log = made()
    stopped = log.first("stop")
    rows = log.rows("pay")
    case = log.events["case"][rows]
    late = log.events["at"][rows] > stopped[case]
    assert log.any("stop").any()
    assert (log.count("stop") <= 1).all()
    assert not late.any()


def test_what_is_not_decided_has_no_amount():
    log = made()
    still = kinds(log, "new", "adjustment") & ~log.any("decide", outcome="passed")
    assert still.any()
    assert (log.cases["amount_m"][still] == 0).all()


def test_an_adjustment_is_paid_in_its_own_case():
    log = made(**{"adjustment.share": 1})
    paid = kinds(log, "adjustment") & log.any("pay")
    assert paid.any()
    assert (log.first("pay")[paid] >= log.first("decide")[paid]).all()
    adjusted = np.isin(log.cases["household"], log.cases["household"][paid])
    reviewed = kinds(log, "review") & log.any("pay") & adjusted
    rows = log.rows("pay")
    case = log.events["case"][rows]
    old = (reviewed & (log.cases["amount_m"] > 0))[case]
    assert old.any()
    assert np.allclose(log.events["amount"][rows][old], log.cases["amount_m"][case][old])


# --- townships -----------------------------------------------------------------------------
def test_a_slow_and_careless_township_is_found():
    townships = people().names["township"]
    slow, policy = townships[0], jz.load_policy(LAW)
    bad = offices_of(townships).changed(slow, pace=4, visited=0.3, skipped=0.3)
    log = synthetic_log(people(), policy, year=2023, offices=bad)
    new = kinds(log, "new") & of(log, "dibao", "edge") & log.any("decide")
    days = days_worked(log.first("accept"), log.first("decide"))
    here = log.cases["township"] == 0
    assert days[new & here].mean() > 1.5 * days[new & ~here].mean()
    assert log.any("visit")[new & here].mean() < 0.5 < log.any("visit")[new & ~here].mean()
    assert log.any("verify")[new & here].mean() < 0.85


def test_shared_roles_show_in_the_officers():
    log = made(**{"shared.small": 1, "shared.large": 1, "staff.low": 2, "staff.high": 2})
    rows = {name: np.full(log.n, -1) for name in ("accept", "audit")}
    for name, actor in rows.items():
        found = log.rows(name)
        actor[log.events["case"][found]] = log.events["actor"][found]
    both = kinds(log, "new") & of(log, "dibao") & log.any("audit")
    assert (rows["accept"] == rows["audit"])[both].all()


def test_objections_lead_to_a_recheck_and_a_second_posting():
    log = made("s1-county-2020", **{"objection.share": 1, "objection.upheld": 0.5})
    against = log.any("objection") & log.any("recheck") & log.any("decide")
    assert against.sum() > 10
    assert (log.count("post")[against] == 2).all()
    upheld = against & log.any("recheck", outcome="upheld")
    assert upheld.any()
    assert log.any("decide", outcome="failed")[upheld].all()


def test_quarterly_places_pay_three_months_at_once():
    log = made("s1-county-2020")
    regular = log.rows("pay", role="bank")
    regular = regular[of(log, "dibao")[log.events["case"][regular]]]
    months = np.unique(log.events["at"][regular].astype("datetime64[M]").astype(int) % 12 + 1)
    assert months.tolist() == [1, 4, 7, 10]


# --- refusals ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"year": 2031}, "JZ-E097"),
        ({"procedure": "s2-district"}, "JZ-E060"),
        ({"offices": offices_of(["甲镇"])}, "JZ-E060"),
    ],
)
def test_what_cannot_be_made_is_refused(change, code):
    with pytest.raises(JZError) as caught:
        synthetic_log(people(), jz.load_policy(LAW), **{"year": 2023, **change})
    assert caught.value.codes[0] == code


# --- who comes -----------------------------------------------------------------------------
@cache
def plain():
    """People without any record of who applied or when."""
    return jz.synthesize("example-county", households=4000, seed=1)


def test_most_who_apply_qualify_or_are_near_the_line():
    policy = jz.load_policy("example-county")
    log = synthetic_log(plain(), policy, procedure="s1-county-2020", year=2023)
    decided = kinds(log, "new") & of(log, "dibao") & log.any("decide")
    refused = log.any("decide", outcome="failed")[decided].mean()
    assert 0.05 < refused < 0.5
    names = ("counted_income_pc_m_hh", "dibao_standard_m_hh", "layer_hh")
    found = jz.simulate(plain(), policy, names)
    ratio = found["counted_income_pc_m_hh"] / found["dibao_standard_m_hh"]
    row = np.searchsorted(plain().ids, log.cases["household"][kinds(log, "new")])
    assert (ratio[row] <= settings()["applications.reach"]).all()


def test_the_reform_of_2022_has_tekun_and_both_types_of_temporary_aid():
    log = made()
    for programme in ("tekun", "temporary_emergency"):
        assert (kinds(log, "new") & of(log, programme)).any(), programme
    many = made(**{"expenditure.share": 0.2})
    asked = of(many, "temporary_expenditure") & many.any("decide")
    agreed = many.any("decide", outcome="passed")[asked].mean()
    assert abs(agreed - settings()["expenditure.granted"]) < 0.15
    assert (many.any("pay") & asked).any()


# --- campaigns -----------------------------------------------------------------------------
CAMPAIGNS = [name for name, way in ways().items() if way.campaign]


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_campaign_keeps_most_of_its_phases(name):
    """Nobody begins before a phase; a quick and careful office is nearly always in time."""
    year = 2009 if name == "s310-zone-2009" else 2023
    quick = settings().changed({**PERFECT, "pace.low": 0.7, "pace.high": 0.7})
    policy = jz.load_policy("example-county")
    log = synthetic_log(plain(), policy, procedure=name, year=year, offices=quick)
    counts = limits(log, name).counts()
    assert (kinds(log, ways()[name].campaign["kind"])).sum() > 200
    some = counts.loc[[key for key in counts.index if not key.startswith("payment")]]
    some = some.assign(late=some["broken"] + some["overdue"])
    asked = some[some["met"] + some["late"] > 0]
    assert (asked["late"] <= 0.05 * (asked["met"] + asked["late"])).all()
    assert (log.count("decide") <= 1).all()


def test_a_slow_township_does_not_finish_in_time():
    townships, policy = plain().names["township"], jz.load_policy("example-county")
    slow = offices_of(townships).changed(townships[0], pace=8)
    log = synthetic_log(plain(), policy, procedure="s39-township", year=2023, offices=slow)
    late = np.isin(limits(log, "s39-township").of("phase_visit"), [CODE["broken"], CODE["overdue"]])
    here = (log.cases["township"] == 0) & kinds(log, "review") & of(log, "dibao")
    there = (log.cases["township"] != 0) & kinds(log, "review") & of(log, "dibao")
    assert late[here].mean() > 2 * late[there].mean()


def test_the_yearly_verification_posts_the_township_list_before_the_county_decides():
    log = made("example-county", "s39-township")
    decided = kinds(log, "review") & of(log, "dibao") & log.any("decide", outcome="passed")
    second = log.first("post", list_no=2)
    assert decided.sum() > 200
    assert (second[decided] < log.first("decide")[decided]).mean() > 0.9
