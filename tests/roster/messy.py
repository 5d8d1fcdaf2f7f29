"""Rosters as a county office keeps them, made up: families, their cells, the forms they stand in.

Nobody here is real: no region code starts with 99. `families` gives cells as text, consistent
with one another and with the law of the example county; `lay_out` puts them into one of three
forms. Faults are put in by `faults.py`, files are written by `written.py`.
"""

import datetime
import random
from dataclasses import dataclass

from jiuzhu_sim import load_policy

AT = datetime.date(2025, 6, 15)
POLICY = load_policy("example-county")
STANDARDS = {"城市": POLICY["dibao.standard.urban"], "农村": POLICY["dibao.standard.rural"]}
LARGEST_SUPPLEMENT = max(
    POLICY[f"supplement.{who}_share"] for who in ("elder", "minor", "severe", "ill")
)

TOWNSHIPS = {
    "东河镇": "农村",
    "柳林乡": "农村",
    "石桥镇": "农村",
    "白云街道": "城市",
    "大槐树镇": "农村",
    "青龙山乡": "农村",
}
VILLAGES = ("李家洼村", "上坝村", "沙沟村", "红旗社区")
SURNAMES = "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨"
MEN, WOMEN = "铮铭炜昊晟栋轩鑫", "婷婕娴嫣媛妍婧姝"
MIDDLES = "翊琛璟琬钰骁旻昕熙煜"
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"

HOUSEHOLD_KEYS = (
    "no", "township", "village", "certificate", "area", "class", "members", "covered", "income",
    "in_dibao", "benefit", "account", "approved", "reviewed", "phone", "remark",
)  # fmt: skip
PERSON_FORM = {
    "序号": "no",
    "乡镇": "township",
    "村（社区）": "village",
    "低保证编号": "certificate",
    "姓名": "name",
    "身份证号码": "id",
    "与户主关系": "relation",
    "性别": "sex",
    "年龄": "age",
    "残疾等级": "grade",
    "残疾类别": "kind",
    "健康状况": "health",
    "是否在校": "student",
    "劳动能力": "able",
    "是否死亡": "dead",
    "城乡类别": "area",
    "保障类别": "class",
    "家庭人口": "members",
    "保障人口": "covered",
    "家庭月收入（元）": "income",
    "是否在保": "in_dibao",
    "月保障金": "benefit",
    "银行账号": "account",
    "批准时间": "approved",
    "复核时间": "reviewed",
    "联系电话": "phone",
    "备注": "remark",
}
HOUSEHOLD_FORM = {
    "序号": "no",
    "乡镇": "township",
    "村（社区）": "village",
    "低保证编号": "certificate",
    "户主姓名": "name",
    "公民身份号码": "id",
    "家庭人口": "members",
    "保障人口": "covered",
    "城乡类别": "area",
    "保障类别": "class",
    "家庭年收入（元）": "income_y",
    "月保障金": "benefit",
    "银行账号": "account",
    "批准时间": "approved",
    "联系电话": "phone",
    "备注": "remark",
}
FORMS = {"merged": PERSON_FORM, "repeated": PERSON_FORM, "household": HOUSEHOLD_FORM}


@dataclass
class Family:
    """One household: cells by key as text (a float is a number cell), the head first."""

    cells: dict
    members: list

    @property
    def standard(self):
        return STANDARDS[TOWNSHIPS[self.cells["township"]]]


@dataclass(frozen=True)
class Table:
    """A form filled in: header, rows, and of which family (and member) each row is."""

    form: str
    header: tuple
    rows: list
    owners: tuple

    def letter(self, key):
        """The letter of a key's column; None where the form has no such column."""
        keys = list(FORMS[self.form].values())
        return letter(keys.index(key)) if key in keys else None

    def row(self, family, member=0):
        """The number of the row of a member among the data rows, from 0."""
        return self.owners.index((family, 0 if self.form == "household" else member))


def letter(number):
    """A column's letter: 0 → A, 26 → AA."""
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def check_digit(first17):
    """The 18th character of an ID by GB 11643 (ISO 7064 MOD 11-2)."""
    return CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, first17, strict=True)) % 11]


def years(birth, at=AT):
    """Full years of age."""
    return at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day))


def identity(draw, birth, sex, taken):
    """An ID nobody has: region 99…, right check digit; it cannot end in 000, whatever the date."""
    while True:
        order = draw.randrange(1, 499) * 2 + (sex == "男")
        if order % 100 == 0:
            continue
        first17 = f"99{draw.randrange(1, 9999):04d}{birth:%Y%m%d}{order:03d}"
        made = first17 + check_digit(first17)
        if made not in taken:
            taken.add(made)
            return made


def _person(draw, relation, age, sex, taken):
    birth = datetime.date(AT.year - age, draw.randint(1, 12), draw.randint(1, 28))
    age = years(birth)
    given = draw.choice(MIDDLES) + draw.choice(MEN if sex == "男" else WOMEN)
    is_student, is_able = 7 <= age <= 17, 18 <= age <= 59
    grade, kind = "", ""
    if draw.random() < 0.1:
        grade = draw.choice(("一级", "二级", "三级", "四级"))
        kind = draw.choice(("视力", "肢体", "智力", "精神"))
    return {
        "name": draw.choice(SURNAMES) + given,
        "id": identity(draw, birth, sex, taken),
        "relation": relation,
        "sex": sex,
        "age": str(age),
        "grade": grade,
        "kind": kind,
        "health": draw.choice(("健康", "健康", "健康", "重病")),
        "student": "是" if is_student else "否",
        "able": "有劳动能力" if is_able else "无劳动能力",
        "dead": "否",
    }


def _members(draw, taken):
    """Head, and perhaps spouse, children, a parent or a grandchild of fitting ages."""
    kind = draw.choice(("single", "single", "couple", "family", "family", "three", "skipped"))
    age = draw.randint(36, 52) if kind in ("family", "three") else draw.randint(62, 84)
    sex = draw.choice("男女")
    other = "女" if sex == "男" else "男"
    who = [("户主", age, sex)]
    if kind in ("couple", "family", "three"):
        who.append(("妻子" if sex == "男" else "丈夫", age + draw.randint(-4, 2), other))
    if kind in ("family", "three"):
        who += [("儿子", age - 29, "男"), ("女儿", age - 32, "女")][: draw.randint(1, 2)]
    if kind == "three":
        mother = draw.random() < 0.5
        who.append(("母亲" if mother else "父亲", age + 25, "女" if mother else "男"))
    if kind == "skipped":
        who.append(("孙子", max(4, age - 55), "男"))
    return [_person(draw, *each, taken) for each in who]


def _number(amount):
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def families(number, seed=1):
    """`number` families without a fault; the same for the same seed."""
    draw, taken, made = random.Random(f"{seed} families"), set(), []
    towns = list(TOWNSHIPS)[: max(2, min(len(TOWNSHIPS), number // 8))]
    towns = sorted({*towns, "白云街道"})
    for count in range(number):
        town = towns[count * len(towns) // number]
        area, members = TOWNSHIPS[town], _members(draw, taken)
        standard, n = STANDARDS[area], len(members)
        covered = n - 1 if n > 2 and draw.random() < 0.2 else n
        income_y = 12 * round(draw.uniform(0.3, 0.8) * standard) * n * (draw.random() > 0.08)
        benefit = standard * covered - income_y / 12 * covered / n
        if int(members[0]["age"]) >= 70 and draw.random() < 0.5:
            benefit += 0.2 * standard
        approved = datetime.date(draw.randint(2015, 2024), draw.randint(1, 12), draw.randint(1, 28))
        reviewed = datetime.date(2025, draw.randint(1, 5), draw.randint(1, 28))
        cells = {
            "no": str(count + 1),
            "township": town,
            "village": draw.choice(VILLAGES),
            "certificate": f"99{count + 1:06d}",
            "area": area,
            "class": draw.choice(("A类", "B类", "C类")),
            "members": str(n),
            "covered": str(covered),
            "income": _number(income_y / 12),
            "income_y": _number(income_y),
            "in_dibao": "是",
            "benefit": str(-int(-benefit // 1)),
            "account": f"6217{count + 1:06d}{draw.randrange(10**9):09d}",
            "approved": approved.isoformat(),
            "reviewed": reviewed.isoformat(),
            "phone": f"199{draw.randrange(10**8):08d}",
            "remark": draw.choice(("", "", "无子女", "房屋破旧")),
        }
        made.append(Family(cells, members))
    return made


def lay_out(made, form="merged"):
    """A table: household cells in the head's row only, in every row, or one row a household."""
    keys, rows, owners = list(FORMS[form].values()), [], []
    for number, family in enumerate(made):
        people = family.members[:1] if form == "household" else family.members
        for place, person in enumerate(people):
            shown = family.cells if place == 0 or form == "repeated" else {}
            rows.append([person.get(key, shown.get(key, "")) for key in keys])
            owners.append((number, place))
    return Table(form, tuple(FORMS[form]), rows, tuple(owners))
