"""The `conduct:` section of a procedure file, read and checked: what must be done and by whom.

`checks` are judged case by case, `rates` by township and month. Every fault of the section is told
at once (JZ-E096). The forms of a check are the entries of `FORMS`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jiuzhu_sim.casework.conduct.form import (
    DAYS,
    FORMS,
    NUMBERS,
    SHARE,
    WHO,
    Reader,
    Step,
    coded,
    list_of,
    one_of,
    read_label,
    read_step,
    read_steps,
    yes_or_no,
)
from jiuzhu_sim.casework.log.log import KINDS, PROGRAMMES
from jiuzhu_sim.columns import log_columns
from jiuzhu_sim.errors import Problems, nearest
from jiuzhu_sim.language import LANGUAGES, pick, said, speaking, text

URGENT = ("", "except", "only")
STATUSES = ("stated", "reading", "assumed")
COMMON = {"clause", "programmes", "kinds", "status", "label"}
CHECK_FIELDS = COMMON | {"check", "urgent", "unless"}
RATE_FIELDS = COMMON | {"steps", "of", "rate", "by_month"}
SECTION_NUMBERS = ("missing_after_days", "within_months", "feedback_days")


@dataclass(frozen=True)
class Check:
    """One thing to be judged case by case: the form of the check and what fills it.

    `label` holds both languages; `given` the fields of the form, as `FORMS` says. `urgent` leaves
    urgent cases out (``except``) or asks of them ``only``; cases with the step `unless` are left
    out too.
    """

    key: str
    form: str
    clause: str
    programmes: tuple[str, ...]
    kinds: tuple[str, ...]
    status: str
    label: Mapping[str, str]
    given: Mapping[str, Any]
    urgent: str = ""
    unless: Step | None = None

    @property
    def limit(self) -> float:
        """The number of the check, in `unit`; NaN where it has none."""
        numbers = [self.given[name] for name in NUMBERS if name in self.given]
        return float(numbers[0]) if numbers else float("nan")

    @property
    def unit(self) -> str:
        """The unit of `limit`; "" where it has none."""
        units = [unit for name, unit in NUMBERS.items() if name in self.given]
        return units[0] if units else ""


@dataclass(frozen=True)
class RateCheck:
    """A share of the cases `of` a step for which one of `steps` must be done, by township and month
    (or once for the whole period)."""

    key: str
    clause: str
    programmes: tuple[str, ...]
    kinds: tuple[str, ...]
    status: str
    label: Mapping[str, str]
    steps: tuple[Step, ...]
    of: Step
    rate: float
    by_month: bool = True


@dataclass(frozen=True)
class Checks:
    """A whole section. What was never done counts as missing after `missing_after_days`; a rate of
    a month is judged `within_months` after it (both assumed: the documents are silent). Departments
    answer within `feedback_days` working days of being done; None where nothing is said."""

    cases: tuple[Check, ...] = ()
    rates: tuple[RateCheck, ...] = ()
    missing_after_days: int = 30
    within_months: int = 1
    feedback_days: int | None = None


@dataclass
class _Reading:
    """A section while it is read: the place, and the faults found so far."""

    where: str
    problems: Problems = field(default_factory=Problems)

    def fault(self, key: str, reason: str) -> None:
        self.problems.add("JZ-E096", self.where, key=key, reason=reason)

    def value(self, key: str, name: str, reader: Reader, value: Any) -> Any:
        try:
            return reader(value)
        except ValueError as wrong:
            self.fault(f"{key}.{name}", str(wrong))
            return None

    def fields(self, key: str, entry: Any, known: set[str] | None, needed: Iterable[str]) -> bool:
        """Whether the entry is a mapping with the fields it must have; others are `known` ones
        (any where None)."""
        if not isinstance(entry, Mapping):
            self.fault(key, text("conduct.not_a_mapping", value=entry))
            return False
        known = set(entry) if known is None else known
        for name in sorted(map(str, set(entry) - known)):
            near = nearest(name, known)
            self.fault(f"{key}.{name}", text("conduct.unknown", name=name, nearest=near))
        missing = [name for name in needed if name not in entry]
        for name in missing:
            self.fault(key, text("conduct.lacking", name=name))
        return not missing

    def common(self, key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What checks and rates share: clause, programmes, kinds of case, status, label."""
        kinds = entry.get("kinds", ["new"])
        status = entry.get("status", "stated")
        return {
            "key": key,
            "clause": str(entry["clause"]),
            "programmes": self.value(key, "programmes", list_of(PROGRAMMES), entry["programmes"]),
            "kinds": self.value(key, "kinds", list_of(KINDS), kinds),
            "status": self.value(key, "status", lambda v: one_of(STATUSES, v), status),
            "label": self.value(key, "label", read_label, entry["label"])
            if "label" in entry
            else {},
        }

    def check(self, key: str, entry: Any) -> Check | None:
        if not self.fields(key, entry, None, ("check", "clause", "programmes")):
            return None
        form = self.value(key, "check", lambda v: one_of(FORMS, v), entry["check"])
        if form is None:
            return None
        must, may = FORMS[form]
        readers = {**must, **may}
        if not self.fields(key, entry, CHECK_FIELDS | set(readers), must):
            return None
        before = len(self.problems)
        if form == "by" and not set(WHO) & set(entry):
            self.fault(key, text("conduct.lacking", name=text("conduct.or").join(WHO)))
        common = self.common(key, entry)
        given = {
            name: self.value(key, name, readers[name], entry[name])
            for name in readers
            if name in entry
        }
        urgent = self.value(key, "urgent", lambda v: one_of(URGENT, v), entry.get("urgent", ""))
        unless = entry.get("unless")
        if unless is not None:
            unless = self.value(key, "unless", read_step, unless)
        if len(self.problems) > before:
            return None
        common["label"] = common["label"] or _label(form, given)
        return Check(form=form, given=given, urgent=urgent, unless=unless, **common)

    def rate(self, key: str, entry: Any) -> RateCheck | None:
        needed = ("clause", "programmes", "steps", "of", "rate")
        if not self.fields(key, entry, RATE_FIELDS, needed):
            return None
        before = len(self.problems)
        common = self.common(key, entry)
        given = {
            name: self.value(key, name, reader, entry[name])
            for name, reader in (("steps", read_steps), ("of", read_step), ("rate", SHARE))
        }
        by_month = self.value(key, "by_month", yes_or_no, entry.get("by_month", True))
        if len(self.problems) > before:
            return None
        common["label"] = common["label"] or _label("rate", given | {"of_any": given["steps"]})
        return RateCheck(by_month=by_month, **common, **given)


def read_checks(section: Mapping[str, Any] | None, where: str) -> Checks:
    """The checks of a `conduct:` section; `where` names the file. JZ-E096 for every fault, at once.

    >>> entry = {"check": "attendance", "clause": "S2.4.6", "programmes": "one_case", "least": 12}
    >>> checks = read_checks({"checks": {"persons": entry}}, "s2.yaml")
    >>> checks.cases[0].limit, checks.cases[0].label["zh"]
    (12.0, '民主评议到会不少于12人')
    """
    reading = _Reading(where)
    known = {"checks", "rates", *SECTION_NUMBERS}
    if not section:
        return Checks()
    if not reading.fields("conduct", section, known, ()):
        reading.problems.raise_if_any()
    numbers = {
        name: found
        for name in SECTION_NUMBERS
        if name in section
        and (found := reading.value("conduct", name, DAYS, section[name])) is not None
    }
    parts = {}
    for name, read in (("checks", reading.check), ("rates", reading.rate)):
        entries = section.get(name) or {}
        if reading.fields(name, entries, None, ()):
            parts[name] = tuple(filter(None, [read(str(k), v) for k, v in entries.items()]))
    reading.problems.raise_if_any()
    return Checks(_told_apart(parts["checks"]), _told_apart(parts["rates"]), **numbers)


def _told_apart(checks: tuple[Any, ...]) -> tuple[Any, ...]:
    """Checks of one sentence but different programmes, with the programmes before the sentence."""
    sentences = [check.label["zh"] for check in checks]
    return tuple(
        replace(check, label=_of_programmes(check)) if sentences.count(sentence) > 1 else check
        for check, sentence in zip(checks, sentences, strict=True)
    )


def _of_programmes(check: Check | RateCheck) -> dict[str, str]:
    titles = log_columns("case")["programme"].codes or {}
    made = {}
    for name in LANGUAGES:
        with speaking(name):
            listed = text("conduct.and").join(pick(titles[each]) for each in check.programmes)
            made[name] = said(listed, pick(check.label))
    return made


def _label(form: str, given: Mapping[str, Any]) -> dict[str, str]:
    """The sentence of a form with its fields, in both languages."""
    made = {}
    for name in LANGUAGES:
        with speaking(name):
            words = {key: _said(key, value) for key, value in given.items()}
            who = [words[key] for key in WHO if key in words]
            made[name] = text(f"conduct.form.{form}", **words, who=" · ".join(who))
    return made


def _said(name: str, value: Any) -> str:
    """A field as a reader has it."""
    if isinstance(value, Step):
        return value.title
    if isinstance(value, tuple):
        joint = text("conduct.or" if name in (*WHO, "of_any") else "conduct.and")
        return joint.join(_said(name, each) for each in value)
    if name in ("share", "rate"):
        return f"{value * 100:g}%"
    if name in WHO:
        return coded(name.removesuffix("s"), value)
    if name == "which":
        return value
    if name in ("flag", "of"):
        return log_columns("case")[value].title
    return f"{value:g}"
