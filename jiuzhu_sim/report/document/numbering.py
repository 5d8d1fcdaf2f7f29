"""Numbers of headings as official documents write them, and plain decimal ones."""

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese.

    >>> chinese(3), chinese(10), chinese(12), chinese(20), chinese(34)
    ('三', '十', '十二', '二十', '三十四')
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def prefix(counts: tuple[int, ...], numbers: str) -> str:
    """What stands before a heading; `counts`: its number on each level down to its own.

    >>> [prefix(c, "chinese") for c in ((2,), (2, 1), (2, 1, 3), (2, 1, 3, 4))]
    ['二、', '（一）', '3.', '（4）']
    >>> prefix((2, 1), "decimal")
    '2.1 '
    """
    if numbers != "chinese":
        return ".".join(map(str, counts)) + " "
    last = counts[-1]
    forms = (f"{chinese(last)}、", f"（{chinese(last)}）", f"{last}.", f"（{last}）")
    return forms[len(counts) - 1]
