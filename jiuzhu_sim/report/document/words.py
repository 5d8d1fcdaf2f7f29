"""Words fit for a document: nothing that XML forbids, dates as officials write them."""

import datetime
import re

from jiuzhu_sim.language import text

FORBIDDEN = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
"""What XML 1.0 forbids (control characters, halves of a pair), and the signs that turn the
direction of text round, with which a name could make the words after it read otherwise."""


def clean(words: str) -> str:
    r"""Words without forbidden characters; a tab or line break becomes a space.

    >>> clean("东河\x0b乡\x00\n一村")
    '东河乡 一村'
    """
    return re.sub(r"[\t\n\r]+", " ", FORBIDDEN.sub("", str(words)))


def written_date(dated: str) -> str:
    """An ISO date as written in a document; anything else as it is.

    >>> written_date("2026-03-05"), written_date("2026年3月"), written_date("")
    ('2026年3月5日', '2026年3月', '')
    """
    try:
        day = datetime.date.fromisoformat(dated)
    except ValueError:
        return clean(dated)
    return text("document.date", y=day.year, m=day.month, d=day.day)
