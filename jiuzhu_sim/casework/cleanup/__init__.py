"""The clean-up of a roll: what is checked, what is found, what becomes of every case and why."""

from jiuzhu_sim.casework.cleanup.checks import Checks, check_names, load_checks
from jiuzhu_sim.casework.cleanup.cleanup import Cleanup, clean_up
from jiuzhu_sim.casework.cleanup.facts import FOUND_BY, Facts
from jiuzhu_sim.casework.cleanup.forms import (
    form_table,
    form_title,
    registration_form,
    summary_form,
)
from jiuzhu_sim.casework.cleanup.judge import OUTCOMES
from jiuzhu_sim.casework.cleanup.priority import priority_signs, signs_of
from jiuzhu_sim.casework.cleanup.reasons import REASONS, reason_clause, reason_label
from jiuzhu_sim.casework.cleanup.roll import reported_of, roll_of, to_reported_stock

__all__ = [
    "FOUND_BY",
    "OUTCOMES",
    "REASONS",
    "Checks",
    "Cleanup",
    "Facts",
    "check_names",
    "clean_up",
    "form_table",
    "form_title",
    "load_checks",
    "priority_signs",
    "reason_clause",
    "reason_label",
    "registration_form",
    "reported_of",
    "roll_of",
    "signs_of",
    "summary_form",
    "to_reported_stock",
]
