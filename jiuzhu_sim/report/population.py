"""The diagnosis of a population put into words and pictures."""

from collections.abc import Iterable, Sequence
from typing import Any

from jiuzhu_sim.assessment.diagnostics import Diagnosis, sources
from jiuzhu_sim.language import listed, pick, text
from jiuzhu_sim.measures import Table
from jiuzhu_sim.measures.table import TOTAL
from jiuzhu_sim.population.recipe import load_recipe
from jiuzhu_sim.report import population_charts as charts
from jiuzhu_sim.report.section import Cards, Listing, Report, Section


def population_report(found: Diagnosis) -> Report:
    """Put `found`, a diagnosis (`diagnose`), into a report; computes nothing.

    Sections: `answer`, `margins` and `quintiles` where they are known, `recipe` of
    synthetic people, `sizes`, `weights` and
    `effect` where the weights were calibrated, `ratio` of the nation, `assumed`.

    >>> import jiuzhu_sim as jz
    >>> from jiuzhu_sim.assessment.diagnostics import diagnose
    >>> people = jz.synthesize("example-county", households=200, seed=1)
    >>> results = jz.simulate(people, jz.load_policy("example-county"))
    >>> [section.key for section in population_report(diagnose(results)).sections]
    ['answer', 'recipe', 'sizes', 'assumed']
    """
    made = (_answer, _margins, _quintiles, _recipe, _sizes, _weights, _effect, _ratio, _assumed)
    sections = tuple(section for maker in made if (section := maker(found)) is not None)
    recipe = found.people.about.get("recipe")
    people = pick(load_recipe(recipe)["label"]) if recipe else text("population.own")
    return Report(text("population.title", people=people), text("file.population"), sections)


def _section(
    key: str, sentences: Iterable[str], blocks: Sequence[Any], annex: Sequence[Any] = ()
) -> Section:
    return Section(key, text(f"section.{key}"), tuple(sentences), tuple(blocks), tuple(annex))


def _verdicts(found: Diagnosis, role: str) -> list[tuple[str, bool]]:
    """Label and whether it is within its tolerance, of every margin in a role."""
    made = []
    for name, roles, labels in (("margins", 1, 1), ("quintiles", None, 2)):
        if (table := found.tables.get(name)) is None:
            continue
        for row in table.rows:
            if (row[roles] if roles else "check") == role:
                shown = " · ".join(table.labels(row)[:labels])
                made.append((shown, table.get("verdict", *row) > 0))
    return made


def _answer(found: Diagnosis) -> Section:
    sizes, ratios = found.tables["sizes"], found.tables.get("ratios")
    numbers = []
    for role in ("target", "check"):
        if verdicts := _verdicts(found, role):
            met = text("card.of", part=sum(good for _, good in verdicts), whole=len(verdicts))
            numbers.append((met, text(f"card.{role}s")))
    numbers.append((sizes.show("households", TOTAL), text("card.stands_for")))
    numbers.append((sizes.show("size", TOTAL), text("card.size")))
    if ratios is not None:
        ends = {"low": ratios.show("lowest", TOTAL), "high": ratios.show("highest", TOTAL)}
        numbers.append((text("card.range", **ends), text("card.ratios")))
        n = f"{found.people.households:,}"
        numbers.append((ratios.show("effective", TOTAL), text("card.effective", n=n)))
    sentences = [
        text(
            "population.people",
            n=f"{found.people.households:,}",
            households=sizes.show("households", TOTAL),
            persons=sizes.show("persons", TOTAL),
            size=sizes.show("size", TOTAL),
        ),
        _margins_sentence(found),
    ]
    return _section("answer", sentences, [Cards(tuple(numbers), _stamps(found))])


def _stamps(found: Diagnosis) -> tuple[str, ...]:
    """What a reader must know first: synthetic people, a recipe with illustrative numbers."""
    about, made = found.people.about, []
    if about.get("source") == "synthetic":
        made.append(text("stamp.synthetic", n=f"{found.people.households:,}"))
    if about.get("illustrative"):
        made.append(text("assumed.illustrative"))
    return tuple(made)


def _margins_sentence(found: Diagnosis) -> str:
    verdicts = [*_verdicts(found, "target"), *_verdicts(found, "check")]
    missed = [label for label, good in verdicts if not good]
    if not verdicts:
        return text("population.no_margins")
    if not missed:
        return text("population.all_met", n=len(verdicts))
    return text("population.missed", n=len(verdicts), missed=len(missed), names=listed(missed))


def _margins(found: Diagnosis) -> Section | None:
    table = found.tables.get("margins")
    if table is None:
        return None
    return _section("margins", [], [table, charts.margin_dots(table)])


def _quintiles(found: Diagnosis) -> Section | None:
    table = found.tables.get("quintiles")
    if table is None:
        return None
    return _section("quintiles", [], [table, charts.quintile_bars(table)])


def _recipe(found: Diagnosis) -> Section | None:
    """Whether the people show the shares of their recipe again."""
    if (table := found.tables.get("recipe_fit")) is None:
        return None
    missed = [table.labels(row)[0] for row in table.rows if table.get("verdict", *row) <= 0]
    said = text("population.recipe_met", n=len(table.rows))
    if missed:
        said = text(
            "population.missed", n=len(table.rows), missed=len(missed), names=listed(missed)
        )
    return _section("recipe", [said], [table])


def _sizes(found: Diagnosis) -> Section:
    return _section("sizes", [], [found.tables["sizes"]])


def _weights(found: Diagnosis) -> Section | None:
    table, bars = found.tables.get("ratios"), found.tables.get("bars")
    if table is None:
        return None
    method = found.people.about.get("calibration", {}).get("method", "unnamed")
    said = text(
        "population.weighted",
        method=text(f"method.{method}"),
        moved=table.show("weight_moved", TOTAL),
        lowest=table.show("lowest", TOTAL),
        highest=table.show("highest", TOTAL),
        effect=table.show("design_effect", TOTAL),
        effective=table.show("effective", TOTAL),
    )
    blocks: list[Any] = [found.tables["totals"]] if "totals" in found.tables else []
    blocks += [table] if bars is None else [table, charts.ratio_histogram(bars)]
    return _section("weights", [said], blocks, [bars] if bars is not None else [])


def _effect(found: Diagnosis) -> Section | None:
    table = found.tables.get("effect")
    if table is None:
        return None
    return _section("effect", [_effect_sentence(table)], [table])


def _effect_sentence(table: Table) -> str:
    return text(
        "population.effect",
        old=table.show("before", "persons"),
        new=table.show("after", "persons"),
        rate=table.show("difference_rate", "persons"),
        old_cost=table.show("before", "cost_y"),
        new_cost=table.show("after", "cost_y"),
        cost_rate=table.show("difference_rate", "cost_y"),
    )


def _ratio(found: Diagnosis) -> Section | None:
    """The benefit beside the standard: nothing was calibrated to it, so it tests the model."""
    table, parts = found.tables.get("ratio"), found.tables.get("ratio_parts")
    if table is None or parts is None:
        return None
    sentences = [text("population.ratio")]
    for row in table.rows:
        said = {
            "area": table.labels(row)[0],
            "model": table.show("ratio_predicted", *row),
            "reported": table.show("reported_ratio", *row),
            "lowest": table.show("ratio_lowest", *row),
            "highest": table.show("ratio_highest", *row),
            "single": parts.show("ratio_points", *row, "single"),
            "some": parts.show("ratio_within", *row, "some"),
            "zero": parts.show("recipients_share", *row, "zero"),
        }
        is_inside = table.get("verdict", *row) > 0
        sentences.append(
            text("population.ratio_inside" if is_inside else "population.ratio_outside", **said)
        )
        sentences.append(text("population.ratio_why", **said))
    return _section("ratio", sentences, [table, parts])


def _assumed(found: Diagnosis) -> Section:
    people = found.people
    sentences = [
        text(
            f"people.{people.about.get('source', 'own')}",
            households=f"{people.households:,}",
            persons=f"{people.persons:,}",
            recipe=people.about.get("recipe", ""),
            seed=people.about.get("seed", ""),
        )
    ]
    if "ratios" not in found.tables:
        sentences.append(text("population.unweighted"))
    if not found.margins:
        return _section("assumed", sentences, [])
    loose = [pick(each.label) for each in found.margins if each.status == "unverified"]
    if loose:
        sentences.append(text("assumed.unverified", n=len(loose), names=listed(loose)))
    heads = (text("dim.margin"), text("dim.standing"), text("assumed.source"))
    listing = Listing(text("assumed.sources"), heads, sources(found.margins))
    return _section("assumed", [*sentences, text("assumed.margins")], [listing])
