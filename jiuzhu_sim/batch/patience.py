"""How long a part may go without an answer before another worker is asked."""

from bisect import insort
from dataclasses import dataclass, field


@dataclass
class Patience:
    """The time after which a part under way counts as stuck, learnt from the parts that are done.

    `least` and `first` in seconds.

    >>> patience = Patience(least=1.0, multiple=10.0)
    >>> patience.limit
    300.0
    >>> for seconds in (0.5, 0.3, 0.4):
    ...     patience.learn(seconds)
    >>> patience.limit
    4.0
    """

    least: float = 30.0
    """Parts of a second are no measure: a network drive may well pause for half a minute."""

    multiple: float = 10.0
    """Of the median: parts are alike, the largest rarely twice the median."""

    first: float = 300.0
    """Before any part is done nothing is known: a part may be a whole province in one file. Also
    for the last chance that a part gets."""

    done: list[float] = field(default_factory=list)
    """Seconds of the parts done, rising."""

    def learn(self, seconds: float) -> None:
        """Take note that a part was back after `seconds`."""
        insort(self.done, seconds)

    @property
    def limit(self) -> float:
        """Seconds without an answer after which a part counts as stuck."""
        if not self.done:
            return self.first
        return max(self.least, self.multiple * self.done[len(self.done) // 2])
