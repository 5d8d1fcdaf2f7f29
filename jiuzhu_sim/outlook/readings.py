"""An ambiguous clause in each of its readings: households and money that the choice moves."""

from collections.abc import Mapping

import numpy as np

from jiuzhu_sim.columns import column
from jiuzhu_sim.engine import Results, simulate
from jiuzhu_sim.errors import JZError, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.law import Declaration, declarations
from jiuzhu_sim.law.load import Scalar
from jiuzhu_sim.measures.groups import household
from jiuzhu_sim.measures.intervals import Sums, times
from jiuzhu_sim.measures.table import INTERVAL_NOTE, Statistic, Table
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.rules.kit import HALF_FEN, MONTHS

PREFIX = "reading."

WATCHED = (
    "layer_hh",
    "category_hh",
    "payment_status_hh",
    "n_members_hh",
    "n_recipients_hh",
    "benefit_m_hh",
    "benefit_first_year_y_hh",
    "aid_y_hh",
    "charity_value_y_hh",
    "review_months_hh",
    "support_category_hh",
    "stop_reason_hh",
    "temporary_first_aid_hh",
)
"""What a reading may move for a household."""

STATISTICS = (
    Statistic("households", "households"),
    Statistic("persons", "persons"),
    Statistic("cost_y", "yuan/year"),
    Statistic("aid_y", "yuan/year"),
    Statistic("moved", "households"),
    Statistic("change_y", "yuan/year"),
)


def readings_of(option: str) -> Declaration:
    """The declaration of an option of the register of ambiguities, by its name, path or number.

    Raises JZ-E003 with the nearest name when there is none; a number such as D28 that stands for
    more than one option gives the first.

    >>> readings_of("single_person_base").register, readings_of("D04").path
    ('D04', 'reading.single_person_base')
    """
    options = {path: entry for path, entry in declarations().items() if entry.register}
    numbered = {entry.register: entry for entry in reversed(options.values())}
    found = options.get(option) or options.get(PREFIX + option) or numbered.get(option)
    if found is None:
        known = [*(path.removeprefix(PREFIX) for path in options), *numbered]
        raise JZError.of("JZ-E003", name=option, nearest=nearest(option, known))
    return found


def compare_readings(
    people: People, policy: Policy, option: str, *, weight: str = "weight"
) -> Table:
    """The readings of an ambiguous clause side by side, all else equal.

    `option`: a name (``single_person_base``), path or number (``D04``) of the register. One row
    a reading: recipient households and persons, benefit and all public aid a year, and against the
    reading that the policy takes, the households whose result is another one and the money.
    A reading that no household rule reads (it belongs to casework, assessment or figures) moves
    nothing, and a note says where it belongs.

    Raises JZ-E003 for an unknown option, and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("example-county", households=500, seed=1)
    >>> table = compare_readings(people, jz.load_policy("example-county"), "single_person_base")
    >>> table.get("moved", "full_standard"), table.get("moved", "household_gap") > 0
    (0.0, True)
    """
    declared = readings_of(option)
    base = simulate(people, policy, WATCHED)
    taken = policy[declared.path]
    others = [value for value in declared.readings if value != taken]
    runs = {_key(taken): base}
    for value in others:
        changed = policy.change({declared.path: value})
        runs[_key(value)] = simulate(people, changed, WATCHED, reuse=base)
    order = [_key(value) for value in declared.readings if _key(value) in runs]
    keys = order if _key(taken) in order else [_key(taken), *order]
    parts = [_row(base, runs[key], weight) for key in keys]
    notes = ["note.readings", INTERVAL_NOTE]
    if declared.read_by != "rules":
        notes.insert(0, text("note.reading_elsewhere", where=text(f"where.{declared.read_by}")))
    return Table(
        name="readings",
        dims=("reading",),
        rows=tuple((key,) for key in keys),
        statistics=STATISTICS,
        values=np.array([[estimate[0] for estimate in part] for part in parts]),
        low=np.array([[estimate[1] for estimate in part] for part in parts]),
        high=np.array([[estimate[2] for estimate in part] for part in parts]),
        n=np.array([int(_moves(base, runs[key]).sum()) for key in keys]),
        per="household",
        notes=tuple(notes),
        fields={
            "option": declared.title,
            "number": declared.register,
            "policy": policy.title,
            "taken": declared.show(taken),
        },
        names=_names(declared, {_key(taken): taken, **{_key(v): v for v in others}}),
        disjoint=False,
    )


def _key(value: Scalar) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _names(declared: Declaration, values: Mapping[str, Scalar]) -> Mapping[str, Mapping[str, str]]:
    """Labels of the readings; of a number, the number with its unit."""
    if declared.choices:
        return declared.choices
    shown = {key: declared.show(value) for key, value in values.items()}
    return {key: {"zh": label, "en": label} for key, label in shown.items()}


def _moves(base: Results, other: Results) -> np.ndarray:
    """The households with another result."""
    moved = np.zeros(base.people.households, bool)
    for name in WATCHED:
        before, after = base.numbers(name), other.numbers(name)
        is_money = column(name).dtype == "float64"
        moved |= np.abs(after - before) > HALF_FEN if is_money else after != before
    return moved


def _row(base: Results, other: Results, weight: str) -> list[tuple[float, ...]]:
    recipients = household(other, "n_recipients_hh")
    aid = household(other, "aid_y_hh")
    sums = Sums(
        household(base, weight),
        auxiliaries=base.people.auxiliaries,
        receives=(recipients > 0).astype(np.float64),
        recipients=recipients,
        benefit=household(other, "benefit_m_hh"),
        aid=aid,
        moved=_moves(base, other).astype(np.float64),
        change=aid - household(base, "aid_y_hh"),
    )
    estimates = [
        sums.total("receives"),
        sums.total("recipients"),
        times(sums.total("benefit"), MONTHS),
        sums.total("aid"),
        sums.total("moved"),
        sums.total("change"),
    ]
    return [tuple(float(part[0]) for part in estimate) for estimate in estimates]
