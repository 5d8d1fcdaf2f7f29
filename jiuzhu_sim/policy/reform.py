"""A reform file: a signed set of changes of the law of one place, read and written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.language import LANGUAGES, listed, text
from jiuzhu_sim.law import declarations, in_unit, validated, validated_text
from jiuzhu_sim.policy.policy import Policy, load_policy


@dataclass(frozen=True)
class Reform:
    """A signed file of changes.

    `title` and `reference` are in both languages, `author` signs; `baseline` is the policy it
    starts from, as ``name@date``; `changes` maps a parameter to its new value, in the parameter's
    unit or as `{value, unit}`; `expected` holds what the author says will come of it, for
    comparison.

    >>> from jiuzhu_sim.law.load import FOLDER
    >>> reform = read_reform(FOLDER / "reforms" / "example-county-rural-670.yaml")
    >>> reform.apply(load_policy("example-county"))["dibao.standard.rural"]
    670
    """

    title: Mapping[str, str]
    author: str
    reference: Mapping[str, str]
    baseline: str
    changes: Mapping[str, Any]
    expected: Mapping[str, Any]

    def apply(self, policy: Policy) -> Policy:
        """`policy` with the reform's changes, under the reform's title.

        Raises JZ-E008 when `policy` is not of the place the reform was written for.
        """
        if policy.place != self.baseline.partition("@")[0]:
            raise JZError.of("JZ-E008", baseline=self.baseline, place=policy.place)
        return replace(policy.change(self.changes), label=self.title)


def read_reform(path: str | Path) -> Reform:
    """A reform from its YAML file at `path`, checked against the schema.

    Raises JZ-E020 when there is no file, JZ-E021 when it cannot be read, JZ-E002 when it breaks
    the schema.

    A change is a value in the parameter's unit, or `{value, unit}` in another period. Whether the
    parameters exist and may take the values is told, all at once, by `Reform.apply`.

    >>> from jiuzhu_sim.law.load import FOLDER
    >>> read_reform(FOLDER / "reforms" / "example-county-rural-670.yaml").baseline
    'example-county@2025-01-01'
    """
    return _reform(validated(Path(path), "reform"), Path(path).name)


def parse_reform(content: str, where: str) -> Reform:
    """The same from text at hand, such as an opened file; `where` is the name of that file.

    >>> from jiuzhu_sim.law.load import FOLDER
    >>> stored = FOLDER / "reforms" / "example-county-rural-670.yaml"
    >>> dict(parse_reform(stored.read_text(encoding="utf-8"), stored.name).changes)
    {'dibao.standard.rural': 670}
    """
    return _reform(validated_text(content, where, "reform"), where)


def _reform(content: Mapping[str, Any], where: str) -> Reform:
    changes = {name: _stated(name, given, where) for name, given in content["changes"].items()}
    return Reform(
        content["title"],
        content["author"],
        content["reference"],
        content["baseline"],
        changes,
        content.get("expected", {}),
    )


def _stated(path: str, given: Any, where: str) -> Any:
    """A change as it stands in a file, in the parameter's unit."""
    if not isinstance(given, dict):
        return given
    declared = declarations().get(path)
    stated = given["value"]
    return in_unit(stated, given["unit"], declared, f"{where} {path}") if declared else stated


def reform_text(
    policy: Policy,
    changed: Policy,
    *,
    title: str | Mapping[str, str],
    author: str = "",
    reference: str | Mapping[str, str] = "",
) -> str:
    """A changed policy as the content of a reform file; `read_reform` gives it back.

    The changes are those against the preset `policy` comes from, its own among them. Without a
    title the changes are the title. Raises JZ-E008 when the two are of another place or date,
    JZ-E032 when nothing is changed.

    >>> policy = load_policy("example-county")
    >>> made = reform_text(policy, policy.change({"dibao.standard.rural": 670}), title="提标")
    >>> print(made.splitlines()[-1])
      dibao.standard.rural: 670
    """
    baseline, other = (f"{each.place}@{each.at}" for each in (policy, changed))
    if other != baseline:
        raise JZError.of("JZ-E008", baseline=baseline, place=other)
    changes = load_policy(policy.place, policy.at).diff(changed)
    if not changes:
        raise JZError.of("JZ-E032", name="changes", value="—", expected=text("word.a_change"))
    lines = [
        f"title: {_label_text(title, listed(changes))}",
        f"author: {_yaml(author)}",
        f"reference: {_label_text(reference, '—')}",
        f"baseline: {_yaml(baseline)}",
        "changes:",
        *(f"  {change.path}: {_yaml(change.new)}" for change in changes),
    ]
    return "\n".join(lines) + "\n"


def write_reform(path: str | Path, policy: Policy, changed: Policy, **signed: Any) -> Path:
    """Write `reform_text` to a file, whole or not at all; raises what it raises, and JZ-E040."""
    return write_whole(path, reform_text(policy, changed, **signed).encode())


def _label_text(label: str | Mapping[str, str], otherwise: str) -> str:
    names = label if isinstance(label, Mapping) else dict.fromkeys(LANGUAGES, label)
    shown = (f"{lang}: {_yaml(names.get(lang) or names['zh'] or otherwise)}" for lang in LANGUAGES)
    return f"{{{', '.join(shown)}}}"


def _yaml(value: Any) -> str:
    """A value on one line of YAML; any text in quotes, so that no sign in it means anything."""
    import yaml

    if isinstance(value, str):  # half a surrogate pair, a zero: no file may hold them
        whole = value.replace("\0", "").encode(errors="replace").decode()
        quoted: str = yaml.safe_dump(whole, default_style='"', allow_unicode=True, width=2**31)
        return quoted.rstrip("\n")
    plain: str = yaml.safe_dump(value)
    return plain.partition("\n")[0]
