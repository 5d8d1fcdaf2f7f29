"""A roster of one row a household, typed by hand: what a row does not say is as it should be."""

import csv

from jiuzhu_sim.roster.sample import with_check_digit

HEADS = (
    *("乡镇", "村", "户主姓名", "身份证号码", "城乡类别", "家庭人口数", "保障人口数"),
    *("家庭收入", "月保障金", "主要致贫原因", "健康状况", "是否不予公开"),
)


def id_of(number, born="19800101"):
    """An ID number that belongs to nobody: no region code starts with 99."""
    return with_check_digit(f"990000{born}{number % 1000:03d}")


def row_of(number, given):
    """The cells of a household."""
    usual = {
        **{"乡镇": "甲镇", "村": "一村", "户主姓名": f"赵{chr(0x4E00 + 7 * number)}"},
        **{"身份证号码": id_of(number), "城乡类别": "农村", "家庭人口数": "2", "保障人口数": "2"},
        **{"家庭收入": "100", "月保障金": "600", "主要致贫原因": "因病", "健康状况": "健康"},
        "是否不予公开": "否",
    }
    return usual | given


def write_roster_csv(path, rows, heads=HEADS):
    """Write the roster; each row says only what is special about the household."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        for number, given in enumerate(rows):
            made = row_of(number, given)
            writer.writerow([made[head] for head in heads])
    return path
