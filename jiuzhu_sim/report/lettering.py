"""How wide text stands, a Chinese character counting two, and where it may be broken."""

import unicodedata

BREAKS = frozenset(" ，。、；：）】》,;)/·—-")
"""A line of any script may end after these."""


def text_width(text: str) -> int:
    """Width of a line in columns of half a Chinese character; of the widest line if several.

    >>> text_width("低保A类"), text_width("Dibao"), text_width("低保\\nA")
    (7, 5, 4)
    """
    return max(sum(_columns(sign) for sign in line) for line in text.split("\n"))


def _columns(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WFA" else 1


def fold(text: str, width: int) -> str:
    """Text broken into lines of at most `width` columns; nothing is cut off.

    Breaks after a sign of `BREAKS` in the second half of a line, else after any character.

    >>> fold("经济技术开发区街道办事处", 14).split("\\n")
    ['经济技术开发区', '街道办事处']
    >>> fold("Economic and technological zone", 16).split("\\n")
    ['Economic and', 'technological', 'zone']
    """
    lines, line = [], ""
    for sign in text:
        if text_width(line) + _columns(sign) > width and line:
            ends = [place + 1 for place, each in enumerate(line) if each in BREAKS]
            end = ends[-1] if ends and ends[-1] > len(line) / 2 and sign != " " else len(line)
            lines.append(line[:end].rstrip())
            line = line[end:].lstrip()
            sign = sign.lstrip() if not line else sign
        line += sign
    return "\n".join([*lines, line] if line else lines)
