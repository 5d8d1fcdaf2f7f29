"""Disability however it is written."""

import pytest

from jiuzhu_sim.roster.disability import disability_of, of_certificate
from tests.roster.typed import HEAD, MAN, SON, WIFE, check, told


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        *(("肢体二级", ("physical", 2)), ("二级", ("", 2)), ("2", ("", 2)), ("2级", ("", 2))),
        *(("贰级", ("", 2)), ("ii级", ("", 2)), ("III级", ("", 3)), ("iv级", ("", 4))),
        *(
            ("肢体残疾(二级)", ("physical", 2)),
            ("智力3", ("intellectual", 3)),
            ("视力", ("visual", 0)),
        ),
        *(("肢体三级、听力一级", ("physical", 1)), ("重度", ("", 2)), ("听力四级", ("other", 4))),
        *(("无", ("", 0)), ("", ("", 0)), ("健全", ("", 0)), ("未评级", ("", 0))),
        *(("九级", None), ("待定", None), ("5", None), ("是", None)),
    ],
)
def test_words(word, expected):
    assert disability_of(word) == expected


def test_certificates():
    assert of_certificate(f"{HEAD}42") == ("physical", 2)
    assert of_certificate(f"{HEAD}63B1") == ("psychiatric", 3)
    for number in ("", HEAD, f"{HEAD}92", f"{HEAD}4X"):
        assert of_certificate(number) == ("", 0)


def test_two_columns_and_the_certificate(tmp_path):
    roster = check(
        tmp_path,
        f"""
        姓名|身份证号|关系|残疾类别|残疾等级|残疾证号
        张三|{HEAD}|户主|肢体|二级|
        王五|{WIFE}|妻|智力三级||
        小六|{SON}|子|||{SON}61
        李四|{MAN}|兄||重度|
        """,
    )
    assert told(roster) == []
    assert roster.people["disability_grade"].tolist() == [2, 3, 1, 2]
    assert roster.people["disability_kind"].tolist() == [
        *("physical", "intellectual", "psychiatric", "other")
    ]
    assert ("R308", 5, "E") in told(roster, "hint")


def test_unknown_words_stop_unless_all_are_unknown(tmp_path):
    head = "姓名|身份证号|关系|残疾等级"
    rows = [f"张三|{HEAD}|户主|", f"王五|{WIFE}|妻|", f"小六|{SON}|子|"]
    odd = "\n".join([head, rows[0] + "二级", rows[1] + "九级", rows[2] + ""])
    assert told(check(tmp_path, odd)) == [("R112", 3, "D")]
    foreign = "\n".join([head, *(row + "有证" for row in rows)])
    roster = check(tmp_path, foreign)
    assert told(roster) == [("R223", 2, "D")]
    assert roster.people["disability_grade"].tolist() == [0, 0, 0]
