"""Outcomes of runs in parts for the tests of their reports, made of results in memory."""

import jiuzhu_sim as jz
from jiuzhu_sim.batch.job import Job
from jiuzhu_sim.batch.receipt import Receipt
from jiuzhu_sim.batch.run import Failure, Outcome
from jiuzhu_sim.errors import Problem
from jiuzhu_sim.measures.costs import by_layer
from jiuzhu_sim.measures.programmes import NEEDED, by_programme
from jiuzhu_sim.measures.recipients import split_by_recipient
from jiuzhu_sim.report.run_facts import Ran

BY = ("area", "category_hh", "township")
RAISED = {"dibao.standard.rural": "+10%"}


def tables_of(base, new):
    """The tables of a run, of the names that the batch gives them."""
    made = {}
    for end, results in (("", base), (".new", new)):
        if results is not None:
            made |= {
                f"caseload{end}": jz.caseload(results, weight="weight"),
                f"totals{end}": jz.caseload(results, BY, weight="weight"),
                f"layers{end}": by_layer(results, weight="weight"),
                f"programmes{end}": by_programme(results, weight="weight"),
                f"poverty{end}": jz.poverty(results, weight="weight"),
            }
    if new is not None:
        made["split"] = split_by_recipient(base, new, weight="weight")
        made["winners_losers"] = jz.winners_losers(base, new, weight="weight", per="household")
        made["deciles"] = jz.deciles(base, new, weight="weight", per="person")
    return made


def receipt(name, number, households):
    return Receipt(
        job=name,
        number=number,
        key="k",
        households=households,
        persons=3 * households,
        seconds={"read": 0.2, "simulate": 0.1, "measure": 0.1, "write": 0.1},
        bytes_read=1_000_000,
        bytes_written=500_000,
        worker="host:1",
        sha256={"persons": "a" * 64, "households": f"{number:064}"},
        about={"source": "synthetic"},
    )


def failure(rows=0, number=2):
    problem = Problem("JZ-E021", "persons/part-00002.parquet", {"reason": "cut off"})
    return Failure(number, f"part-{number:05}.parquet", rows, (problem,))


def outcome_of(name="", changes=None, failed=(), seed=1, empty=False, resumed=0):
    """An outcome of a thousand synthetic households, in two parts."""
    job = Job.of("example-county", None, changes or {}, "people", name=name)
    people = jz.synthesize("example-county", households=1000, seed=seed)
    law, changed = job.policies
    names = ("benefit_m_hh", *NEEDED)
    base = jz.simulate(people, law, [*jz.simulate(people, law).computed, *names])
    new = jz.simulate(people, changed, list(base.computed)) if changed else None
    receipts = () if empty else (receipt(name, 0, 600), receipt(name, 1, 400))
    return Outcome(
        job=job,
        tables={} if empty else tables_of(base, new),
        receipts=receipts,
        failed=tuple(failed),
        resumed=resumed,
        households=sum(each.households for each in receipts),
        persons=sum(each.persons for each in receipts),
        seconds=2.0,
    )


def ran(**given):
    return Ran(outcome_of(**given))
