"""No name and no number of a person leaves `check_roster`, whatever it hands out."""

import logging
import re
import stat
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jiuzhu_sim.errors import JZError
from tests.roster.faults import DOUBTS, STOPS, infect
from tests.roster.hints import HINTS
from tests.roster.messy import PERSON_FORM, families, lay_out
from tests.roster.truth import check
from tests.roster.written import plain, printed, write_text, write_xlsx

LONG_NUMBER = re.compile(r"(?<![.\d])(?:\d{15}|\d{14}[xX])")  # not the tail of a float


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    """A roster with every fault, and its table."""
    made, _ = infect(families(300, seed=11), STOPS | DOUBTS | HINTS, "merged")
    for family in made:
        # An ID where none belongs is as secret as in its own column.
        if family.cells["remark"] == "房屋破旧":
            family.cells["remark"] = f"与{family.members[0]['id']}{family.members[0]['name']}同户"
    table = lay_out(made)
    path = write_xlsx(tmp_path_factory.mktemp("privacy") / "roster.xlsx", printed(table))
    return made, table, path


def secrets(made):
    """Names, IDs, accounts and telephone numbers of a roster, as written and bare."""
    people = [person for family in made for person in family.members]
    names = {re.sub(r"\s", "", p["name"]) for p in people} | {p["name"] for p in people}
    numbers = {str(p["id"]).strip("\u200b\u00a0") for p in people}
    numbers |= {family.cells[key] for family in made for key in ("account", "phone")}
    return names - {""}, {number for number in numbers if len(number) >= 11}


def texts(value, depth=0):
    """Every text in a value, however it is wrapped."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, pd.DataFrame):
        yield from map(str, value.columns)
        for name in value.columns:
            yield from map(str, value[name].tolist())
    elif isinstance(value, np.ndarray | pd.Series):
        yield from map(str, np.asarray(value).ravel().tolist())
    elif hasattr(value, "items") and callable(value.items):
        for key, item in value.items():
            yield from texts(key, depth + 1)
            yield from texts(item, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from texts(item, depth + 1)
    else:
        yield repr(value)
        if depth < 8 and hasattr(value, "__dict__"):
            for item in vars(value).values():
                yield from texts(item, depth + 1)


def everything(roster):
    """All that a roster hands out: its parts, what they hold inside, and how they look."""
    yield from texts(roster)
    yield from (repr(roster), str(roster), repr(roster.findings), repr(roster.people))
    yield from texts(roster.findings.frame())
    yield from texts(roster.rows)
    yield from texts(roster.set_aside)
    for name in roster.people.laid_out:
        yield from texts(roster.people[name])
    for name in dir(roster):
        if not name.startswith("_") and not callable(getattr(roster, name)):
            yield from texts(getattr(roster, name))


def leaks(found, made):
    """Texts of `found` that hold a secret."""
    names, numbers = secrets(made)
    whole = "\n".join(found)
    leaked = [name for name in names if name in whole]
    leaked += [number for number in numbers if number in whole]
    return leaked + LONG_NUMBER.findall(whole)


def test_nothing_secret_leaves(messy, caplog, capfd):
    made, _, path = messy
    with caplog.at_level(logging.DEBUG):
        roster = check(path)
    assert roster.findings.count("stop") > 40
    assert len(roster.set_aside) > 40
    assert leaks(everything(roster), made) == []
    assert leaks([caplog.text, *capfd.readouterr()], made) == []


def test_masks_keep_two_characters_of_a_number_and_one_of_a_name(messy):
    _, _, path = messy
    roster = check(path)
    frame = roster.findings.frame()
    numbers = frame.loc[(frame["header"] == "身份证号码") & (frame["value"] != ""), "value"]
    names = frame.loc[(frame["header"] == "姓名") & (frame["value"] != ""), "value"]
    assert len(numbers) > 20
    assert numbers.str.fullmatch(r"\*{9,}.{2}").all()
    assert names.str.fullmatch(r".\*").all()
    aside = roster.set_aside
    assert aside["姓名"].replace("", pd.NA).dropna().str.fullmatch(r".\*").all()
    kept = aside["身份证号码"].replace("", pd.NA).dropna()
    assert kept.str.fullmatch(r"\*+..").all()


def test_texts_are_searched_at_all(messy):
    """The search itself finds what is there."""
    made, table, _ = messy
    frame = pd.DataFrame(table.rows, columns=list(table.header))
    assert len(leaks(texts({"a": [frame]}), made)) > 300


@pytest.mark.parametrize("form", ["repeated", "household"])
def test_nothing_secret_leaves_other_forms(tmp_path, form):
    made, _ = infect(families(150, seed=12), STOPS | DOUBTS, form, each=1)
    roster = check(write_text(tmp_path / "roster.csv", plain(lay_out(made, form)), "gb18030"))
    assert leaks(everything(roster), made) == []


def test_file_and_sheet_names_are_no_way_out(tmp_path):
    """An officer may call a file by the ID of the person it is about."""
    made = families(30)
    secret = made[0].members[0]["id"]
    path = write_xlsx(tmp_path / f"{secret}.xlsx", plain(lay_out(made)), names=(secret,))
    assert leaks(everything(check(path)), made) == []


@pytest.mark.parametrize("key", ["name", "id", "account", "relation", "township"])
def test_refusals_tell_no_secret(tmp_path, key):
    """A header that is not found, with persons where it should be."""
    made = families(30)
    dressed = plain(lay_out(made))
    place = list(PERSON_FORM.values()).index(key)
    dressed.lines[0][place] = ""
    for drop in (0, 1):
        # Without the header the first row of data stands in its place.
        shorter = replace(dressed, lines=dressed.lines[drop:])
        path = write_text(tmp_path / f"{drop}.csv", shorter, "gb18030")
        assert leaks(outcome(path), made) == []


def outcome(path):
    """All that is said of a file, read or refused."""
    try:
        return list(everything(check(path)))
    except JZError as error:
        parts = [(problem.as_dict(), problem.values) for problem in error.problems]
        return [str(error), repr(error), *texts(parts)]


# --- hashes -------------------------------------------------------------------------------------
def test_hashes_are_letters_and_depend_on_the_key(tmp_path):
    path = write_xlsx(tmp_path / "roster.xlsx", plain(lay_out(families(40))))
    one, again = check(path), check(path)
    other = check(path, key=b"another key of at least some length")
    ids = one.people.ids.tolist()
    assert ids == again.people.ids.tolist()
    assert not set(ids) & set(other.people.ids.tolist())
    assert all(re.fullmatch(r"[a-z]{16,}", name) for name in ids)
    assert len(set(ids)) == 40


def test_a_household_has_the_same_hash_in_another_file(tmp_path):
    made = families(60)
    whole = check(write_xlsx(tmp_path / "whole.xlsx", plain(lay_out(made))))
    part = check(write_text(tmp_path / "part.csv", plain(lay_out(made[30:], "repeated")), "gbk"))
    assert set(part.people.ids) < set(whole.people.ids)


def test_the_key_file_is_made_once_and_for_the_owner_only(tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setenv("JIUZHU_HOME", str(home))
    path = write_xlsx(tmp_path / "roster.xlsx", plain(lay_out(families(30))))
    first = check(path, key=None)
    files = [file for file in home.rglob("*") if file.is_file()]
    assert [file.name for file in files] == ["roster.key"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    kept = files[0].read_bytes()
    assert len(kept) >= 16
    second = check(path, key=None)
    assert files[0].read_bytes() == kept
    assert set(first.people.ids) == set(second.people.ids)
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path / "elsewhere"))
    assert not set(check(path, key=None).people.ids) & set(first.people.ids)
    assert kept.hex() not in repr(first)
