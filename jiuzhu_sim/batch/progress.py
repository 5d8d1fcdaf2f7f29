"""How far a run has come, how fast it goes, and how long it still takes."""

from dataclasses import dataclass

from jiuzhu_sim.language import text

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Progress:
    """Parts `done` of `total`, `resumed` of them by an earlier run, and those that `failed`;
    `households` done in this run in `seconds`, and those `waiting`.

    >>> half = Progress(done=6, total=10, households=400_000, seconds=8.0, waiting=200_000)
    >>> half.rate, half.left, half.sentence
    (50000.0, 4.0, '已完成 6/10 份，每秒 50,000 户，约剩 4 秒')
    """

    done: int
    total: int
    households: int
    seconds: float
    resumed: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def rate(self) -> float:
        """Households a second in this run; 0 before the first."""
        return self.households / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds still to go; None before the first part is done."""
        if not self.waiting:
            return 0.0
        return self.waiting / self.rate if self.rate else None

    @property
    def sentence(self) -> str:
        """All this in the language in use."""
        said = [text("batch.done", done=self.done, total=self.total)]
        if self.resumed:
            said.append(text("batch.resumed", n=self.resumed))
        if self.failed:
            said.append(text("batch.failed", n=self.failed))
        if self.rate:
            said.append(text("batch.rate", rate=self.rate))
        if self.left:
            said.append(text("batch.left", time=shown_time(self.left)))
        return text("batch.comma").join(said)


def shown_time(seconds: float) -> str:
    """A time as a person says it.

    >>> shown_time(4), shown_time(200), shown_time(7260)
    ('4 秒', '3 分 20 秒', '2 小时 1 分')
    """
    whole = max(round(seconds), 0)
    if whole < MINUTE:
        return text("batch.seconds", seconds=whole)
    if whole < HOUR:
        return text("batch.minutes", minutes=whole // MINUTE, seconds=whole % MINUTE)
    return text("batch.hours", hours=whole // HOUR, minutes=whole % HOUR // MINUTE)
