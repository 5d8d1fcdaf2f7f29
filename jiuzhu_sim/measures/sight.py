"""What some people's data can tell of targeting, and what not: who is missed is not in a roster."""

from collections.abc import Mapping
from dataclasses import dataclass

from jiuzhu_sim.columns import columns
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.population import People

TRUE = "true"
OUTSIDE = "targeting.why.outside"
UNTRUE = "targeting.why.truth"
MEASURES = ("wrong_cover", "missed_cover", "differential", "incidence", "efficiency")


@dataclass(frozen=True)
class Sight:
    """What some data can tell: for each of `MEASURES`, why not ("" where it can be told).

    >>> Sight({"missed_cover": ("targeting.why.outside",)}).can("wrong_cover")
    True
    """

    lacking: Mapping[str, tuple[str, ...]]

    def can(self, measure: str) -> bool:
        return not self.lacking.get(measure)

    def reason(self, measure: str) -> str:
        """Why it cannot be told, and which data would tell it, in the language in use."""
        why = self.lacking.get(measure, ())
        return text("word.comma").join(text(key) for key in why)

    def require(self, measure: str) -> None:
        """JZ-E098 with the reason and the remedy, unless the measure can be told."""
        why = self.lacking.get(measure, ())
        if why:
            need = " ".join(text(key.replace(".why.", ".need.")) for key in why)
            what = text(f"targeting.{measure}")
            raise JZError.of("JZ-E098", what=what, why=self.reason(measure), need=need)

    def lines(self) -> list[str]:
        """For the screen: what can be told, then what cannot, one sentence for each reason."""
        together: dict[str, list[str]] = {"": []}
        for each in MEASURES:
            together.setdefault(self.reason(each), []).append(text(f"targeting.{each}"))
        return [
            text(f"targeting.{'cannot' if why else 'can'}", what=listed(what), why=why)
            for why, what in together.items()
            if what
        ]


def can_say(
    people: People, *, covers_outside: bool | None = None, is_verified: bool = False
) -> Sight:
    """What these people's data can tell of targeting, and what not, with the reason.

    Wrong cover needs a truth that does not come from the applicant: a population with a true view,
    or a verified sample (`is_verified`). Missed cover needs, besides, households outside
    assistance as they are in the place: a synthetic population has them; a user's own roster holds
    recipients only, unless `covers_outside` says otherwise (a register of low-income households).

    >>> import jiuzhu_sim as jz
    >>> can_say(jz.synthesize("all-programmes", households=200, seed=1)).can("missed_cover")
    True
    >>> can_say(jz.synthesize("example-county", households=200, seed=1)).can("wrong_cover")
    False
    """
    has_truth = is_verified or any(
        entry.view == TRUE and name in people for name, entry in columns().items()
    )
    if covers_outside is None:
        covers_outside = people.about.get("source") == "synthetic"
    truth = () if has_truth else (UNTRUE,)
    outside = () if covers_outside else (OUTSIDE,)
    both = (*outside, *truth)
    return Sight(
        {
            "wrong_cover": truth,
            "missed_cover": both,
            "differential": both,
            "incidence": outside,
            "efficiency": both,
        }
    )
