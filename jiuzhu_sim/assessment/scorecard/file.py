"""What the file of a scorecard holds: entries, and numbers as an officer writes them."""

from collections.abc import Mapping
from typing import Any

Entry = Mapping[str, Any]


def percent(value: Any) -> float:
    """A number as an officer writes it: ``0.98`` or ``98%``; raises ValueError for anything else.

    >>> percent("98%"), percent(4)
    (0.98, 4.0)
    """
    if isinstance(value, str) and value.strip().endswith("%"):
        return float(value.strip()[:-1]) / 100
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    return float(value)
