"""Record linkage: the same person in two lists whose ID numbers are damaged or missing.

Names and ID numbers are compared here and go no further: what comes out are the lists' own
pseudonyms, a probability, and which fields agree. The model is that of Fellegi and Sunter (1969, "A
theory for record linkage", JASA 64) as Splink fits it by expectation maximisation.
"""

import datetime
import importlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiuzhu_sim.casework.matching.compared import FIELDS, compared, terms
from jiuzhu_sim.errors import JZError, Problems, nearest, optional
from jiuzhu_sim.language import pick, text

MISSING = "missing"
ANY_OF = ("birth", "village", "id")
"""Beside names, one of these must be there: names alone are too common."""

SIDES = ("left", "right")

PARTLY_BIRTH = """(length(birth_l) < 10 or length(birth_r) < 10)
    and (starts_with(birth_l, birth_r) or starts_with(birth_r, birth_l))"""
PARTLY_ID = """(length(id_l) < 9 or length(id_r) < 9) and length(id_l) > 6 and length(id_r) > 6
    and (starts_with(id_l, id_r) or starts_with(id_r, id_l))"""
CONDITIONS = {
    "name": {
        "sound": "sound_l = sound_r",
        # DuckDB counts edits in bytes, of which a Chinese character has three.
        "one_off": "list_has_any(shorter_l, shorter_r)",
    },
    "birth": {"partly": PARTLY_BIRTH, "one_off": "damerau_levenshtein(birth_l, birth_r) <= 1"},
    "id": {
        "partly": PARTLY_ID,
        "one_off": "damerau_levenshtein(id_l, id_r) <= 1",
        "place": "id_l[1:6] = id_r[1:6]",
    },
    "village": {},
    "sex": {},
}
"""When a pair stands at a level, in SQL; the best level is equality, the last all else."""

BLOCKS = (
    *(("birth",), ("name", "village"), ("name", "year"), ("sound", "month"), ("id",)),
    ("month", "village"),
)
"""Pairs are looked at where all columns of one of these agree."""

SURE = (("name", "birth"), ("id", "birth"))
TRAINED_ON = (("birth",), ("name", "year"))


@dataclass(frozen=True)
class Links:
    """Pairs that may be one person, best first.

    `pairs`: `left`, `right` (pseudonyms), `probability`, and by field the level of agreement (a key
    of `linkage.yaml`, or ``missing``). `weights`: by field and level m, u and the weight log2(m/u).
    `is_trained`: fitted to these lists, or the assumed m and u. `sizes`: records of both lists.
    """

    pairs: Any
    weights: Any
    is_trained: bool
    sizes: tuple[int, int]

    def accepted(self, threshold: float | None = None) -> Any:
        """One pair for each record at most, from a probability on (None: the usual one).

        Raises JZ-E004 for a threshold outside 0 to 1.
        """
        least = terms()["thresholds"]["accept"]["value"] if threshold is None else threshold
        if not 0 <= least <= 1:
            raise JZError.of("JZ-E004", path="threshold", value=least, low=0, high=1)
        taken: tuple[set[Any], set[Any]] = (set(), set())
        rows = []
        chosen = self.pairs[self.pairs["probability"] >= least]
        for row, left, right in chosen[["left", "right"]].itertuples():
            if left not in taken[0] and right not in taken[1]:
                taken[0].add(left)
                taken[1].add(right)
                rows.append(row)
        return self.pairs.loc[rows].reset_index(drop=True)

    def for_review(self) -> Any:
        """Pairs that an officer has to see: likely, and not accepted."""
        marks = terms()["thresholds"]
        taken = self.accepted()
        likely = self.pairs[self.pairs["probability"] >= marks["review"]["value"]]
        is_taken = likely["left"].isin(taken["left"]) | likely["right"].isin(taken["right"])
        return likely[~is_taken].reset_index(drop=True)

    def thresholds(self, truth: Mapping[Any, Any] | None = None) -> Any:
        """What each threshold gives: links, expected precision; with `truth` (left → right, the
        persons on both lists) also precision, recall and their harmonic mean."""
        import pandas as pd

        rows = {}
        for least in terms()["thresholds"]["shown"]:
            links = self.accepted(least)
            row = {"links": len(links), "expected_precision": links["probability"].mean()}
            if truth is not None:
                right = links["left"].map(truth) == links["right"]
                precision = float(right.mean()) if len(links) else np.nan
                recall = float(right.sum()) / max(len(truth), 1)
                row |= {"precision": precision, "recall": recall}
                row["f1"] = 2 * right.sum() / max(len(links) + len(truth), 1)
            rows[least] = row
        return pd.DataFrame.from_dict(rows, orient="index")

    def reasons(self) -> list[str]:
        """Which fields of each pair agree, a sentence each, in the language in use."""
        said = []
        for row in self.pairs[list(FIELDS)].to_dict("records"):
            parts = [
                text(f"link_level.{level}", field=pick(terms()["fields"][field]["label"]))
                for field, level in row.items()
            ]
            said.append(text("word.comma").join(parts))
        return said


def link(
    left: Any, right: Any, *, seed: int = 1, at: datetime.date | None = None, train: bool = True
) -> Links:
    """Pairs of records of two lists that may be one person.

    `left`, `right`: DataFrames with `name`, and any of `birth`, `sex`, `village`, `id` (texts as
    written); `record` is the pseudonym that comes out, the row number from 1 where there is none.
    `seed` samples pairs for u; the same lists in any order of rows give the same pairs. `at` is
    the day by which birth dates are judged (None: today). With `train` off, or for short lists,
    the assumed m and u are taken.

    Raises JZ-E046 without Splink, E011 for a missing column, E092 for pseudonyms that are not, and
    E079 for an empty list; all problems of both lists at once.

    >>> from jiuzhu_sim.casework.matching.damage import damaged_registers
    >>> both = damaged_registers(60, seed=1)
    >>> links = link(both.left, both.right)
    >>> found = links.accepted()
    >>> bool((found["left"].map(both.truth) == found["right"]).mean() > 0.9)
    True
    """
    with optional("splink", "matching"):
        importlib.import_module("splink")
    _check(left, right)
    day = at or datetime.date.today()
    tables = [compared(each, side, day) for each, side in zip((left, right), SIDES, strict=True)]
    sizes = (len(tables[0]), len(tables[1]))
    is_trained = train and min(sizes) >= terms()["fewest_to_train"]["value"]
    with _quiet():
        model = _assumed(max(sizes))
        if is_trained:
            model = _trained(_linker(tables, model), seed)
        linker = _linker(tables, model)
        least = terms()["thresholds"]["kept"]["value"]
        found = linker.inference.predict(threshold_match_probability=least)
        pairs = _pairs(found.as_pandas_dataframe(), tables)
        weights = _weights(linker.misc.save_model_to_json())
    return Links(pairs, weights, is_trained, sizes)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Splink's remarks on its training, which are for its own developers' eyes."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check(left: Any, right: Any) -> None:
    """Whether both lists have what is needed."""
    problems = Problems()
    for side, table in zip(SIDES, (left, right), strict=True):
        known = [str(name) for name in table]
        if "name" not in known:
            near = nearest("name", known)
            problems.add("JZ-E011", side, name="name", needed_by="link", nearest=near)
        if not len(table):
            problems.add("JZ-E079", side, row=1)
        if "record" in known:
            numbers = table["record"].astype(str).str.extract(r"(\d{11})", expand=False)
            if numbers.notna().any() or table["record"].duplicated().any():
                expected = text("matching.pseudonym")
                problems.add("JZ-E092", side, name="record", value="…", expected=expected)
    if not any(name in left and name in right for name in ANY_OF):
        near = nearest("birth", [str(name) for name in (*left, *right)])
        problems.add("JZ-E011", name=", ".join(ANY_OF), needed_by="link", nearest=near)
    problems.raise_if_any()


def _linker(tables: list[Any], model: Any) -> Any:
    import duckdb
    from splink import DuckDBAPI, Linker

    # One thread: sums of probabilities come out the same to the last bit.
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection)
    return Linker([api.register(table) for table in tables], model, log_level=None)


def _assumed(persons: int) -> Any:
    """The model with m and u as they are assumed."""
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(name) for name in FIELDS],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        # About every person of the longer list has one partner.
        probability_two_random_records_match=1 / max(persons, 2),
        retain_intermediate_calculation_columns=True,
    )


def _comparison(name: str) -> Any:
    from splink import comparison_level_library as levels
    from splink import comparison_library

    known = terms()["fields"][name]["levels"]
    made: list[Any] = []
    for key, level in known.items():
        one: Any
        if key == "same":
            one = levels.ExactMatchLevel(name, term_frequency_adjustments=name == "name")
        elif key == "differs":
            one = levels.ElseLevel()
        else:
            one = levels.CustomLevel(CONDITIONS[name][key], label_for_charts=key)
        made.append(one.configure(m_probability=level["m"], u_probability=level["u"]))
    return comparison_library.CustomComparison([levels.NullLevel(name), *made], name)


def _trained(linker: Any, seed: int) -> Any:
    """The model fitted to the lists, no level of one person's pairs below the least share."""
    from splink import block_on

    training = linker.training
    recall = terms()["sure_pairs_recall"]["value"]
    sure = [block_on(*columns) for columns in SURE]
    training.estimate_probability_two_random_records_match(sure, recall=recall)
    sampled = float(terms()["sampled_pairs"]["value"])
    training.estimate_u_using_random_sampling(max_pairs=sampled, seed=seed)
    for columns in TRAINED_ON:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), record_sample_proportion=1
        )
    model = linker.misc.save_model_to_json()
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if "m_probability" in level:
                level["m_probability"] = max(level["m_probability"], terms()["least_m"]["value"])
    return model


def _level_of(field: str, gamma: Iterable[int]) -> list[str]:
    """Splink counts levels from the last (0) up; −1 is missing."""
    keys = [*reversed(terms()["fields"][field]["levels"])]
    return [keys[number] if number >= 0 else MISSING for number in gamma]


def _pairs(found: Any, tables: list[Any]) -> Any:
    import pandas as pd

    records = pd.concat([table.set_index("unique_id")["record"] for table in tables])
    first, second = found["unique_id_l"], found["unique_id_r"]
    is_turned = first.str.startswith(SIDES[1])
    made = pd.DataFrame(
        {
            "left": second.where(is_turned, first).map(records),
            "right": first.where(is_turned, second).map(records),
            # The last digits are noise, and must not decide an order.
            "probability": found["match_probability"].round(9),
        }
    )
    for field in FIELDS:
        made[field] = _level_of(field, found[f"gamma_{field}"].astype(int))
    order = made.assign(_l=made["left"].astype(str), _r=made["right"].astype(str))
    order = order.sort_values(["probability", "_l", "_r"], ascending=[False, True, True])
    return made.loc[order.index].reset_index(drop=True)


def _weights(model: Any) -> Any:
    import pandas as pd

    rows = []
    for comparison in model["comparisons"]:
        field = comparison["output_column_name"]
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        for key, one in zip(terms()["fields"][field]["levels"], levels, strict=True):
            m, u = one.get("m_probability"), one.get("u_probability")
            weight = np.log2(m / u) if m and u else np.nan
            rows.append({"field": field, "level": key, "m": m, "u": u, "weight": weight})
    return pd.DataFrame(rows)
