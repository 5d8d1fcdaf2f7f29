"""A list of families: read cell by cell, refused with row and column, the same as the form."""

import zipfile

import pytest
import xlsxwriter

from jiuzhu_sim.engine import simulate
from jiuzhu_sim.errors import JZError
from jiuzhu_sim.language import set_language
from jiuzhu_sim.policy import load_policy
from jiuzhu_sim.population.family import Family, people_of_families, people_of_family, read_family
from jiuzhu_sim.population.form import form_fields
from jiuzhu_sim.report.batch_forms import head_of, write_batch_template
from jiuzhu_sim.roster.batch import read_batch
from jiuzhu_sim.roster.sheet import open_sheets

POLICY = load_policy("example-county")
ID_NUMBER = "11010119900307231X"


def csv(folder, *lines, encoding="utf-8"):
    path = folder / "families.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def refused(path):
    with pytest.raises(JZError) as caught:
        read_batch(path)
    return caught.value


def test_the_same_family_by_list_and_by_form_gives_the_same(tmp_path):
    typed = {
        "城乡": "农村",
        "家庭人口数": "4",
        "未成年人数": "1",
        "老年人数": "1",
        "重病人数": "1",
        "月工资": "1,500",
        "年自付医疗费": "3600",
        "金融资产": "8000",
        "现为低保": "是",
        "保障人口数": "3",
    }
    batch = read_batch(csv(tmp_path, ",".join(typed), '农村,4,1,1,1,"1,500",3600,8000,是,3'))
    family = read_family(typed)
    assert batch.families == (family,)
    by_list, by_form = (
        simulate(people, POLICY)["benefit_m_hh"].tolist()
        for people in (batch.people, people_of_family(family))
    )
    assert by_list == by_form
    same = people_of_families([family], batch.ids)
    assert batch.people.digest() == same.digest()


def test_an_english_list_and_one_in_gb18030_are_read_alike(tmp_path):
    zh = read_batch(csv(tmp_path, "城乡,家庭人口,工资", "城镇,2,800", encoding="gb18030"))
    en = read_batch(csv(tmp_path, "Area,Household members,wage", "urban,2,800"))
    assert zh.families == en.families == (Family(area="urban", n_members=2, wage=800),)
    assert any("gb18030" in note for note in zh.notes)
    assert en.notes == ()


def test_units_in_heads_are_converted(tmp_path):
    heads = "城乡,家庭人口数,月工资（元/年）,金融资产（万元）,年农业经营净收入（元/月）"
    (family,) = read_batch(csv(tmp_path, heads, "农村,2,12000,1.5,100")).families
    assert (family.wage, family.savings, family.farm_income_y) == (1000, 15_000, 1200)


def test_titles_units_examples_and_totals_are_passed_over(tmp_path):
    path = tmp_path / "families.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名单")
        for row, cells in enumerate(
            [
                ["某乡家庭名单"],
                ["编号", "城乡", "家庭人口数", "月工资"],
                ["", "", "人", "元/月"],
                ["示例", "农村", 3, 1200],
                ["甲-1", "农村", 2, 900],
                [],
                ["甲-2", "城市", 1, 0],
                ["合计", "", 3, 900],
            ]
        ):
            sheet.write_row(row, 0, cells)
    batch = read_batch(path)
    assert batch.ids == ("甲-1", "甲-2")
    assert batch.rows == (5, 7)
    assert batch.people.ids.tolist() == ["甲-1", "甲-2"]


def test_empty_cells_are_nothing_or_the_usual(tmp_path):
    (family,) = read_batch(csv(tmp_path, "城乡,家庭人口数,月工资,存款,住房", "农村,2,0,,")).families
    assert family == Family(n_members=2, wage=0)


# --- persons ---------------------------------------------------------------------------------
def test_columns_that_name_persons_are_left_out_and_said(tmp_path):
    heads = "户主姓名,身份证号,联系电话,银行账号,鞋码,城乡,家庭人口数,月工资"
    line = f"张三丰,{ID_NUMBER},13800000000,6222020200000000000,43,农村,2,900"
    batch = read_batch(csv(tmp_path, heads, line))
    text = repr(batch) + repr(dict(batch.people.names))
    assert not any(word in text for word in ("张三丰", ID_NUMBER, "13800000000", "62220202"))
    assert "户主姓名；身份证号；联系电话；银行账号" in batch.notes[0]
    assert "鞋码" in batch.notes[1]


def test_case_numbers_that_are_id_numbers_are_not_taken(tmp_path):
    batch = read_batch(csv(tmp_path, "编号,城乡,家庭人口数,月工资", f"{ID_NUMBER},农村,2,900"))
    assert batch.ids == ("2",)
    assert "像是身份证号" in batch.notes[0]
    assert ID_NUMBER not in repr(batch)


def test_a_wrong_cell_is_not_shown_in_full(tmp_path):
    fault = refused(csv(tmp_path, "城乡,家庭人口数,月工资", f"农村,2,张{ID_NUMBER}"))
    assert ID_NUMBER not in str(fault)


# --- faults ----------------------------------------------------------------------------------
def test_all_faults_are_told_at_once_with_row_and_column(tmp_path):
    fault = refused(
        csv(
            tmp_path,
            "编号,城乡,家庭人口数,保障人数,月工资",
            "1,城填,2,2,900",
            "2,农村,2,3,900",
            "3,农村,2,2,",
            "4,农村,20,2,约五百",
            "2,农村,1,1,500元/年",
        )
    )
    where = [problem.where.removeprefix("families.csv · ") for problem in fault.problems]
    assert where == [
        "第2行 · B列（城乡）",
        "第3行 · D列（保障人数）",
        "第4行 · E列（月工资）",
        "第5行 · C列（家庭人口数）",
        "第5行 · E列（月工资）",
        "第6行 · E列（月工资）",
        "第6行",
    ]
    assert set(fault.codes) == {"JZ-E065"}
    assert "“2”与第3行重复" in str(fault)


def test_needed_columns_that_are_missing_are_told_with_the_nearest_head(tmp_path):
    fault = refused(csv(tmp_path, "编号,城乡,家庭总人口数,月薪", "1,农村,3,900"))
    assert fault.codes == ("JZ-E066", "JZ-E066")
    assert "最接近的表头是：家庭总人口数" in str(fault)


def test_a_column_twice_and_a_list_without_rows_are_refused(tmp_path):
    twice = refused(csv(tmp_path, "城乡,家庭人口数,月工资,工资", "农村,2,9,9"))
    assert twice.codes == ("JZ-E034",)
    assert refused(csv(tmp_path, "城乡,家庭人口数,月工资", ",,")).codes == ("JZ-E059",)
    assert "JZ-E066" in refused(csv(tmp_path, "甲,乙", "1,2")).codes


# --- the template ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["zh", "en"])
def test_the_template_is_read_back(tmp_path, name):
    set_language(name)
    path = write_batch_template(tmp_path / "families.xlsx")
    assert refused(path).codes == ("JZ-E059",)  # the example row is none of the office's families
    (sheet,) = open_sheets(path).sheets
    fields = list(form_fields().values())
    rows = [list(row) for row in sheet.rows]
    assert rows[2][1 : len(fields) + 1] == [head_of(field) for field in fields]
    with zipfile.ZipFile(path) as packed:
        inside = packed.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert inside.count("<dataValidation ") == len(fields)
    with xlsxwriter.Workbook(path) as book:
        filled = book.add_worksheet("1")
        for number, row in enumerate([*rows, ["A-7", *rows[3][1:]]]):
            filled.write_row(number, 0, row)
    batch = read_batch(path)
    assert batch.families == (Family(n_covered=3),)
    assert batch.ids == ("A-7",)
    assert batch.notes == ()
