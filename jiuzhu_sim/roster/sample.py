"""The sample roster: an invented county's list with faults planted in it, to try things out.

Nobody in it can exist: the region code 990000 of its ID numbers is given to no place, and names,
accounts and telephone numbers are made up. `python -m jiuzhu_sim.roster.sample` makes the
packaged file again.
"""

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from jiuzhu_sim.errors import optional
from jiuzhu_sim.files import write_whole
from jiuzhu_sim.population.draws import uniform

FILE = Path(__file__).with_name("synthetic_roster.xlsx")
SEED = 20250101
AT = datetime.date(2025, 1, 1)
LAW = "example-county"
"""The preset whose illustrative standards the sample's payments follow."""

HOUSEHOLDS = 180
REGION = "990000"
STANDARDS = {"城市": 780, "农村": 560}
TOWNSHIPS = {
    "样城街道": ("城市", ("样一社区", "样二社区", "样三社区")),
    "例河街道": ("城市", ("例东社区", "例西社区")),
    "示山镇": ("农村", ("上示村", "中示村", "下示村")),
    "范水镇": ("农村", ("范家村", "水口村")),
    "样田乡": ("农村", ("田东村", "田西村", "田南村")),
    "例岭乡": ("农村", ("岭上村", "岭下村")),
}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
CAUSES = ("因病", "因残", "缺劳动力", "年老体弱", "因学", "单亲")

TITLES = (
    "示例县城乡低保对象花名册（合成数据，不含任何真实家庭）",
    "编制单位：示例县民政局　　2025年1月",
)
MEMBERS = "家庭成员情况"
WIDTHS = {
    **{"序号": 6, "低保证编号": 14, "乡镇（街道）": 12, "村（社区）": 10, "城乡类别": 9},
    **{"姓名": 9, "与户主关系": 11, "公民身份号码": 21, "性别": 6, "年龄": 6, "健康状况": 12},
    **{"残疾等级": 9, "是否在校": 9, "家庭人口数": 11, "保障人口数": 11, "家庭月收入（元）": 16},
    **{"月保障金（元）": 14, "银行账号": 22, "批准时间": 13, "主要致贫原因": 13, "是否死亡": 9},
    **{"是否不予公开": 13, "联系电话": 14, "备注": 16},
}
"""The heads of the list and how wide their columns are; those of a person stand under `MEMBERS`."""

HEADS = tuple(WIDTHS)
FIRST, LAST = HEADS.index("姓名"), HEADS.index("是否在校")

WEIGHTS, CHECK_DIGITS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
"""Of the eighteenth sign of an ID number (GB 11643-1999)."""

FULL_WIDTH = {ord("0") + digit: "０１２３４５６７８９"[digit] for digit in range(10)}

Row = dict[str, Any]
Change = Callable[[Any], Any]


def sample_roster() -> Path:
    """The packaged sample roster (xlsx): one row a person, two title rows, heads over two rows.

    >>> sample_roster().name
    'synthetic_roster.xlsx'
    """
    return FILE


def with_check_digit(first: str) -> str:
    """Seventeen digits and the eighteenth sign that belongs to them (GB 11643-1999).

    >>> with_check_digit("99000019500307012")
    '99000019500307012X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + CHECK_DIGITS[total % 11]


def _id(number: Any) -> str:
    """An ID number spoiled somewhere in its first 17 digits, its check digit right again."""
    return with_check_digit(str(number)[:17])


def _fixed(value: Any) -> Change:
    return lambda _: value


def _times(factor: float) -> Change:
    return lambda value: round(value * factor, 4)


FAULTS: tuple[tuple[str, int, int, str, Change], ...] = (
    ("R101", 4, 0, "公民身份号码", lambda number: float(number[:15] + "000")),
    ("R102", 11, 0, "公民身份号码", lambda number: number[:17]),
    ("R103", 19, 1, "公民身份号码", lambda n: n[:17] + CHECK_DIGITS[CHECK_DIGITS.index(n[17]) - 1]),
    ("R104", 23, 0, "公民身份号码", lambda number: _id(number[:10] + "13" + number[12:])),
    ("R105", 31, 0, "姓名", _fixed("")),
    ("R106", 37, 0, "月保障金（元）", _fixed("待定")),
    ("R107", 43, 0, "家庭月收入（元）", _fixed(-300)),
    ("R111", 52, 0, "保障人口数", lambda covered: covered + 3),
    ("R112", 58, 0, "城乡类别", _fixed("农付")),
    ("R113", 64, 0, "家庭人口数", _fixed(0)),
    ("R202", 71, 0, "月保障金（元）", _times(3)),
    ("R202", 72, 0, "月保障金（元）", _times(2.5)),
    ("R203", 77, 0, "乡镇（街道）", _fixed("示山真")),
    ("R205", 83, 0, "性别", _fixed("女")),
    ("R206", 91, 0, "年龄", lambda age: age + 20),
    ("R207", 97, 0, "家庭月收入（元）", _fixed(5280)),
    ("R208", 103, 0, "家庭月收入（元）", _fixed(0.03)),
    ("R209", 109, 0, "家庭人口数", lambda size: size + 1),
    ("R211", 113, 0, "是否死亡", _fixed("是")),
    ("R213", 121, 0, "批准时间", _fixed("2026-03-01")),
    ("R214", 127, 0, "家庭月收入（元）", _fixed(5200)),
    ("R217", 131, 0, "家庭月收入（元）", _fixed("")),
    ("R301", 139, 0, "家庭月收入（元）", lambda value: str(value).translate(FULL_WIDTH)),
    ("R302", 145, 0, "姓名", lambda name: f"{name[0]} {name[1:]}"),
    ("R303", 151, 0, "批准时间", _fixed("二〇二三年六月")),
    ("R304", 157, 0, "月保障金（元）", lambda value: f"{value:,}元"),
)
"""What is planted: code, household, its row, head, and how the cell is changed."""

TWICE = (("R201", 20, 90), ("R216", 25, 26))
"""Faults between two households: one person in both, one bank account for both."""

CONFIDENTIAL, ILL = 61, 88
"""Households that may not be posted: one is marked so, one has a member with AIDS."""


def households() -> list[list[Row]]:
    """The rows of each household before any fault is planted: a row a person, what belongs to
    the household in the first.
    """
    ids = np.arange(HOUSEHOLDS)
    drawn = {name: uniform(SEED, ids, name) for name in ("size", "age", "income", "cause")}
    places = [
        (township, village, area)
        for township, (area, villages) in TOWNSHIPS.items()
        for village in villages
    ]
    return [
        _household(
            number,
            places[number * len(places) // HOUSEHOLDS],
            {name: float(values[number]) for name, values in drawn.items()},
        )
        for number in ids.tolist()
    ]


def _household(number: int, place: tuple[str, str, str], drawn: dict[str, float]) -> list[Row]:
    township, village, area = place
    size, age = 1 + int(drawn["size"] * 4), 35 + int(drawn["age"] * 45)
    surname = SURNAMES[number % len(SURNAMES)]
    persons = [_person(number, 0, surname, "户主", age)]
    if size > 1:
        persons.append(_person(number, 1, SURNAMES[(number + 5) % 16], "配偶", age - 2))
    for child in range(2, size):
        relation = "子" if (number + child) % 2 else "女"
        persons.append(_person(number, child, surname, relation, max(age - 26 - child, 3)))
    months = 6 + (number * 7) % 90
    income = int(drawn["income"] * 0.8 * STANDARDS[area]) * size
    persons[0] |= {
        "序号": number + 1,
        "低保证编号": f"SL{number + 1:06d}",
        "乡镇（街道）": township,
        "村（社区）": village,
        "城乡类别": area,
        "家庭人口数": size,
        "保障人口数": size,
        "家庭月收入（元）": income,
        "月保障金（元）": STANDARDS[area] * size - income,
        "银行账号": f"9900{number:012d}990",
        "批准时间": f"{2024 - months // 12}-{1 + months % 12:02d}-{1 + number % 28:02d}",
        "主要致贫原因": CAUSES[int(drawn["cause"] * len(CAUSES))],
        "联系电话": f"000{number:08d}",
    }
    return persons


def _person(number: int, place: int, surname: str, relation: str, age: int) -> Row:
    """A person of this age at `AT`; sex and ID number agree with the relation."""
    is_male = relation in ("户主", "子")
    birth = datetime.date(AT.year - age - 1, 1 + (number + place) % 12, 2 + (number * 3) % 27)
    order = 2 * ((number * 5 + place) % 400) + is_male
    return {
        "姓名": surname + GIVEN[(number // 16) % 16] + GIVEN[(number + 3 * place) % 16],
        "与户主关系": relation,
        "公民身份号码": with_check_digit(f"{REGION}{birth:%Y%m%d}{order:03d}"),
        "性别": "男" if is_male else "女",
        "年龄": AT.year - birth.year - ((birth.month, birth.day) > (AT.month, AT.day)),
        "健康状况": "健康",
        "残疾等级": "无",
        "是否在校": "是" if 6 <= age <= 18 else "否",
        "是否死亡": "否",
        "是否不予公开": "否",
    }


def faulty_households() -> list[list[Row]]:
    """The households with the faults of `FAULTS` and `TWICE` in them.

    >>> rows = faulty_households()
    >>> len(rows), rows[58][0]["城乡类别"]
    (180, '农付')
    """
    found = households()
    for _, number, place, head, change in FAULTS:
        row = found[number][min(place, len(found[number]) - 1)]
        row[head] = change(row[head])
    (_, first, second), (_, payee, other) = TWICE
    found[second][-1] |= {
        head: found[first][0][head] for head in ("姓名", "公民身份号码", "性别", "年龄")
    }
    found[other][0]["银行账号"] = found[payee][0]["银行账号"]
    found[CONFIDENTIAL][0]["是否不予公开"] = "是"
    found[ILL][0]["健康状况"] = "艾滋病"
    return found


def write_sample(path: str | Path = FILE) -> Path:
    """Write the sample as an officer's workbook: titles, heads over two rows with merged cells,
    a subtotal after each township, who filled it in. JZ-E040 when it cannot be written, JZ-E046
    without xlsxwriter.
    """
    with optional("xlsxwriter"):
        import xlsxwriter
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime.datetime(AT.year, AT.month, AT.day)})
    sheet = book.add_worksheet("花名册")
    centred = book.add_format({"align": "center", "valign": "vcenter", "text_wrap": True})
    for row, title in enumerate(TITLES):
        sheet.merge_range(row, 0, row, len(HEADS) - 1, title, centred)
    for column, head in enumerate(HEADS):
        sheet.set_column(column, column, WIDTHS[head])
        if FIRST <= column <= LAST:
            sheet.write(3, column, head, centred)
        else:
            sheet.merge_range(2, column, 3, column, head, centred)
    sheet.merge_range(2, FIRST, 2, LAST, MEMBERS, centred)
    row, subtotal, township = 4, 0.0, ""
    for household in faulty_households():
        place = household[0]["乡镇（街道）"]
        if place in TOWNSHIPS and township and place != township:
            row, subtotal = _subtotal(sheet, row, subtotal)
        township = place if place in TOWNSHIPS else township
        paid = household[0]["月保障金（元）"]
        subtotal += paid if isinstance(paid, int | float) else 0
        for person in household:
            for column, head in enumerate(HEADS):
                sheet.write(row, column, person.get(head, ""))
            row += 1
    row, _ = _subtotal(sheet, row, subtotal)
    sheet.write(row, 0, "填表人：　　　　审核人：　　　　日期：2025年1月")
    book.close()
    return write_whole(path, buffer.getvalue())


def _subtotal(sheet: Any, row: int, amount: float) -> tuple[int, float]:
    """A row 小计; the next row, and a sum that starts again."""
    sheet.write(row, 0, "小计")
    sheet.write(row, HEADS.index("月保障金（元）"), amount)
    return row + 1, 0.0


if __name__ == "__main__":
    write_sample()
