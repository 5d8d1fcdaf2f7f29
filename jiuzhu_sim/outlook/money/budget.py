"""Budgets of places and of users: `law/budgets/*.yaml`, or a file of the same form.

A budget names its pots, the money of each, and where a place reported it, the spending that the
money was for. Where the model computes no need, the reported one stands in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import LANGUAGES, in_brackets, pick, text
from jiuzhu_sim.law.load import FOLDER, Scalar
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.money.budget_form import WAN, YUAN, checked
from jiuzhu_sim.outlook.money.funds import Funds, Line, Pot
from jiuzhu_sim.policy import Policy, load_policy
from jiuzhu_sim.reading import own_yaml
from jiuzhu_sim.rules.kit import MONTHS

BUDGETS = FOLDER / "budgets"

YUAN_IN = {YUAN: 1.0, WAN: 10_000.0}
"""Yuan in a unit in which a budget may be written."""

MODEL, REPORTED, READING = "model", "reported", "reading"
"""Where a need comes from: computed, as the place reported its spending, or computed with an
addition that a reading of the document asks for."""


@dataclass(frozen=True)
class Addition:
    """Spending that no account explains, counted under one reading of the document; yuan a year."""

    amount: float
    clause: str
    label: Mapping[str, str]
    applies: bool


@dataclass(frozen=True)
class BudgetPot:
    """A pot of a budget: whose year it is, and the yuan a year the place reported as spent, or NaN.

    `suspended_from`: the month from which approval was suspended; 0 for never.
    """

    pot: Pot
    year: int
    reported: float
    clause: str
    additions: tuple[Addition, ...]
    suspended_from: int = 0

    @property
    def added(self) -> float:
        """What the readings in force add to a computed need, yuan a year."""
        return sum(each.amount for each in self.additions if each.applies)


@dataclass(frozen=True)
class Budget:
    """The money of a year as a place or a user has it. `money` is all of it, whatever its year."""

    name: str
    label: Mapping[str, str]
    year: int
    illustrative: bool
    money: Funds
    pots: tuple[BudgetPot, ...]
    notes: tuple[Mapping[str, str], ...] = field(default=())

    @property
    def title(self) -> str:
        return pick(self.label)

    @property
    def start(self) -> str:
        """The first month of its year."""
        return f"{self.year}-01"

    @property
    def funds(self) -> Funds:
        """The money of the budget's own year."""
        return self.funds_of(self.year)

    def funds_of(self, year: int) -> Funds:
        """The money of a year: the reading D18 may put a pot into another than the others.

        Raises JZ-E087 for a year of which there is none.
        """
        pots = tuple(pot.pot for pot in self.pots if pot.year == year)
        names = [pot.name for pot in pots]
        lines = tuple(line for line in self.money.lines if line.pot in names)
        return replace(self.money, lines=lines, pots=pots)

    def need_of(self, need: Mapping[str, float], pot: BudgetPot) -> tuple[float, str]:
        """The need of a pot, yuan a year, and where it comes from.

        `need`: what the model computed, yuan a year by account; reported spending stands in for a
        pot none of whose accounts is there, and NaN where there is neither.
        """
        own = [need[key] for key in accounts() if pot.pot.pays(key) and key in need]
        if not own:
            return pot.reported, REPORTED
        return sum(own) + pot.added, READING if pot.added else MODEL


def budget_names() -> tuple[str, ...]:
    """The places of which the package has a budget.

    >>> budget_names()
    ('example-county', 's42-county-2013')
    """
    return tuple(sorted(path.stem for path in BUDGETS.glob("*.yaml")))


def budget_of(name: str | Path, policy: Policy | None = None) -> Budget:
    """The budget of a place, or of a YAML file of the user's in the same form.

    `policy` says how ambiguous figures are read (D18, D19); by default as the place itself does.
    Raises JZ-E060 for a place without a budget, JZ-E020 and JZ-E021 for a file that is not there
    or no YAML, JZ-E087 with every fault of its content.

    >>> budget = budget_of("s42-county-2013")
    >>> budget.funds.total("dibao.rural"), [pot.reported for pot in budget.pots]
    (10280000.0, [12878000.0, 6356000.0, 319200.0])
    """
    path = Path(name)
    is_file = path.suffix in (".yaml", ".yml") or len(path.parts) > 1
    if not is_file and str(name) not in budget_names():
        raise JZError.unknown(text("word.budget"), str(name), budget_names())
    content = _file(str(path)) if is_file else _packaged(str(name))
    place = policy or (load_policy(str(name)) if not is_file else None)
    return _budget(content, place, path.name if is_file else f"{name}.yaml")


@cache
def _packaged(name: str) -> Mapping[str, Any]:
    return _file(str(BUDGETS / f"{name}.yaml"))


def _file(path: str) -> Mapping[str, Any]:
    """The content of a budget file, checked."""
    content, problems = own_yaml(path), Problems()
    for place, reason in checked(content):
        where = " · ".join(filter(None, (Path(path).name, place)))
        problems.add("JZ-E087", where, reason=reason)
    problems.raise_if_any()
    made: Mapping[str, Any] = content
    return made


def _budget(content: Mapping[str, Any], policy: Policy | None, where: str) -> Budget:
    unit = YUAN_IN[content.get("unit", YUAN)]
    pots, lines = [], []
    for name, entry in content["pots"].items():
        pot = Pot(name, _label(entry, name), tuple(entry.get("accounts") or ()))
        for line in entry["lines"]:
            lines.append(Line(name, **{**line, "amount": _yuan(line["amount"], unit)}))
        pots.append(_pot(pot, entry, content["year"], unit, policy))
    return Budget(
        name=content.get("name", where),
        label=_label(content, Path(where).stem),
        year=content["year"],
        illustrative=content.get("illustrative", False),
        money=Funds(tuple(lines), tuple(pot.pot for pot in pots), where),
        pots=tuple(pots),
        notes=tuple(content.get("assumptions") or ()),
    )


def _yuan(amount: Any, unit: float) -> Any:
    """An amount in yuan; what is no number is left for `Funds` to refuse."""
    number = isinstance(amount, int | float) and not isinstance(amount, bool)
    return round(amount * unit, 2) if number else amount


def _label(entry: Mapping[str, Any], name: str) -> Mapping[str, str]:
    """Its label in both languages; one text for both, or the name where it has none."""
    label = entry.get("label") or name
    return dict.fromkeys(LANGUAGES, label) if isinstance(label, str) else label


def _pot(
    pot: Pot, entry: Mapping[str, Any], year: int, unit: float, policy: Policy | None
) -> BudgetPot:
    spending, by = entry.get("spending", {}), entry.get("year_by")
    reported = _yuan(spending.get("amount", np.nan), unit) * MONTHS / spending.get("months", MONTHS)
    additions = tuple(
        Addition(
            _yuan(each["amount"], unit),
            each.get("clause", ""),
            _label(each, pot.name),
            _taken(policy, each["reading"]) == each["value"],
        )
        for each in entry.get("additions", ())
    )
    own = by["years"].get(_taken(policy, by["reading"]), year) if by else year
    return BudgetPot(
        pot, own, reported, spending.get("clause", ""), additions, spending.get("suspended_from", 0)
    )


def _taken(policy: Policy | None, reading: str) -> Scalar | None:
    """The reading a policy takes."""
    return policy[reading] if policy else None


def gaps_of(
    budget: Budget | str | Path,
    need: Mapping[str, float] | None = None,
    policy: Policy | None = None,
    year: int | None = None,
) -> Table:
    """Each pot's need of the year against its money: need, money, gap, and the gap as reported.

    `need`: yuan a year by account as the model has it; pots whose accounts are not in it take the
    spending reported. A positive gap is money short. Only the pots of the `year` are there, by
    default the budget's own: the reading D18 may put one into another, which a note then says.

    >>> table = gaps_of("s42-county-2013", {"dibao.rural": 11_384_510.0})
    >>> table.get("gap_y", "medical", "reported"), table.get("gap_y", "dibao.rural", "model")
    (606000.0, 1104510.0)
    """
    made = budget if isinstance(budget, Budget) else budget_of(budget, policy)
    year = made.year if year is None else year
    rows, values, notes = [], [], []
    for pot in made.pots:
        if pot.year != year:
            notes.append(text("note.pot_year", pot=pot.pot.title, year=pot.year))
            continue
        amount, origin = made.need_of(need or {}, pot)
        money = made.money.total(pot.pot.name)
        rows.append((pot.pot.name, origin))
        gap, rate = round(amount - money, 2), amount / money if money else np.nan
        values.append((amount, money, gap, rate, round(pot.reported - money, 2)))
        applied = [each for each in pot.additions if each.applies and origin == READING]
        notes += [_said(pot, each) for each in applied]
        others = [each for each in pot.additions if not each.applies and origin == MODEL]
        notes += [_said(pot, each, gap) for each in others]
    blank = np.full((len(rows), 5), np.nan)
    return Table(
        name="pot_gaps",
        dims=("pot", "need_of"),
        rows=tuple(rows),
        statistics=(
            Statistic("need_y", "yuan/year"),
            Statistic("appropriation_y", "yuan/year"),
            Statistic("gap_y", "yuan/year"),
            Statistic("need_rate", "share"),
            Statistic("gap_reported_y", "yuan/year"),
        ),
        values=np.array(values).reshape(len(rows), 5),
        low=blank,
        high=blank,
        n=np.ones(len(rows), np.int64),
        per="figure",
        notes=("note.gap", *notes, *(pick(note) for note in made.notes)),
        fields={"budget": made.title, "year": str(year)},
        names={pot.pot.name: pot.pot.label for pot in made.pots},
        disjoint=False,
    )


def _said(pot: BudgetPot, addition: Addition, gap: float | None = None) -> str:
    """What a reading adds to the need of a pot, in words; with the `gap` without it, what the
    reading that is not taken would make of it.
    """
    what = in_brackets(pick(addition.label), addition.clause) if addition.clause else ""
    what = what or pick(addition.label)
    told = {"pot": pot.pot.title, "what": what, "amount": f"{addition.amount:,.0f}"}
    if gap is None:
        return text("note.pot_addition", **told)
    return text("note.pot_other_reading", gap=f"{gap + addition.amount:,.0f}", **told)
