"""What may be wrong with the parameters of a ranking: card, weights, procedure, files; all at once,
in a sentence, before anything is computed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jiuzhu_sim.assessment.scorecard.card import Card, load_card
from jiuzhu_sim.casework.procedure.procedure import Procedure, load_procedure, procedures
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import text
from jiuzhu_sim.policy import Policy, parse_date
from jiuzhu_sim.reading import is_file
from jiuzhu_sim.report.scenarios import policy_of

NATIONAL = "national"
"""The procedure of a place that has none of its own."""
CARD = "ten-precisions"
NONE = "none"
"""In place of a file: leave this source out, and make none up."""
BY_LAW = "law"
CLOSE = 1e-6
"""Points by which a sum of weights may miss the total of its card: rounding."""


def check_ranking(parameters: Mapping[str, Any]) -> None:
    """Refuse a bad card, weights, procedure or file, and say all that is wrong at once.

    Raises JZ-E060 (no such card, item or procedure), JZ-E104 (faults of a card), JZ-E032 (a weight
    or day that is none), JZ-E107 (weights that miss the total), JZ-E020 (no such file), and what
    `policy_of` and `load_procedure` raise.

    >>> check_ranking({"law": "s1-county-2020", "card": "ten-precisions"})
    """
    problems = Problems()
    policy = _tried(lambda: policy_of(parameters), problems)
    card = _tried(lambda: card_of(parameters), problems)
    if card is not None:
        _tried(lambda: weighted(card, parameters.get("weights") or ()), problems)
    if policy is not None:
        _tried(lambda: procedure_of(parameters, policy), problems)
    if parameters.get("as_of"):
        _tried(lambda: parse_date(str(parameters["as_of"])), problems)
    for name in ("log", "returns", "boundaries", "places"):
        _check_file(str(parameters.get(name) or ""), name, problems)
    for each in verification_files(parameters):
        _check_file(each, "verification", problems)
    problems.raise_if_any()


def _tried(make: Callable[[], Any], problems: Problems) -> Any:
    """What is made, or None with what is wrong kept for later."""
    try:
        return make()
    except JZError as refused:
        problems.extend(refused.problems)
        return None


def card_of(parameters: Mapping[str, Any]) -> Card:
    """The card named, or that of the ten precisions; raises what `load_card` raises."""
    return load_card(str(parameters.get("card") or CARD))


def _check_file(file: str, name: str, problems: Problems) -> None:
    if file and file != NONE and not is_file(file):
        problems.add("JZ-E020", name, path=file)


def weighted(card: Card, given: Sequence[str] | str) -> Card:
    """A card with other points: ``item=points`` or ``group=points`` (its items in proportion), by
    key or by label.

    What is not named keeps its points; the sum must be that of the card. Raises, all at once,
    JZ-E060 (no such item or group), JZ-E032 (no number, or below 0), JZ-E107 (the sum).
    """
    entries = given.split(";") if isinstance(given, str) else list(given)
    base = [item for item in card.items if not item.is_bonus]
    points = {item.key: float(item.points) for item in base}
    groups = {group.key: [i.key for i in base if i.group == group.key] for group in card.groups}
    labels = {group.title: group.key for group in card.groups}
    labels |= {item.title: item.key for item in base}
    problems = Problems()
    for entry in filter(None, map(str, entries)):
        name, value = (part.strip() for part in entry.partition("=")[::2])
        name, number = labels.get(name, name), _points(value, entry, problems)
        if name in points:
            points[name] = number
        elif name in groups:
            whole = sum(points[key] for key in groups[name])
            for key in groups[name]:
                even = 1 / len(groups[name])
                points[key] = number * (points[key] / whole if whole else even)
        else:
            refused = JZError.unknown(text("word.card_item"), name, (*points, *groups))
            problems.extend(refused.problems)
    total, found = sum(float(item.points) for item in base), sum(points.values())
    if not problems and abs(found - total) > CLOSE:
        problems.add("JZ-E107", "weights", found=f"{found:g}", total=f"{total:g}")
    problems.raise_if_any()
    kept = (
        item if item.is_bonus else replace(item, points=points[item.key]) for item in card.items
    )
    return replace(card, items=tuple(kept))


def _points(value: str, entry: str, problems: Problems) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        expected = text("ranking.expected.weight")
        problems.add("JZ-E032", "weights", name="weights", value=entry, expected=expected)
        return 0.0
    return number


def verification_files(parameters: Mapping[str, Any]) -> list[str]:
    """The lists handed back that run parameters name; several with a semicolon between them."""
    given = parameters.get("verification") or ""
    entries = given.split(";") if isinstance(given, str) else given
    return [str(each).strip() for each in entries if str(each).strip()]


def procedure_of(parameters: Mapping[str, Any], policy: Policy) -> Procedure:
    """The procedure named, or the place's own, or the national one.

    >>> from jiuzhu_sim.policy import load_policy
    >>> procedure_of({}, load_policy("s1-county-2020")).name
    's1-county-2020'
    """
    own = policy.place if policy.place in procedures() else NATIONAL
    return load_procedure(str(parameters.get("procedure") or own), policy)


def design_of(parameters: Mapping[str, Any], policy: Policy, card: Card) -> str:
    """``sample`` or ``census``: as given, else as the card says, else as the law is read (register
    D15)."""
    given = str(parameters.get("design") or BY_LAW)
    given = card.design if given == BY_LAW else given
    return str(policy["reading.assessment_design"]) if given == BY_LAW else given
