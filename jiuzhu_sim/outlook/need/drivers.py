"""What drives the need of a year: each source by itself (tornado), and its share of the variance.

Both ask the emulator, so they take a second (definition: docs/en/definitions/drivers.md).
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import text
from jiuzhu_sim.measures.table import Statistic, Table
from jiuzhu_sim.outlook.need.forecast import SEED, Forecast
from jiuzhu_sim.outlook.need.forecast_model import FEATURES, Model, is_one_a_draw
from jiuzhu_sim.outlook.need.forecast_numbers import period_of, probability

Floats = NDArray[np.float64]

NEED = ("caseload", *FEATURES, "prices")
"""Sources that move the need through the emulator."""

CHANCE, TRANSFERS = "chance", "transfers"
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
ENDS = ("low", "high")

POINTS = 4096
"""Base points of the Sobol indices, a power of two; the emulator is asked at (sources + 2) times
as many."""

RESAMPLES = 200
"""Bootstrap samples of an index's interval."""


def tornado(forecast: Forecast, funds: float | Floats | None = None) -> Table:
    """Need of the year with one source at its P10 and P90 and all others at their medians, yuan.

    One row a source that varies, the widest first; `chance` is that of single households. With
    `funds` (yuan, a number or (draws,)) also the gap at these points, and the probability of a gap
    with the source held at its P10, at its P90 and at its median, everything else drawn;
    `transfers` is then the money to come. Raises JZ-E032 when nothing varies, or for funds that are
    no amount.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.need.forecast import forecast
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> made = forecast(people, jz.load_policy("example-county"), draws=200, runs=6)
    >>> tornado(made).dims
    ('source',)
    """
    model = _model(forecast)
    middle = _point(forecast, {})
    money = _money(forecast, funds)
    names = _varying(forecast, money)
    rows = {}
    for name in names:
        rows[name] = _ends(forecast, model, name, middle)
        if money is not None:
            rows[name] += _gaps(forecast, name, rows[name], middle, money)
    first = 0 if money is None else 2  # the pair of ends that the chart shows: need, or gap
    width = {name: abs(row[first + 1] - row[first]) for name, row in rows.items()}
    ordered = sorted(names, key=lambda name: -width[name])
    statistics = [Statistic("driver_need_low", "yuan"), Statistic("driver_need_high", "yuan")]
    if money is not None:
        statistics += [Statistic("driver_gap_low", "yuan"), Statistic("driver_gap_high", "yuan")]
        statistics += [Statistic(f"driver_p_gap_{at}", "share") for at in ("low", "high", "fixed")]
    values = np.array([rows[name] for name in ordered])
    fields = {"middle": Statistic("", "yuan").show(middle)}
    if money is not None:
        whole = probability(forecast.year - money, forecast.slack)
        fields["p_gap"] = f"{whole.value:.1%}"
    notes = ("note.tornado", *(["note.tornado_gap"] if money is not None else []))
    name = "tornado" if money is None else "tornado_gap"
    return _table(forecast, name, ordered, statistics, values, None, notes, fields)


def sobol(forecast: Forecast, funds: float | Floats | None = None, seed: int = SEED) -> Table:
    """Shares of the variance of the year's need, or with `funds` of the gap, by source.

    `first`: what the source explains alone; `total`: with all it does together with others. The
    chance of single households is left out (`forecast.shares` has it). Intervals of 95 % by
    bootstrap. Raises JZ-E032 when nothing varies, or for funds that are no amount.

    Source: Saltelli et al. 2010, as in scipy.stats.sobol_indices.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.outlook.need.forecast import forecast
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> made = forecast(people, jz.load_policy("example-county"), draws=200, runs=6)
    >>> sobol(made).get("sobol_total", "caseload") > 0.5
    True
    """
    from scipy.stats import sobol_indices, uniform

    model = _model(forecast)
    money = _money(forecast, funds)
    names = [name for name in _varying(forecast, money) if name != CHANCE]
    if not names:
        raise _nothing()

    def year(points: Floats) -> Floats:
        drawn = {
            name: _quantile(money if name == TRANSFERS else forecast.factors[name], share)
            for name, share in zip(names, points, strict=True)
        }
        paid = drawn.pop(TRANSFERS, 0.0)
        return _years(forecast, model, drawn, points.shape[1]) - paid

    if len(names) == 1:  # SciPy takes two inputs at least; a single one is all there is
        values, ends, ordered = np.ones((1, 2)), None, names
    else:
        found = sobol_indices(func=year, n=POINTS, dists=[uniform()] * len(names), rng=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a source without any effect has no interval
            spread = found.bootstrap(n_resamples=RESAMPLES)
        order = np.argsort(-found.total_order)
        both = [part.confidence_interval for part in (spread.first_order, spread.total_order)]
        low, high = (np.column_stack([getattr(each, end) for each in both])[order] for end in ENDS)
        values, ends = np.column_stack([found.first_order, found.total_order])[order], [low, high]
        ordered = [names[k] for k in order]
    statistics = [Statistic("sobol_first", "share"), Statistic("sobol_total", "share")]
    notes = ("note.sobol_need" if money is None else "note.sobol_gap", "note.sobol")
    return _table(forecast, "sobol", ordered, statistics, values, ends, notes, {})


def _model(forecast: Forecast) -> Model:
    if forecast.model is None:
        raise _nothing()
    return forecast.model


def _money(forecast: Forecast, funds: Any) -> Floats | None:
    """The money of each draw, yuan (draws,); JZ-E032 for what is no amount, nor one a draw."""
    if funds is None:
        return None
    if not is_one_a_draw(funds, forecast.draws):
        expected = text("word.one_a_draw", draws=forecast.draws)
        raise JZError.of("JZ-E032", "funds", name="funds", value=funds, expected=expected)
    return np.broadcast_to(np.float64(funds), (forecast.draws,))


def _nothing() -> JZError:
    expected = text("word.something_uncertain")
    return JZError.of("JZ-E032", "forecast", name="uncertainty", value="none", expected=expected)


def _varying(forecast: Forecast, money: Floats | None) -> list[str]:
    """The sources that are not the same in every draw."""
    sources = forecast.uncertainty.sources
    names = [name for name in NEED if np.ptp(forecast.factors[name]) > 0]
    if "prices" in names and not forecast.by_rules.price.any():
        names.remove("prices")  # the law has no price subsidy
    if not sources[CHANCE].is_certain:
        names.append(CHANCE)
    if money is not None and np.ptp(money) > 0:
        names.append(TRANSFERS)
    if not names:
        raise _nothing()
    return names


def _quantile(values: Floats | None, share: Any) -> Floats:
    """A value among the draws below which a share of them lies."""
    assert values is not None
    return np.asarray(np.quantile(values, share, method="inverted_cdf"))


def _years(forecast: Forecast, model: Model, factors: Mapping[str, Any], n: int) -> Floats:
    """Emulated need of the year, yuan (n,), with some factors given and the others at medians."""
    whole = {
        name: np.broadcast_to(
            np.float64(factors.get(name, _quantile(forecast.factors[name], MIDDLE))), (n,)
        )
        for name in NEED
    }
    triggers = np.repeat(whole["prices"][:, None] / forecast.months, forecast.months, 1)
    return model.need(forecast.by_rules, whole, triggers).sum((1, 2))


def _point(forecast: Forecast, factors: Mapping[str, Any]) -> float:
    return float(_years(forecast, _model(forecast), factors, 1)[0])


def _ends(forecast: Forecast, model: Model, name: str, middle: float) -> list[float]:
    """The need with one source at its P10 and at its P90, yuan."""
    if name == TRANSFERS:
        return [middle, middle]
    if name == CHANCE:
        missed = model.missed_year(forecast.by_rules, forecast.factors)
        return [middle + float(_quantile(missed, q)) for q in (LOW, HIGH)]
    drawn = forecast.factors[name]
    return [_point(forecast, {name: _quantile(drawn, q)}) for q in (LOW, HIGH)]


def _gaps(
    forecast: Forecast, name: str, need: list[float], middle: float, money: Floats
) -> list[float]:
    """Gap at both ends, and P(gap) with the source at P10, P90 and its median."""
    half = float(_quantile(money, MIDDLE))
    held: Callable[[float], Floats]
    if name == TRANSFERS:
        ends = [need[0] - float(_quantile(money, q)) for q in (LOW, HIGH)]

        def held(q: float) -> Floats:
            return forecast.year - _quantile(money, q)

    else:
        ends = [value - half for value in need]
        if name == CHANCE:
            plain = forecast.without_chance().year
            moved = {LOW: need[0] - middle, MIDDLE: 0.0, HIGH: need[1] - middle}

            def held(q: float) -> Floats:
                return plain + moved[q] - money

        else:
            drawn = forecast.factors[name]

            def held(q: float) -> Floats:
                return forecast.given({name: _quantile(drawn, q)}).year - money

    return ends + [float((held(q) > 0).mean()) for q in (LOW, HIGH, MIDDLE)]


def _table(
    forecast: Forecast,
    name: str,
    rows: list[str],
    statistics: list[Statistic],
    values: Floats,
    ends: Sequence[Floats] | None,
    notes: tuple[str, ...],
    fields: Mapping[str, str],
) -> Table:
    blank = np.full(values.shape, np.nan)
    low, high = ends or (blank, blank)
    return Table(
        name=name,
        dims=("source",),
        rows=tuple((row,) for row in rows),
        statistics=tuple(statistics),
        values=values,
        low=low,
        high=high,
        n=np.full(len(rows), forecast.people.households),
        per="figure",
        notes=(*notes, "note.forecast_assumed"),
        fields={
            "policy": forecast.policy.title,
            "period": period_of(forecast.months),
            "draws": f"{forecast.draws:,}",
            **fields,
        },
        names={key: source.label for key, source in forecast.uncertainty.sources.items()},
        disjoint=False,
    )
