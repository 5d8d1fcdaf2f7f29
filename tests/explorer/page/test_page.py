"""The page: one file, nothing from outside, nothing of a household, the numbers of the grid."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import pytest

from jiuzhu_sim.assessment import people_of
from jiuzhu_sim.cli import main
from jiuzhu_sim.explorer.page import page as pages
from jiuzhu_sim.explorer.page.axes import handling
from jiuzhu_sim.explorer.page.build import make_grid
from jiuzhu_sim.explorer.page.page import bound, data, errors, page, run_id, said
from jiuzhu_sim.language import set_language
from jiuzhu_sim.policy import load_policy

POLICY = load_policy("example-county")
SLIDERS = ("dibao.standard.rural=500:640:20", "dibao.standard.urban=720:860:20")


@pytest.fixture(autouse=True, scope="module")
def few_checks():
    """How good the promise is, test_grid.py asks; here it only has to be there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(handling(), "checks", 24)
        yield


@cache
def grid():
    return make_grid(people_of("", POLICY, 1000, 1), POLICY, SLIDERS, seed=1)


def element(html, name, **attributes):
    wanted = "".join(f'[^>]*{k}="{v}"' for k, v in attributes.items())
    return re.search(rf"<{name}{wanted}[^>]*>(.*?)</{name}>", html, re.S)[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_brings_everything_and_fetches_nothing(lang):
    set_language(lang)
    html = page(grid())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    bare = html.replace("http://www.w3.org/2000/svg", "")  # the name of SVG, not an address
    assert not re.search(r"https?://|//[a-z]|\bsrc=|\bhref=|url\(|@import|\bfetch\(|<link", bare)
    assert not re.search(r"\son[a-z]+=|\sstyle=", html)


def test_script_and_style_are_the_ones_allowed():
    html = page(grid())
    for name, text in (
        ("script-src", re.findall(r"<script>(.*?)</script>", html, re.S)[0]),
        ("style-src", element(html, "style")),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in html
    script = re.findall(r"<script>(.*?)</script>", html, re.S)[0]
    assert "innerHTML" not in script
    assert len(script.splitlines()) < 250


def test_the_file_is_small():
    assert len(page(grid()).encode()) < pages.BYTES_MAX


def test_a_file_too_big_is_refused(monkeypatch):
    monkeypatch.setattr(pages, "BYTES_MAX", 10_000)
    with pytest.raises(pages.JZError) as refused:
        page(grid())
    assert refused.value.codes == ("JZ-E081",)


def test_no_household_is_in_it():
    """Far fewer numbers than households, no id, and none that belongs to one household."""
    made = data(grid())
    people = grid().base.people
    shown = json.dumps(made)
    assert "household_id" not in shown
    assert "id" not in made
    for block in made["blocks"]:
        for part in block["parts"]:
            points = 1
            for nodes in part["nodes"]:
                points *= len(nodes)
            assert len(part["values"]) == points * len(block["keys"])
            assert all(value is None or isinstance(value, int) for value in part["values"])
    lengths = {len(part["values"]) for block in made["blocks"] for part in block["parts"]}
    assert people.households not in lengths
    assert people.persons not in lengths


def test_names_and_texts_are_escaped(monkeypatch):
    evil = "</script><img src=x onerror=alert(1)>"
    people = grid().base.people
    names = {"township": tuple(f"{evil}{name}" for name in people.names["township"])}
    altered = replace(people, names=MappingProxyType({**people.names, **names}))
    policy = replace(POLICY, label={"zh": evil, "en": evil})
    html = page(make_grid(altered, policy, ["edge.ratio=1.3:1.7:0.2"], seed=1))
    assert evil not in html
    assert "<img" not in html
    assert evil in json.loads(element(html, "script", id="data"))["rows"]["townships"][0]
    assert html.count("</script>") == 2


def test_the_data_are_those_of_the_grid():
    made = json.loads(element(page(grid()), "script", id="data"))
    block = made["blocks"][0]
    part = grid().blocks[0].parts[0]
    assert part.values.ravel().tolist() == block["parts"][0]["values"]
    assert [slider["baseline"] for slider in made["sliders"]] == [560, 780]
    assert set(made["digits"]) == set(made["promised"][0]) == set(made["promised"][1])
    assert {kind.split("|")[2] for kind in made["digits"]} <= set(made["units"])


def test_shares_are_shown_in_percent():
    made = make_grid(grid().base.people, POLICY, ["income.employment_cost_share=0.1:0.5"])
    [slider] = data(made)["sliders"]
    assert (slider["baseline"], slider["low"], slider["high"], slider["unit"]) == (30, 10, 50, "%")
    assert slider["step"] == 1


@pytest.mark.parametrize(
    ("key", "value", "digits", "shown"),
    [
        (("change", "total", "cost_y"), 52559352.0, 2, "5,255.94万元"),
        (("change", "total", "persons"), 10810.5, 0, "10,810人"),
        (("winners_losers", "gain", "share"), 0.1234, 2, "12.34%"),
        (("inequality", "total", "gini"), 0.18471, 4, "0.1847"),
    ],
)
def test_numbers_are_said_as_in_every_table(key, value, digits, shown):
    assert said(key, value, digits) == shown


def test_bounds_are_rounded_up():
    assert bound(("change", "total", "cost_y"), 12300.1, 2) == "1.24万元"
    assert bound(("winners_losers", "gain", "share"), 0.01, 2) == "1.00%"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_every_reader_must_know(lang):
    set_language(lang)
    html = page(grid())
    for words in {
        "zh": ("合成数据", "示例标准", "第一轮影响", "线性插值", "不是数学证明", run_id(grid())),
        "en": ("Synthetic data", "Illustrative law", "First-round", "linearly", "not proven"),
    }[lang]:
        assert words in html
    listing = errors(grid())
    assert len(listing.rows) == len({"|".join(row[:2]) for row in listing.rows})


def test_people_not_reconciled_are_stamped():
    people = grid().base.people
    gate = {"outcome": "red", "against": "ledger", "found": {"rows": 3, "red": 1, "beyond": 1}}
    marked = replace(people, about=MappingProxyType({**people.about, "gate": gate}))
    html = page(make_grid(marked, POLICY, ["edge.ratio=1.3:1.7:0.2"]))
    assert '<p class="banner">未通过对账</p>' in html


def test_the_same_run_has_the_same_name():
    assert run_id(grid()) == run_id(grid())
    other = make_grid(grid().base.people, POLICY, ["edge.ratio=1.3:1.7:0.2"])
    assert run_id(other) != run_id(grid())


# --- the command ---------------------------------------------------------------------------
def test_the_command_writes_the_page_and_tells_of_it(tmp_path, capsys):
    out = tmp_path / "page.html"
    words = ["page", "--households", "300", "--seed", "1", "--slider", "edge.ratio=1.3:1.7:0.2"]
    assert main([*words, "--out", str(out), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["bytes"] == out.stat().st_size
    assert made["sliders"] == [{"path": "edge.ratio", "low": 1.3, "high": 1.7, "now": 1.5}]
    assert made["bounds"][0]["change/total/cost_y"] >= 0
    assert main([*words, "--out", str(out), "--lang", "en"]) == 0
    assert "Opens by double click" in capsys.readouterr().out
    assert '<html lang="en">' in out.read_text(encoding="utf-8")


def test_the_command_refuses_before_computing(tmp_path, capsys, monkeypatch):
    def never(*_, **__):
        raise AssertionError("people were made")

    monkeypatch.setattr("jiuzhu_sim.assessment.people_of", never)
    out = tmp_path / "page.html"
    assert main(["page", "--slider", "edge.rato", "--out", str(out)]) == 2
    assert "edge.ratio" in capsys.readouterr().err
    assert main(["page", "--slider", "edge.ratio=2:1", "--out", str(out)]) == 2
    assert "JZ-E081" in capsys.readouterr().err
    assert not out.exists()
