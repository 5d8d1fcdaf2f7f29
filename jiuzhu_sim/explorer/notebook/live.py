"""Whether somebody sits at this notebook, the widgets for them, and when to answer."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

from jiuzhu_sim.errors import JZError, optional
from jiuzhu_sim.files import write_log
from jiuzhu_sim.report.notebook import SESSION

PAUSE = 0.25
"""Seconds without a move after which a drag counts as over; shorter, and slow hands stutter."""


def is_live() -> bool:
    """Whether the code runs in a kernel behind an open notebook page, where widgets work.

    Papermill and nbconvert start their kernels themselves, without naming a session: what they
    make is exported, and a slider in it would be dead.

    >>> is_live() == ("JPY_SESSION_NAME" in os.environ)
    True
    """
    return SESSION in os.environ


def toolkit() -> Any:
    """The widget library; JZ-E046 where it is not installed."""
    with optional("ipywidgets", "notebooks"):
        import ipywidgets
    return ipywidgets


class Quiet:
    """Calls `call` once nobody has asked for `seconds`: after a drag, not during it.

    Where no event loop runs (a script, a test) it calls at once.

    >>> Quiet(lambda: print("now"), seconds=9.0).ask()
    now
    """

    def __init__(self, call: Callable[[], None], seconds: float = PAUSE):
        self._call, self._seconds = call, seconds
        self._pending: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Call when it has become quiet; an earlier request is dropped."""
        self.drop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._call()
        else:
            self._pending = loop.call_later(self._seconds, self._call)

    def drop(self) -> None:
        """Forget the request, if there is one."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None


def sentence_of(fault: Exception) -> str:
    """What to tell the user: the sentence of a refusal, or JZ-E099 with the log of a surprise."""
    if isinstance(fault, JZError):
        return str(fault)
    reason = f"{type(fault).__name__}: {fault}"
    return str(JZError.of("JZ-E099", reason=reason, log=write_log(fault)))
