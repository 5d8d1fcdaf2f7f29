"""What a report on a run in parts must know besides its numbers: laws, extent, stamps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiuzhu_sim.engine import make_plan
from jiuzhu_sim.language import listed, text
from jiuzhu_sim.law import declarations
from jiuzhu_sim.policy import Policy

if TYPE_CHECKING:
    from jiuzhu_sim.batch.run import Outcome

SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class Ran:
    """An outcome as a report sees it: its laws, how much of the data it covers, what to stamp."""

    outcome: "Outcome"

    @property
    def base(self) -> Policy:
        """The law as it is."""
        return self.outcome.job.policies[0]

    @property
    def new(self) -> Policy | None:
        """The changed law, where there is one."""
        return self.outcome.job.policies[1]

    @property
    def parts(self) -> int:
        """All parts, those that could not be done among them."""
        return len(self.outcome.receipts) + len(self.outcome.failed)

    @property
    def missing(self) -> int:
        """Households of the parts that could not be done, where that can be read."""
        return sum(each.rows for each in self.outcome.failed)

    @property
    def unreadable(self) -> int:
        """Parts of which not even that is known."""
        return sum(not each.rows for each in self.outcome.failed)

    @property
    def is_synthetic(self) -> bool:
        return bool(self.outcome.about.get("source") == SYNTHETIC)

    def stamps(self) -> tuple[str, ...]:
        """What every reader must know: incomplete, synthetic, illustrative."""
        failed, found = len(self.outcome.failed), []
        if failed:
            found.append(text("run.stamp.missing", n=failed, all=self.parts))
        if copies := self.outcome.copies:
            found.append(text("run.stamp.copies", n=len(copies), first=copies[0][1]))
        if self.is_synthetic:
            found.append(text("stamp.synthetic", n=f"{self.outcome.households:,}"))
        if self.base.illustrative:
            found.append(text("stamp.illustrative"))
        elif marked := self._illustrative_values():
            titles = listed(declarations()[path].title for path in marked)
            found.append(text("stamp.some_illustrative", parameters=titles))
        return tuple(found)

    def _illustrative_values(self) -> list[str]:
        """The parameters of the law that the results rest on and that are only an illustration."""
        values, read = self.base.values, make_plan(self.base, self.outcome.job.wanted).read
        return [path for path in sorted(read) if values[path].status == "illustrative"]

    def marks(self) -> tuple[str, ...]:
        """The same in few words, for every sheet of a workbook."""
        found = [self.banner()] if self.outcome.failed else []
        if self.is_synthetic:
            found.append(text("run.mark.synthetic"))
        if self.base.illustrative:
            found.append(text("run.mark.illustrative"))
        return tuple(found)

    def banner(self) -> str:
        """What stands on every section and sheet: that parts are missing."""
        failed = len(self.outcome.failed)
        return text("run.banner.missing", n=failed) if failed else ""
