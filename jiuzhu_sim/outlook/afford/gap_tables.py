"""Tables of the gap: by pot, by account, by who pays, by value of a standard; rows for Excel."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from jiuzhu_sim.language import listed, pick, text, texts
from jiuzhu_sim.law import declarations
from jiuzhu_sim.measures.funding import LEVELS, SHARES, shares_of
from jiuzhu_sim.measures.table import TOTAL, Statistic, Table
from jiuzhu_sim.months.accounts import accounts
from jiuzhu_sim.outlook.afford.gap import QUANTILES, Contour, Floats, Gap, GapCurve, quantiles
from jiuzhu_sim.outlook.afford.purses import chance_of
from jiuzhu_sim.outlook.afford.solution import TEN_THOUSAND, chance, money, share
from jiuzhu_sim.outlook.money.funds import Funds
from jiuzhu_sim.outlook.need.forecast_numbers import period_of

WAN = "10k yuan"
SPREAD = tuple(Statistic(name, WAN) for name in ("p_mean", *QUANTILES))
RISK = (Statistic("probability", "share"), Statistic("probability_error", "share"))


def gap_table(gap: Gap) -> Table:
    """Need, money and gap: mean, P10, P50, P90 in 万元; the gap with its probability and error."""
    found = gap.probability
    rows = [[*_spread(some), np.nan, np.nan] for some in (gap.need, gap.money)]
    rows.append([*_spread(gap.gap), found.value, found.error])
    notes = ["note.gap", "note.interval_80", "note.monte_carlo", *_uncovered(gap)]
    keys = (("need",), ("money",), ("gap",))
    return _table("gap", ("gap_part",), keys, (*SPREAD, *RISK), rows, notes, gap)


def gap_by_pot(gap: Gap) -> Table:
    """Each pot: need and money (P50), gap P10, P50, P90 in 万元, probability with error."""
    by_account, rows = gap.by_account, []
    for purse in gap.counted:
        short = purse.gap(by_account)
        need = by_account[:, purse.pays].sum(axis=1)
        rows.append(_pot_row(need, purse.money, short, chance_of(short, gap.forecast.slack)))
    keys = [(purse.name,) for purse in gap.counted]
    if len(rows) > 1:
        rows.append(_pot_row(gap.need, gap.money, gap.gap, gap.probability))
        keys.append((TOTAL,))
    named = [Statistic(name, WAN) for name in ("need_p50", "money_p50")]
    named += [Statistic(f"gap_{name}", WAN) for name in QUANTILES]
    notes = ["note.gap", "note.interval_80", *_uncovered(gap)]
    notes += ["note.gap_pots"] if len(rows) > 1 else []
    table = _table("gap_pots", ("pot",), keys, (*named, *RISK), rows, notes, gap)
    return replace(table, names=_pot_labels(gap))


def gap_by_account(gap: Gap) -> Table:
    """Need of each account and of all: mean, P10, P50, P90 in 万元."""
    by_account = gap.forecast.by_account
    rows = [_spread(by_account[:, k]) for k in range(by_account.shape[1])]
    rows.append(_spread(by_account.sum(axis=1)))
    keys = [*((key,) for key in gap.forecast.accounts), (TOTAL,)]
    notes = ["note.interval_80", "note.account_quantiles"]
    table = _table("gap_accounts", ("account",), keys, SPREAD, rows, notes, gap)
    return replace(table, names={key: account.label for key, account in accounts().items()})


def gap_payers(gap: Gap) -> Table:
    """Who pays, by the policy's funding shares: need P10, P50, P90 in 万元. Raises JZ-E063."""
    policy = gap.forecast.policy
    shares = shares_of(policy)
    spread = quantiles(gap.need)
    found = [
        [shares[level] * spread[name] / TEN_THOUSAND for name in QUANTILES] for level in LEVELS
    ]
    rows = [[shares[level], *row] for level, row in zip(LEVELS, found, strict=True)]
    rows.append([1.0, *(spread[name] / TEN_THOUSAND for name in QUANTILES)])
    named = (Statistic("paid_share", "share"), *(Statistic(f"need_{q}", WAN) for q in QUANTILES))
    illustrative = any(policy.values[path].status == "illustrative" for path in SHARES.values())
    notes = ["note.gap_payers", *(["note.gap_payers_illustrative"] if illustrative else [])]
    keys = [*((level,) for level in LEVELS), (TOTAL,)]
    return _table("gap_payers", ("level_of_payer",), keys, named, rows, notes, gap)


def curve_table(curve: GapCurve) -> Table:
    """Each value: probability of a gap with error, need and gap P10, P50, P90 (万元)."""
    named = [*RISK]
    columns = [curve.probability, curve.error]
    for part, spread in (("need", curve.need), ("gap", curve.gap)):
        for name, values in spread.items():
            named.append(Statistic(f"{part}_{name}", WAN))
            columns.append(values / TEN_THOUSAND)
    known = declarations()
    fields = {"what": text("word.and").join(known[path].title for path in curve.paths)}
    keys = [(" / ".join(f"{value:,.10g}" for value in point.values()),) for point in curve.values]
    notes = ("note.monte_carlo", "note.interval_80", "note.gap")
    return _made(
        "gap_curve", ("curve_value",), keys, named, np.column_stack(columns), notes, fields
    )


def contour_table(contour: Contour, risk: float) -> Table:
    """For each urban standard the highest rural one with a probability of at most `risk`."""
    found = contour.highest_rural(risk)[:, None]
    named = [Statistic("highest_rural", "yuan/person-month")]
    keys = [(f"{value:,.10g}",) for value in contour.urban]
    notes = ("note.contour_additive", "note.monte_carlo")
    fields = {"risk": share(risk)}
    return _made("gap_contour", ("urban_standard",), keys, named, found, notes, fields)


def budget_items(gap: Gap) -> list[dict[str, Any]]:
    """One row an account for a workbook, yuan: `code` of the budget item, `key`, `label`, the `pot`
    that pays (its label; empty for none), `static_y` by the rules alone in the months of the
    forecast, mean, P10, P50, P90.
    """
    made, labels = [], _pot_labels(gap)
    by_account = gap.forecast.by_account
    for k, key in enumerate(gap.forecast.accounts):
        pays = list(accounts()).index(key)
        pots = [purse.name for purse in gap.purses if purse.pays[pays]]
        account = accounts()[key]
        row: dict[str, Any] = {"code": account.code, "key": key, "label": account.title}
        row["pot"] = listed(pick(labels[name]) for name in pots)
        row["static_y"] = float(gap.forecast.static[k]) * gap.forecast.months
        row["mean"] = float(by_account[:, k].mean())
        made.append(row | quantiles(by_account[:, k]))
    return made


def gap_sentence(gap: Gap) -> str:
    """Need, money, probability and interval of the gap in one sentence."""
    spread = gap.quantiles
    return text(
        "gap.sentence",
        period=period_of(gap.forecast.months),
        need=money(float(np.median(gap.need))),
        money=money(float(np.median(gap.money))),
        probability=chance(gap.probability),
        low=money(spread["p10"]),
        high=money(spread["p90"]),
    )


def lasts_sentence(gap: Gap, **options: Any) -> str:
    """To which date the money lasts, by the cash calendar with its `options`, in one sentence."""
    found = gap.lasts_to(**options)
    dates = {name: getattr(found, name) for name in QUANTILES}
    shown = {name: str(date or text("gap.lasts_all")) for name, date in dates.items()}
    return text("gap.lasts", **shown, probability=share(found.probability.value))


def _spread(values: Floats) -> list[float]:
    found = [float(values.mean()), *quantiles(values).values()]
    return [each / TEN_THOUSAND for each in found]


def _pot_row(need: Floats, held: Floats, short: Floats, found: Any) -> list[float]:
    middle = [float(np.median(some)) / TEN_THOUSAND for some in (need, held)]
    spread = [value / TEN_THOUSAND for value in quantiles(short).values()]
    return [*middle, *spread, found.value, found.error]


def _pot_labels(gap: Gap) -> dict[str, Any]:
    """Labels of the pots (zh, en) by name."""
    if isinstance(gap.funds, Funds):
        return {pot.name: pot.label for pot in gap.funds.pots}
    return {"all": texts()["gap.pot.all"]}


def _uncovered(gap: Gap) -> list[str]:
    """Notes on accounts with need that no pot pays for, and on pots without any need."""
    notes, labels = [], _pot_labels(gap)
    if gap.uncovered:
        named = listed(accounts()[key].title for key in gap.uncovered)
        notes.append(text("gap.uncovered", accounts=named))
    if gap.idle:
        notes.append(text("gap.idle", pots=listed(pick(labels[name]) for name in gap.idle)))
    return notes


def _table(
    name: str,
    dims: tuple[str, ...],
    keys: Iterable[tuple[str, ...]],
    named: Sequence[Statistic],
    rows: Sequence[Sequence[float]],
    notes: Iterable[str],
    gap: Gap,
) -> Table:
    period = period_of(gap.forecast.months)
    fields = {"policy": gap.forecast.policy.title, "period": period}
    return _made(name, dims, keys, named, np.array(rows, np.float64), notes, fields)


def _made(
    name: str,
    dims: tuple[str, ...],
    keys: Iterable[tuple[str, ...]],
    named: Sequence[Statistic],
    values: Floats,
    notes: Iterable[str],
    fields: dict[str, str],
) -> Table:
    rows = tuple(keys)
    return Table(
        name=name,
        dims=dims,
        rows=rows,
        statistics=tuple(named),
        values=values,
        low=np.full(values.shape, np.nan),
        high=np.full(values.shape, np.nan),
        n=np.zeros(len(rows), np.int64),
        per="figure",
        notes=tuple(notes),
        fields=fields,
        disjoint=False,
    )
