"""A small annual report of synthetic people, with everything or with next to nothing."""

import functools

from jiuzhu_sim import annual_report, assess, load_policy
from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.language import language
from jiuzhu_sim.report.annual.gather import gather

SEED = 20260101


@functools.cache
def assessed_of(law, households=1500):
    policy = load_policy(law)
    return assess(people_of("", policy, households, SEED), policy)


@functools.cache
def gathered(law, **more):
    run = {"law": law, "seed": SEED, "year": 2013, "households": 1500, "draws": 100}
    return gather(assessed_of(law), run | more)


def made_anew(law="s42-county-2013", **given):
    """A report with a synthetic log, ranks, forecast and form."""
    parts = gathered(law)
    return annual_report(assessed_of(law), 2013, **parts | {"given": parts["given"] | given})


@functools.cache
def _in(_language, law):
    return made_anew(law)


def full(law="s42-county-2013"):
    """The same, made once in each language; nothing in a report changes."""
    return _in(language(), law)


def bare(law="example-county"):
    """A report of the assessment alone."""
    return annual_report(assessed_of(law), 2025)
