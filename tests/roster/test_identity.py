"""ID numbers: the standard's examples, every fault, masks, hashes, the key."""

import datetime
import stat

import numpy as np
import pytest

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.roster.identity import (
    ages,
    check_character,
    hashed,
    identities,
    is_spoiled,
    masked,
    own_key,
)
from tests.roster.typed import HEAD, MAN, OLD_MAN, WIFE

AT = datetime.date(2025, 6, 15)


def read(*words, numbers=()):
    cells = np.array(words, object)
    return identities(cells, np.array([k in numbers for k in range(len(words))]), AT)


def test_the_examples_of_the_standard():
    # GB 11643-1999 prints these two.
    assert check_character("11010519491231002") == "X"
    made = read("11010519491231002X", "440524198001010014".replace("1980", "1880"))
    assert made.fault.tolist() == ["", "R104"]  # nobody is 145 years old
    assert made.birth.astype(str)[0] == "1949-12-31"
    assert made.is_female[0]


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        (HEAD, ""),
        (HEAD[:6] + " " + HEAD[6:14] + " " + HEAD[14:], ""),
        ("", "R115"),
        (HEAD[:17], "R102"),
        (HEAD + "1", "R102"),
        (HEAD[:9] + "O" + HEAD[10:], "R102"),
        ("X" + HEAD[1:], "R102"),
        ("无", "R102"),
        (HEAD[:17] + "5", "R103"),
        ("1.10105E+17", "R101"),
        ("110105194912310000", "R101"),
        ("990101202606180021", "R104"),
        ("990101199013010021", "R104"),
        ("990101199002300021", "R104"),
        ("990101900101001", ""),
        ("990101901301001", "R104"),
    ],
)
def test_faults(word, fault):
    made = read(word)
    assert made.fault.tolist() == [fault]
    assert (made.number[0] == "") == bool(fault)
    assert np.isnat(made.birth[0]) == bool(fault)


def test_a_number_cell_of_more_than_15_digits_is_spoiled():
    assert read(HEAD, OLD_MAN, numbers=(0, 1)).fault.tolist() == ["R101", ""]


def test_a_right_number_that_ends_in_zeros_is_believed_where_none_is_spoiled():
    ends = "99010119500101" + "300"
    ends += check_character(ends)
    assert ends[-3:] == "00" + ends[-1]
    lucky = next(
        n + "0"
        for n in (f"990101195001{day:02d}{k}00" for day in range(1, 29) for k in range(1, 10))
        if check_character(n) == "0"
    )
    assert read(lucky, HEAD).fault.tolist() == ["", ""]
    assert read(lucky, HEAD, "1.10105E+17").fault.tolist() == ["R101", "", "R101"]


def test_an_old_number_is_the_same_person():
    made = read(MAN, OLD_MAN)
    assert made.number[0] == made.number[1] == MAN
    assert made.is_old.tolist() == [False, True]


def test_ages_are_full_years():
    birth = np.array(["2000-06-15", "2000-06-16", "2004-02-29", "NaT"], "datetime64[D]")
    assert ages(birth, AT).tolist() == [25, 24, 21, 0]
    assert ages(birth[2:3], datetime.date(2025, 2, 28)).tolist() == [20]


def test_long_numbers_cut_by_excel():
    text = np.array(["6.2284E+18", "6228480000000000000", "622848", "6.22e+18"], object)
    assert is_spoiled(text, np.array([False, True, True, False])).tolist() == [
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        (HEAD, "id", "*" * 16 + HEAD[-2:]),
        ("张三丰", "name", "张*"),
        ("张", "name", "张*"),
        ("", "name", ""),
        (f"与{HEAD}同户", "text", f"与{'*' * 16}{HEAD[-2:]}同户"),
        ("13900001234", "money", "*********34"),
        ("300元", "money", "300元"),
        ("县东街1号", "private", "县*"),
        ("长" * 100, "text", "长" * 40 + "…"),
    ],
)
def test_masks(text, kind, shown):
    assert masked(text, kind) == shown


def test_hashes_are_letters_and_depend_on_the_key():
    names = np.array([HEAD, WIFE, HEAD], object)
    one, other = hashed(names, b"one"), hashed(names, b"other")
    assert one[0] == one[2] != one[1]
    assert not set(one) & set(other)
    assert all(len(name) == 20 and set(name) <= set("abcdefghijklmnop") for name in one)


def test_the_key_is_made_once_for_the_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path / "new"))
    key = own_key()
    file = tmp_path / "new" / "roster.key"
    assert own_key() == key == file.read_bytes()
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_key_lies_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("JIUZHU_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    own_key()
    assert (tmp_path / ".jiuzhu_sim" / "roster.key").is_file()


def test_a_key_that_is_none_or_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path))
    (tmp_path / "roster.key").write_bytes(b"short")
    with pytest.raises(JZError) as caught:
        own_key()
    assert caught.value.codes == ("JZ-E078",)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path / "file"))
    with pytest.raises(JZError) as caught:
        own_key()
    assert caught.value.codes == ("JZ-E040",)
