"""What every table promises: its statistics, their units, which add up, what is counted.

`contracts.yaml`: a line a statistic, name and unit; ``+`` where the rows add up to the total (what
is hidden can then be worked out, so more must be hidden); ``!`` after the table's name where a
household may stand behind two rows. A change of this file is a change of what users read.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import jiuzhu_sim as jz
from jiuzhu_sim.casework.cleanup import clean_up, roll_of
from jiuzhu_sim.casework.log.log import log_of
from jiuzhu_sim.casework.matching.match import match
from jiuzhu_sim.casework.matching.overlaps import overlaps
from jiuzhu_sim.casework.procedure.verdicts import CODE, Item, Verdicts
from jiuzhu_sim.casework.sampling.sampling import draw
from jiuzhu_sim.casework.sampling.verification import Verification
from jiuzhu_sim.engine.plan import WANTED
from jiuzhu_sim.language import read_yaml, speaking
from jiuzhu_sim.measures import (
    cleanup,
    costs,
    distribution,
    flows,
    funding,
    handling,
    in_kind,
    incidence,
    leakage,
    matching,
    month_report,
    programmes,
    recipients,
    roll_flows,
    spot_check,
    targeting,
    welfare,
)
from jiuzhu_sim.months.run import simulate_months

PROMISED = read_yaml(Path(__file__).with_name("contracts.yaml"))
BY_WEIGHT = {"weight": "weight"}


@cache
def made():
    """One small table of every kind, by name."""
    found = [*of_results(), *of_aims(), *of_months(), *of_logs(), *of_others()]
    return {table.name: table for table in found}


def of_results():
    law = jz.load_policy("example-county")
    people = jz.synthesize("example-county", households=300, seed=1)
    compared = jz.what_if(people, law, law.change({"dibao.standard.rural": 670}))
    yield from compared.tables.values()
    wanted = dict.fromkeys([*WANTED, *programmes.NEEDED, "over_gap_m_hh"])
    results = jz.simulate(people, law, wanted)
    yield costs.caseload(results, **BY_WEIGHT)
    yield costs.by_layer(results, **BY_WEIGHT)
    yield jz.budget_gap(results, 1_000, **BY_WEIGHT)
    yield programmes.by_programme(results, **BY_WEIGHT)
    yield recipients.against_gap(results, **BY_WEIGHT)
    for per in ("household", "person"):
        yield distribution.winners_losers(results, results, **BY_WEIGHT, per=per)
        yield distribution.deciles(results, results, **BY_WEIGHT, per=per)
    yield welfare.poverty(results, **BY_WEIGHT)
    yield recipients.split_by_recipient(results, results, **BY_WEIGHT)
    yield funding.who_pays(compared.tables["change"], law, law)
    everyone = jz.synthesize("all-programmes", households=500, seed=1)
    community = jz.simulate(everyone, jz.load_policy("s45-community"), in_kind.NEEDED)
    yield in_kind.in_kind(community, **BY_WEIGHT)
    yield recipients.overlap(jz.simulate(everyone, jz.load_policy("s1-county-2020")), **BY_WEIGHT)


def of_aims():
    aim = targeting.make_aim([6.0, 2, 0, 0], [6.0, 0, 1, 0], income_pc_m=[1.0, 2, 3, 4], line_m=2)
    yield targeting.cover(aim)
    yield targeting.cover_money(aim)
    yield incidence.incidence(aim)
    yield incidence.concentration(aim)
    yield incidence.efficiency(aim)


def of_months():
    people = jz.synthesize("example-county", households=300, seed=1)
    months = simulate_months(people, jz.load_policy("example-county"), months=2)
    for table in (flows.flows, flows.transitions, leakage.leakage, leakage.mistakes):
        yield table(months)


def of_logs():
    case = {"programme": "dibao", "area": "rural", "household": 7, "n_persons": 2}
    events = [{"kind": "accept", "at": "2025-02-03"}, {"kind": "decide", "at": "2025-03-03"}]
    log = log_of([case | {"township": name, "events": events} for name in ("甲镇", "乙镇")])
    item = Item("vote", "S1.1.6", {"zh": "民主评议", "en": "Review"})
    verdicts = Verdicts(log, (item,), np.array([[CODE["met"], CODE["broken"]]]))
    yield handling.handling(verdicts)
    yield handling.townships_at_fault(verdicts)
    yield handling.lasting(verdicts)
    yield month_report.month_report(log)
    yield month_report.months_report(log)
    yield roll_flows.roll_flows(log)


def of_others():
    ids = np.arange(100)
    verified = Verification.of(ids % 10 != 0)
    yield spot_check.spot_check(draw(ids, size=100, seed=1), verified)
    law = jz.load_policy("national-illustrated")
    people = jz.synthesize("all-programmes", households=500, seed=1)
    yield matching.source_table(match(people, law))
    yield matching.overlap_table(overlaps(people, law), weight=None)
    county = jz.load_policy("s43-county")
    found = clean_up(roll_of("s43-county", county, seed=1, households=2_000), county)
    for name in ("reasons", "stock", "outcomes", "found_by", "retained", "safeguards", "reported"):
        yield getattr(cleanup, f"cleanup_{name}")(found, **BY_WEIGHT)


def promise(table):
    """A table's statistics as the file has them."""
    return [f"{s.name} {s.unit}".strip() + " +" * s.additive for s in table.statistics]


def title(table):
    return f"{table.name} by {table.per}{'' if table.disjoint else ' !'}"


def test_every_table_is_promised():
    assert {title(table) for table in made().values()} == PROMISED.keys()


@pytest.mark.parametrize("name", PROMISED)
def test_a_table_keeps_its_promise(name):
    assert promise(made()[name.split()[0]]) == PROMISED[name]


def adds_up(table):
    """Whether its rows, none hidden, stand under one total."""
    is_hidden = table.hidden is not None and table.hidden.any()
    is_whole = len(table.dims) == 1 and len(table.rows) > 1 and table.rows[-1] == ("total",)
    return table.disjoint and is_whole and not is_hidden


def test_what_is_said_to_add_up_does():
    tables = [table for table in made().values() if adds_up(table)]
    assert len(tables) >= 7
    for table in tables:
        adds = [entry.additive for entry in table.statistics]
        sums = np.nansum(table.values[:-1, adds], axis=0)
        total = np.nan_to_num(table.values[-1, adds])
        np.testing.assert_allclose(sums, total, rtol=1e-9, atol=1e-6, err_msg=table.name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_titles_and_captions_are_complete(language):
    with speaking(language):
        for table in made().values():
            said = f"{table.caption} {' '.join(table.footnotes())}"
            assert not {"{", "}", "None"} & set(said.replace("{", " { ").split()), said
            if "policy" in (table.fields or {}):
                assert table.fields["policy"] in table.title
