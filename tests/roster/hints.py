"""Cells written oddly but meant the same: what has to be mended, with a hint."""

from tests.roster.faults import ANY_FORM, Fault, anybody

WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
CHINESE = "〇一二三四五六七八九"


def _rewritten(key, rewrite, *, of_person=False):
    def put(family, draw):
        cells = family.members[0] if of_person else family.cells
        cells[key] = rewrite(cells[key])
        return Fault("", 0, (key,))

    return put


def _date_in_words(text):
    year, month, day = text.split("-")
    spelled = "".join(CHINESE[int(digit)] for digit in year)
    return f"{spelled}年{_in_words(int(month))}月{_in_words(int(day))}日"


def _in_words(number):
    """1 to 29: 三, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    return ("", "十", "二十")[tens] + (CHINESE[ones] if ones else "")


HINTS = {
    ("R301", ""): (ANY_FORM, anybody, _rewritten("benefit", lambda t: t.translate(WIDE))),
    ("R301", "id"): (
        ANY_FORM,
        anybody,
        _rewritten("id", lambda t: t.translate(WIDE), of_person=True),
    ),
    ("R302", ""): (
        ANY_FORM,
        anybody,
        _rewritten("id", lambda t: f"\u200b{t[:6]} {t[6:]}\u00a0", of_person=True),
    ),
    ("R302", "name"): (
        ANY_FORM,
        anybody,
        _rewritten("name", lambda t: f"{t[0]}  {t[1:]}", of_person=True),
    ),
    ("R303", ""): (
        ANY_FORM,
        anybody,
        _rewritten("approved", lambda t: "{}年{}月{}日".format(*t.split("-"))),
    ),
    ("R303", "words"): (ANY_FORM, anybody, _rewritten("approved", _date_in_words)),
    ("R303", "dots"): (ANY_FORM, anybody, _rewritten("approved", lambda t: t.replace("-", "."))),
    ("R304", ""): (ANY_FORM, anybody, _rewritten("benefit", lambda t: f"{float(t):,.2f}元")),
    ("R304", "sign"): (ANY_FORM, anybody, _rewritten("benefit", lambda t: f"¥{t}")),
    ("R305", ""): (
        ANY_FORM,
        lambda f: f.members[0]["id"].endswith("X"),
        _rewritten("id", str.lower, of_person=True),
    ),
}
