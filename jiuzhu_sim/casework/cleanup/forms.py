"""The registration form and the summary table of a clean-up (S0.5.4), as pandas tables."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.cleanup.cleanup import Cleanup
from jiuzhu_sim.casework.cleanup.facts import FOUND_BY
from jiuzhu_sim.casework.cleanup.judge import OUTCOMES
from jiuzhu_sim.casework.cleanup.reasons import REASONS, reason_clause, reason_label
from jiuzhu_sim.columns import code_labels
from jiuzhu_sim.language import pick, read_yaml, text

PLACES = ("township", "village")


@cache
def form_table() -> Mapping[str, Mapping[str, Any]]:
    """The forms: label, clause and columns, by name.

    >>> form_table()["registration"]["label"]["zh"]
    '清理排查情况登记表'
    """
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("forms.yaml"))
    return found


def form_title(name: str) -> str:
    """The title of a form in the language in use."""
    return pick(form_table()[name]["label"])


def registration_form(cleanup: Cleanup, only: NDArray[Any] | None = None) -> Any:
    """A row for every household checked or newly admitted: what was found and is proposed.

    Households by id, no names and no identity numbers; places where the people tell them. `only`:
    a flag a household, to list some. Money in yuan; the last column is for the signature.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.casework.cleanup import clean_up, roll_of
    >>> policy = jz.load_policy("s43-county")
    >>> found = clean_up(roll_of("s43-county", policy, seed=1, households=500), policy)
    >>> registration_form(found).columns[0]
    '序号'
    """
    import pandas as pd

    listed = cleanup.roll | cleanup.is_outcome("new") | (cleanup.reached & cleanup.not_passed)
    rows = np.flatnonzero(listed if only is None else listed & np.asarray(only))
    people = cleanup.people
    clauses = [reason_clause(key, cleanup.policy) for key in REASONS]
    made = {
        "no": np.arange(1, len(rows) + 1),
        "household": people.ids[rows],
        **{place: people[place][rows] for place in PLACES if place in people},
        "area": np.array(code_labels("area"))[people.numbers("area")[rows]],
        "persons_before": cleanup.persons_before[rows],
        "amount_before": cleanup.amount_before_m[rows],
        "priority": _yes(cleanup.is_priority[rows]),
        "visited": _yes(cleanup.visited[rows]),
        "interviewed": _yes(cleanup.interviewed[rows]),
        "matched": _yes(cleanup.matched[rows]),
        "found": _named([text(f"cleanup_found.{key}") for key in FOUND_BY], cleanup.found_by[rows]),
        "reason": _named([reason_label(key) for key in REASONS], cleanup.reason[rows]),
        "clause": _named(clauses, cleanup.reason[rows]),
        "passed": _yes(~cleanup.not_passed[rows]),
        "objected": _yes(cleanup.has_objected[rows]),
        "outcome": _named(
            [text(f"cleanup_outcome.{key}") for key in OUTCOMES], cleanup.outcome[rows]
        ),
        "category": np.array(code_labels("category_hh"))[cleanup.category[rows]],
        "persons_after": cleanup.persons_after[rows],
        "amount_after": cleanup.amount_after_m[rows],
        "temporary": cleanup.temporary_aid[rows],
        "signed": [""] * len(rows),
    }
    wanted = [name for name in form_table()["registration"]["columns"] if name in made]
    return pd.DataFrame({text(f"form.cleanup_{name}"): made[name] for name in wanted})


def summary_form(cleanup: Cleanup, *, weight: str = "") -> Any:
    """A row for every village or community and one for all: checked, found, proposed.

    Counts of households and persons and yuan a month; `weight`: a household column, or each
    household once. Villages where the people tell them, else townships.
    """
    import pandas as pd

    people = cleanup.people
    each = people.numbers(weight) if weight else np.ones(people.households)
    on_roll = each * cleanup.roll
    values = {
        "households": on_roll,
        "persons": each * cleanup.persons_before,
        "visited": on_roll * cleanup.visited,
        "interviewed": on_roll * cleanup.interviewed,
        "matched": on_roll * cleanup.matched,
        **{name: each * cleanup.is_outcome(name) for name in OUTCOMES[:-1]},
        "cancelled": each * cleanup.reasons_persons,
        "amount_before": each * cleanup.amount_before_m,
        "amount_after": each * cleanup.amount_after_m,
    }
    places = [place for place in PLACES if place in people]
    frame = pd.DataFrame({place: people[place] for place in places} | values)
    sums = frame.groupby(places, sort=True).sum().reset_index() if places else frame.iloc[:0]
    total = dict.fromkeys(places, text("word.total")) | {k: v.sum() for k, v in values.items()}
    whole = pd.concat([sums, pd.DataFrame([total])], ignore_index=True)
    wanted = [name for name in form_table()["summary"]["columns"] if name in whole]
    named = {name: text(f"form.cleanup_{name}") for name in wanted}
    rounded = {name: 2 if name.startswith("amount") else 6 for name in values if name in wanted}
    return whole[wanted].round(rounded).rename(columns=named)


def _yes(flags: NDArray[Any]) -> NDArray[Any]:
    return np.where(flags, text("word.yes"), text("word.no"))


def _named(labels: list[str], codes: NDArray[Any]) -> NDArray[Any]:
    return np.array(labels, dtype=object)[codes]
