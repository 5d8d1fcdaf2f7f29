"""Rosters (花名册, 台账) as officers keep them: read, checked cell by cell, made into people."""

from jiuzhu_sim.roster.batch import Batch, read_batch
from jiuzhu_sim.roster.check import Roster, check_roster
from jiuzhu_sim.roster.findings import Findings
from jiuzhu_sim.roster.identity import own_key

__all__ = ["Batch", "Findings", "Roster", "check_roster", "own_key", "read_batch"]
