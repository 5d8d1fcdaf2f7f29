"""The scenarios a run names: in a file, as changes, several to stand side by side."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.assessment.compare import MOST
from jiuzhu_sim.errors import JZError, Problems
from jiuzhu_sim.language import LANGUAGES, listed, speaking, text, texts
from jiuzhu_sim.policy import Policy, Reform, load_policy, read_reform, write_reform

SUFFIXES = (".yaml", ".yml")
"""How the name of a scenario file ends."""


def policy_of(parameters: Mapping[str, Any]) -> Policy:
    """The policy that run `parameters` name: `law`, `at`, and either `scenario` (a file) or,
    without one, `changes` (list of ``path=value``); `name` overrides what it is called otherwise,
    after the file or after its changes. A run with a `county` is about a place and not about a
    scenario: it is called by that name or, where that is empty, by the law's.

    A scenario file of another place is JZ-E008; without `at` its date is taken.

    >>> policy_of({"law": "example-county", "changes": ["edge.ratio=2"]}).title
    '低保边缘收入倍数 2'
    """
    law, at = str(parameters["law"]), str(parameters.get("at") or "")
    file, name = str(parameters.get("scenario") or ""), str(parameters.get("name") or "")
    reform = read_reform(file) if file else None
    if reform and not at and law == reform.baseline.partition("@")[0]:
        at = reform.baseline.partition("@")[2]
    policy = load_policy(law, at or None)
    if reform:
        changed = _reformed(policy, reform, file)
    else:
        changed = policy.change(parse_changes(parameters.get("changes") or ()))
    if "county" in parameters:
        return _placed(policy, changed, str(parameters["county"] or ""))
    if not policy.diff(changed):
        return policy
    own = changed.label if reform else named_after(policy, changed)
    return replace(changed, label=dict.fromkeys(LANGUAGES, name) if name else own)


def _placed(policy: Policy, changed: Policy, county: str) -> Policy:
    """A changed policy under the name of a county, else of its law, which then says it is changed.

    >>> law = load_policy("example-county")
    >>> _placed(law, law.change({"edge.ratio": 2.0}), "").title
    '示例县（参数有改动）'
    """
    if county:
        return replace(changed, label=dict.fromkeys(LANGUAGES, county))
    if not policy.diff(changed):
        return policy
    names = texts()["annual.amended"]
    label = {lang: names[lang].format(place=policy.label[lang]) for lang in LANGUAGES}
    return replace(changed, label=label)


def rivals_of(parameters: Mapping[str, Any]) -> tuple[Policy, ...]:
    """The scenarios to compare with: each entry of `compare` is a scenario file, or changes with
    commas between them (``path=value, path=value``). All that is wrong is told at once; with the
    scenario itself more than four are JZ-E064.

    >>> given = {"law": "example-county", "compare": ["edge.ratio=2, dibao.standard.rural=600"]}
    >>> [policy.title for policy in rivals_of(given)]
    ['农村低保标准 600 元/人·月；低保边缘收入倍数 2']
    """
    if not parameters.get("compare"):
        return ()
    scenario, problems, found = policy_of(parameters), Problems(), []
    common = {"law": parameters["law"], "at": scenario.at.isoformat()}
    for entry in parameters["compare"]:
        is_file = _is_file(str(entry))
        given = {"scenario": entry} if is_file else {"changes": str(entry).split(",")}
        try:
            found.append(policy_of({**common, **given}))
        except JZError as refused:
            problems.extend(refused.problems)
    if (standing := len(found) + bool(scenario.changed)) > MOST:
        problems.add("JZ-E064", "compare", n=standing, most=MOST)
    problems.raise_if_any()
    return tuple(found)


def write_scenario(folder: str | Path, policy: Policy, changed: Policy) -> Path | None:
    """Write what is changed as a scenario file into a folder, for `scenario`, for the command line
    (``--reform``) and for the panel of sliders; None where nothing is changed.

    Raises JZ-E040 when it cannot be written.

    >>> import tempfile
    >>> law = load_policy("example-county")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_scenario(folder, law, law.change({"edge.ratio": 2.0}))
    ...     path.name, dict(read_reform(path).changes)
    ('方案.yaml', {'edge.ratio': 2.0})
    """
    if not policy.diff(changed):
        return None
    path = Path(folder) / text("file.scenario")
    return write_reform(path, policy, changed, title=changed.label)


def recorded(parameters: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """Run parameters as a record keeps them: without the output folder, and with what a scenario
    file changes in its place, for the file may be gone when the run is verified."""
    kept = {name: value for name, value in parameters.items() if name != "out_dir"}
    if kept.get("scenario"):
        changes = [f"{path}={policy[path]}" for path in policy.changed]
        kept |= {"scenario": "", "at": policy.at.isoformat(), "changes": changes}
    if "compare" in kept:
        entries = map(str, kept["compare"])
        kept["compare"] = [Path(each).name if _is_file(each) else each for each in entries]
    return kept


def named_after(policy: Policy, changed: Policy) -> Mapping[str, str]:
    """What to call a changed policy that nobody has named: its changes, in each language.

    >>> policy = load_policy("example-county")
    >>> named_after(policy, policy.change({"edge.ratio": 2.0}))["zh"]
    '低保边缘收入倍数 2'
    >>> named_after(policy, policy.change({"dibao.standard.rural": 600}))["en"]
    'Rural dibao standard 600 yuan/person-month'
    """
    if not policy.diff(changed):
        return policy.label
    return {lang: _changes_in(lang, policy, changed) for lang in LANGUAGES}


def _changes_in(lang: str, policy: Policy, changed: Policy) -> str:
    with speaking(lang):
        return listed(
            f"{change.declared.title} {change.declared.show(change.new)}"
            for change in policy.diff(changed)
            if change.new is not None
        )


def parse_changes(items: Any) -> dict[str, str]:
    """``["path=value", …]`` (or one text, ``;`` between) as a mapping; JZ-E061 if malformed."""
    given = items.split(";") if isinstance(items, str) else items
    found = {}
    for item in given:
        path, sign, value = str(item).partition("=")
        if not sign:
            raise JZError.of("JZ-E061", reason=f"{item} (path=value)")
        found[path.strip()] = value.strip()
    return found


def _is_file(entry: str) -> bool:
    return entry.strip().lower().endswith(SUFFIXES)


def _reformed(policy: Policy, reform: Reform, file: str) -> Policy:
    """The policy with a scenario file applied; what is refused names the file."""
    try:
        return reform.apply(policy)
    except JZError as refused:
        where = Path(file).name
        raise JZError(
            replace(each, where=f"{where} {each.where}".strip()) for each in refused.problems
        ) from refused
