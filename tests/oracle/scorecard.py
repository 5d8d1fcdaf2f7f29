"""One unit scored by a card as an officer would: item by item, in decimal, from the file itself.

Written from the description of the form (docs/en/definitions/scorecards.md), sharing nothing with
the package: it reads the YAML of the card and of the indicators on its own.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
GRADES = (("excellent", 90), ("good", 80), ("pass", 60), ("fail", 0))


def number(value, indicator=None):
    if value == "target":
        value = indicator["target"]
    if isinstance(value, str) and value.endswith("%"):
        return Decimal(value[:-1]) / HUNDRED
    return Decimal(str(value))


class Oracle:
    """`card` and `indicators` as the YAML has them; `values` of one unit, None where missing."""

    def __init__(self, card, indicators, values, weights=None):
        self.card, self.indicators = card, indicators
        self.values = {k: None if v is None else Decimal(str(v)) for k, v in values.items()}
        self.weights = weights or {k: i["points"] for k, i in card["items"].items()}
        self.struck = self._struck()
        self.share = {key: self._share(key, item) for key, item in card["items"].items()}

    def value(self, key):
        return self.values.get(key)

    def is_up(self, key):
        return self.indicators[key].get("direction", "up") == "up"

    # --- items
    def _share(self, key, item):
        for veto in self.struck:
            kind, _, aim = self.card["vetoes"][veto]["effect"].partition(":")
            if (kind, aim) in (("zero_item", key), ("zero_group", item["group"])):
                return ZERO
        needed = [item["indicator"], *item.get("also", {})]
        if any(self.value(each) is None for each in needed):
            return None
        points = self._points(item, self.value(item["indicator"]))
        return min(max(points / number(item["points"]), ZERO), ONE)

    def _points(self, item, value):
        indicator = self.indicators[item["indicator"]]
        most, is_up = number(item["points"]), self.is_up(item["indicator"])
        form = item["form"]
        if form == "linear" and "none" in item:
            full, none = number(item["full"], indicator), number(item["none"], indicator)
            return most * min(max((value - none) / (full - none), ZERO), ONE)
        if form == "linear":
            short = number(item["full"], indicator) - value
            steps = max(short if is_up else -short, ZERO) / number(item["per"])
            rounding = {"full": ROUND_FLOOR, "started": ROUND_CEILING}.get(item.get("steps"))
            if rounding:
                steps = steps.quantize(ONE, rounding)
            reached = max(most - steps * number(item["lose"]), ZERO)
            return reached - self._events(item.get("also", {}))
        if form == "deduction":
            lost = self._events({item["indicator"]: item["each"], **item.get("also", {})})
            return max(most - lost, number(item.get("floor", 0)))
        if form == "all_or_nothing":
            if "at_least" in item:
                return most if value >= number(item["at_least"], indicator) else ZERO
            if "at_most" in item:
                return most if value <= number(item["at_most"], indicator) else ZERO
            return most if value == number(item["equal"], indicator) else ZERO
        if form == "banded":
            for mark, worth in item["bands"]:
                if value >= number(mark) if is_up else value <= number(mark):
                    return number(worth)
            return number(item.get("otherwise", 0))
        return value * number(item["each"])  # bonus

    def _events(self, costs):
        lost = ZERO
        for key, each in costs.items():
            value = self.value(key)
            lost += max(ONE - value if self.is_up(key) else value, ZERO) * number(each)
        return lost

    # --- the whole
    def _struck(self):
        vetoes, struck, judged = self.card.get("vetoes", {}), [], set()
        while len(judged) < len(vetoes):
            for key, veto in vetoes.items():
                after = veto.get("after", [])
                if key in judged or not judged.issuperset(after):
                    continue
                judged.add(key)
                value = self.value(veto["indicator"])
                if value is not None and self._is_met(veto["when"], value):
                    struck += [key] if set(after) <= set(struck) else []
        return struck

    @staticmethod
    def _is_met(when, value):
        ((relation, mark),) = when.items()
        mark = number(mark)
        return {
            "more_than": value > mark,
            "at_least": value >= mark,
            "at_most": value <= mark,
            "below": value < mark,
        }[relation]

    @property
    def total(self):
        reached = whole = extra = ZERO
        for key, item in self.card["items"].items():
            share, weight = self.share[key], number(self.weights[key])
            if item["form"] == "bonus":
                extra += (share or ZERO) * number(item["points"])
                continue
            if share is not None:
                reached += share * weight
            if share is not None or self.card.get("missing", "rescale") == "zero":
                whole += weight
        if not whole:
            return None
        printed = self.card.get("points") or sum(
            i["points"] for i in self.card["items"].values() if i["form"] != "bonus"
        )
        extra = min(extra, number(self.card.get("bonus_cap", 0))) * HUNDRED / number(printed)
        return (HUNDRED * reached / whole + extra).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def grade(self):
        if self.total is None:
            return None
        least = [(k, g["least"]) for k, g in self.card.get("grades", {}).items()] or GRADES
        names = [name for name, _ in least]
        place = next(i for i, (_, mark) in enumerate(least) if self.total >= number(mark))
        for key in self.struck:
            kind, _, aim = self.card["vetoes"][key]["effect"].partition(":")
            if kind == "cap":
                place = max(place, names.index(aim))
        return names[place]
