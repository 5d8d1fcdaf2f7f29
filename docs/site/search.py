"""Search in Chinese without a dictionary: text and query are cut into pairs of characters.

A page is found when it holds every pair of the query. Sphinx itself finds no Chinese word unless a
word list of several megabytes is installed, and then only words of that list.
"""

import re

from sphinx.search.zh import SearchChinese

HAN = "\u3400-\u9fff"
RUNS = re.compile(f"[{HAN}]+")


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring Chinese characters.

    >>> pairs("低保标准 dibao")
    ['低保', '保标', '标准']
    """
    return [run[at : at + 2] for run in RUNS.findall(text) for at in range(len(run) - 1)]


class Chinese(SearchChinese):
    """Pairs of Chinese characters, and Latin words as in English."""

    lang = "zh_CN"
    language_name = "English"  # of the stemmer for Latin words; Sphinx looks for its script by it
    js_splitter_code = """
function splitQuery(query) {
  const found = [];
  for (const run of query.match(/[HAN]+|[\\p{L}\\p{N}_]+/gu) || []) {
    const han = run.match(/[HAN]+/g) || [];
    han.forEach((part) => {
      for (let at = 0; at + 1 < part.length; at++) found.push(part.slice(at, at + 2));
    });
    found.push(...(run.match(/[a-zA-Z0-9_]+/g) || []));
  }
  return found;
}
""".replace("HAN", HAN)

    def split(self, input: str) -> list[str]:  # Sphinx's name for it
        latin = self.latin1_letters.findall(input)
        self.latin_terms.update(latin)
        return pairs(input) + latin
