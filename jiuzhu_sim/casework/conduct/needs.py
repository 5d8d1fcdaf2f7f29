"""What would have to be recorded where a check cannot be judged."""

from collections.abc import Iterable

from jiuzhu_sim.casework.conduct.checks import Check
from jiuzhu_sim.casework.conduct.form import Step
from jiuzhu_sim.casework.conduct.steps import Handling
from jiuzhu_sim.casework.limits.records import joint
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.language import text

STEPS = {
    "before": ("first",),
    "order": ("steps",),
    "answered": ("by",),
    "follows": ("then",),
    "yearly": ("step",),
}
"""The fields of a form that hold steps which may not be on record."""
EVENT_COLUMNS = {
    "separate": ("actor",),
    "by": ("role", "level"),
    "investigators": ("n_present",),
    "quorum": ("n_due", "n_present"),
    "majority": ("n_present", "n_for", "outcome"),
    "attendance": ("n_present",),
    "secret": ("is_secret",),
    "ceiling": ("amount",),
    "hidden": ("is_named",),
    "amount_posted": ("amount",),
    "paid_as_decided": ("amount",),
    "paid_in_all": ("amount",),
}
"""The columns of events that a form rests on."""
CASE_COLUMNS = {
    "files": ("n_files_due", "n_files"),
    "hidden": ("is_confidential",),
    "paid_as_decided": ("amount_m",),
}
"""The columns of cases that a form rests on."""
OBSERVER = Step("vote", (("role", "discipline"),))


def lacking(handling: Handling, check: Check) -> tuple[str, ...]:
    """The steps that a check needs and the log never records, in the language in use."""
    missing = [step for step in _steps(check) if not len(handling.rows(_any_outcome(step)))]
    return tuple(step.title for step in missing)


def needed(handling: Handling, check: Check) -> str:
    """What to record so that a check can be judged: the steps the log lacks, else all that the
    check rests on."""
    if check.form == "quota":
        return text("conduct.ground")
    words = list(lacking(handling, check)) or [step.title for step in _steps(check)]
    for level, columns in (("event", EVENT_COLUMNS), ("case", CASE_COLUMNS)):
        words += [log_columns(level)[name].title for name in columns.get(check.form, ())]
    words += [log_columns("case")[check.given[name]].title for name in _flags(check)]
    return joint(words)


def _flags(check: Check) -> Iterable[str]:
    return [name for name in ("of", "flag") if check.form == "flag" and name in check.given]


def _any_outcome(step: Step) -> Step:
    return Step(step.event, tuple(pair for pair in step.where if pair[0] != "outcome"))


def _steps(check: Check) -> tuple[Step, ...]:
    if check.form == "observed":
        return (OBSERVER,)
    found: list[Step] = []
    for name in STEPS.get(check.form, ()):
        held = check.given[name]
        for each in held if isinstance(held, tuple) else (held,):
            found += each if isinstance(each, tuple) else (each,)
    return tuple(found)
