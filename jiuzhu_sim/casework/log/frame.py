"""A log as tables a person reads: labels instead of codes, names instead of positions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.casework.log.log import NAMED, Log
from jiuzhu_sim.columns import Column, log_columns
from jiuzhu_sim.language import pick, text


def frame_of(log: Log, level: str) -> Any:
    """The ``cases`` or ``events`` of a log as a DataFrame: a column for each of the dictionary.

    Unknown values are empty. Raises KeyError for another level.

    >>> from jiuzhu_sim.casework.log.log import log_of
    >>> frame = frame_of(log_of([{"events": [{"kind": "visit", "at": "2025-03-05"}]}]), "events")
    >>> frame["环节"].tolist(), frame["办理时间"].tolist()
    (['入户调查'], ['2025-03-05'])
    """
    import pandas as pd

    held, single = {"cases": (log.cases, "case"), "events": (log.events, "event")}[level]
    made: dict[str, Any] = {}
    for name, entry in log_columns(single).items():
        if name == "case":
            numbers = log.numbers
            made[entry.title] = numbers if single == "case" else numbers[held[name]]
        elif name != "is_timed":
            made[entry.title] = shown(log, entry, held)
    return pd.DataFrame(made)


def shown(log: Log, entry: Column, held: Any) -> NDArray[Any]:
    """A column of a log as texts or numbers, "" where unknown."""
    values = held[entry.name]
    if entry.codes:
        return np.array([*(pick(label) for label in entry.codes.values()), ""], object)[values]
    if entry.name in NAMED:
        return log.labels(entry.name, values)
    if entry.name == "at":
        days = np.datetime_as_string(values, "D").astype(object)
        times = np.datetime_as_string(values, "m").astype(object)
        made = np.where(held["is_timed"], [time.replace("T", " ") for time in times], days)
        return np.where(np.isnat(values), "", made).astype(object)
    if entry.dtype.startswith("datetime64"):
        return np.where(np.isnat(values), "", np.datetime_as_string(values)).astype(object)
    if entry.dtype == "bool":
        words = np.where(values, text("word.yes"), text("word.no")).astype(object)
        return np.where(log.knows(entry.name), words, "").astype(object)
    if entry.dtype == "float64":
        return np.where(np.isnan(values), "", values.astype(object)).astype(object)
    return np.where(values < 0, "", values.astype(object)).astype(object)
