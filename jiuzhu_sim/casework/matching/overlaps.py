"""Overlaps of programmes with the registered poor and the monitored, and duplicates.

S1.9.1: registered poor who meet the conditions of dibao or tekun enter at once; S1.9.4: who is
registered as poor is flagged in the system; S4.2.6: nobody is paid twice.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError, Problems, nearest
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy
from jiuzhu_sim.population import People
from jiuzhu_sim.roster.identity import masked

PROGRAMMES = ("tekun", "dibao", "edge", "none")
"""Layers as programmes; single-person cover is dibao."""

POVERTY = ("both", "registered_poor", "relapse_monitored", "neither")
LISTS = ("person", "household", "programme", "amount_m")
"""Columns of the lists that are looked through for duplicates."""

LAYERS_OF = {"tekun": ("tekun",), "dibao": ("dibao", "single_person"), "edge": ("edge",)}
WANTED = ("layer_hh", "n_recipients_hh", "n_members_hh", "benefit_m_hh")

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Overlaps:
    """Who stands in a programme and among the poor; all by household of `people`.

    `programme` and `poverty` are positions in `PROGRAMMES` (by the rules on what is reported) and
    `POVERTY`; `persons` members; `benefit_m` what the rules give. `unmatched`: registered poor or
    monitored, entitled to dibao or tekun, and not in it. `unflagged`: registered poor without the
    flag in the system; None where no flags were given.
    """

    people: People
    programme: NDArray[np.int8]
    poverty: NDArray[np.int8]
    persons: NDArray[np.int64]
    benefit_m: NDArray[np.float64]
    unmatched: Flags
    unflagged: Flags | None

    def table(self, of: str = "households", weight: str | None = "weight") -> Any:
        """Programmes by poverty status, with totals; `of` ``households`` or ``persons``.

        Raises JZ-E060 for anything else.
        """
        import pandas as pd

        if of not in ("households", "persons"):
            raise JZError.unknown(text("word.grouping"), of, ("households", "persons"))
        held = np.ones(len(self.programme))
        if weight is not None:
            held = np.asarray(self.people.numbers(weight), np.float64)
        counted = held * (self.persons if of == "persons" else 1)
        sums = np.zeros((len(PROGRAMMES), len(POVERTY)))
        np.add.at(sums, (self.programme, self.poverty), counted)
        made = pd.DataFrame(
            sums,
            [text(f"overlap_programme.{name}") for name in PROGRAMMES],
            [text(f"overlap_poverty.{name}") for name in POVERTY],
        )
        made[text("word.total")] = made.sum(axis=1)
        made.loc[text("word.total")] = made.sum(axis=0)
        return made

    def listed(self, which: str = "unmatched") -> Any:
        """The households to be followed up, ``unmatched`` or ``unflagged``, without names.

        Raises JZ-E060 for another list, JZ-E100 for the flags where none were given.
        """
        import pandas as pd

        if which not in ("unmatched", "unflagged"):
            raise JZError.unknown(text("matching.list"), which, ("unmatched", "unflagged"))
        flags = self.unmatched if which == "unmatched" else self.unflagged
        if flags is None:
            raise JZError.of("JZ-E100", sources=text("matching.flags"), needed="flagged=…")
        at = np.flatnonzero(flags)
        ids = self.people.ids
        rows = {
            "household": [masked(str(ids[one]), "") for one in at],
            "township": self.people["township"][at] if "township" in self.people else "",
            "programme": [text(f"overlap_programme.{PROGRAMMES[self.programme[i]]}") for i in at],
            "poverty": [text(f"overlap_poverty.{POVERTY[self.poverty[i]]}") for i in at],
            "persons": self.persons[at],
            "benefit_m": self.benefit_m[at],
        }
        heads = {name: text(f"overlap.{name}") for name in rows}
        return pd.DataFrame(rows).rename(columns=heads)


def overlaps(
    people: People,
    policy: Policy,
    *,
    enrolled: Flags | None = None,
    flagged: Flags | None = None,
) -> Overlaps:
    """Programmes against the registered poor and the monitored, by the rules on what is reported.

    `enrolled`: households in dibao or tekun now (None: those in dibao, by `was_dibao`; no column
    tells who is in tekun, so that whoever should be counts as not matched). `flagged`: households
    flagged as registered poor in the assistance system, if known.

    Raises JZ-E100 for people without both columns `is_registered_poor` and `is_relapse_monitored`,
    JZ-E033 for flags of the wrong length, and what `simulate` raises.

    >>> import jiuzhu_sim as jz
    >>> people = jz.synthesize("all-programmes", households=2000, seed=1)
    >>> found = overlaps(people, jz.load_policy("national-illustrated"))
    >>> round(float(found.table(weight=None).iloc[-1, -1]))
    2000
    """
    names = ("is_registered_poor", "is_relapse_monitored")
    if not all(name in people for name in names):
        needed = ", ".join(name for name in names if name not in people)
        raise JZError.of("JZ-E100", sources=text("matching.poverty"), needed=needed)
    for name, flags in (("enrolled", enrolled), ("flagged", flagged)):
        if flags is not None and np.shape(flags) != (people.households,):
            lengths = f"{name} {np.shape(flags)}, household {people.households}"
            raise JZError.of("JZ-E033", "overlaps", lengths=lengths)
    results = simulate(people, policy, WANTED)
    is_poor, is_watched = (people.numbers(name).astype(bool) for name in names)
    layer = results["layer_hh"]
    programme = np.select(
        [np.isin(layer, LAYERS_OF[name]) for name in PROGRAMMES[:-1]],
        list(range(len(PROGRAMMES) - 1)),
        len(PROGRAMMES) - 1,
    )
    poverty = np.select([is_poor & is_watched, is_poor, is_watched], [0, 1, 2], 3)
    is_in = enrolled
    if is_in is None:
        is_in = people.numbers("was_dibao") if "was_dibao" in people else np.zeros(1, bool)
    is_due = np.isin(programme, [PROGRAMMES.index("tekun"), PROGRAMMES.index("dibao")])
    return Overlaps(
        people=people,
        programme=programme.astype(np.int8),
        poverty=poverty.astype(np.int8),
        persons=np.asarray(results["n_members_hh"], np.int64),
        benefit_m=np.asarray(results["benefit_m_hh"], np.float64),
        unmatched=np.asarray(is_due & (is_poor | is_watched) & ~np.asarray(is_in, bool)),
        unflagged=None if flagged is None else is_poor & ~np.asarray(flagged, bool),
    )


def duplicates(lists: Any) -> Any:
    """Who stands twice in lists of persons paid: in two programmes, or in two households.

    `lists` is a DataFrame with `person` (a pseudonym), `household`, `programme` and `amount_m`
    (yuan a month), the rows of all lists one under the other. Returned are all rows of such
    persons with `kind` (``twice`` in a household and programme, ``households``, ``programmes`` or
    ``both``) and `again_m`: what is paid beyond the largest amount, told at the person's first row.
    Raises JZ-E011 naming each column that is missing.

    >>> import pandas as pd
    >>> rows = {"person": ["a", "a", "b"], "household": [1, 2, 3], "programme": ["dibao"] * 3}
    >>> duplicates(pd.DataFrame(rows | {"amount_m": [300.0, 200.0, 100.0]}))["kind"].tolist()
    ['households', 'households']
    """
    problems = Problems()
    for name in LISTS:
        if name not in lists:
            near = nearest(name, map(str, lists))
            problems.add("JZ-E011", name=name, needed_by="duplicates", nearest=near)
    problems.raise_if_any()
    by_person = lists.groupby("person", sort=False)
    n_households = by_person["household"].transform("nunique")
    n_programmes = by_person["programme"].transform("nunique")
    size = by_person["person"].transform("size")
    kind = np.select(
        [(n_households > 1) & (n_programmes > 1), n_households > 1, n_programmes > 1],
        ["both", "households", "programmes"],
        "twice",
    )
    amount = by_person["amount_m"]
    again = amount.transform("sum") - amount.transform("max")
    is_first = ~lists["person"].duplicated()
    found = lists.assign(kind=kind, again_m=np.where(is_first, again, 0.0))
    return found[size > 1].sort_values("person", kind="stable").reset_index(drop=True)
