"""How each code of the handling of cases comes about; part of `provoke`."""


def event_log(folder, head):
    """Read an event log with this header and one row."""
    from jiuzhu_sim.casework.log.read import read_log

    path = folder / "log.csv"
    path.write_text(f"{head}\nA1,受理,2025-01-06", encoding="utf-8")
    read_log(path, key=b"k" * 32)


def file_without_an_event_log(folder, _):
    event_log(folder, "乡镇,户数,金额")


def event_log_without_its_events(folder, _):
    event_log(folder, "案件编号,乡镇,救助类型")


def procedure_check_that_cannot_be_read(*_):
    from jiuzhu_sim.casework.conduct.checks import read_checks

    visit = {"check": "before", "clause": "S1.1.4", "programmes": "dibao", "first": "vist"}
    read_checks({"checks": {"visited": visit | {"then": "decide"}}}, "mine.yaml")


def matching_without_registers(*_):
    import jiuzhu_sim as jz
    from jiuzhu_sim.casework.matching.match import match

    people = jz.synthesize("example-county", households=5, seed=1)
    match(people, jz.load_policy("example-county"))


def synthetic_log_of_a_year_without_a_calendar(*_):
    from jiuzhu_sim.casework.office.synthetic_log import synthetic_log
    from jiuzhu_sim.policy import load_policy
    from jiuzhu_sim.population import synthesize

    people = synthesize("example-county", households=5, seed=1)
    synthetic_log(people, load_policy("example-county"), year=2099)


def warning_rules_that_cannot_be(folder, _):
    from jiuzhu_sim.casework.warnings.warnings import load_warnings

    path = folder / "warnings.yaml"
    path.write_text("sources: {bank: {delay: 1}}\nrules: {}\n", encoding="utf-8")
    load_warnings(path)


def clean_up_visiting_more_than_all(*_):
    from jiuzhu_sim.casework.cleanup import load_checks

    load_checks("complete", visits=1.5)


def procedure_of_unknown_sections(folder, _):
    from jiuzhu_sim.casework.procedure.procedure import load_procedure

    path = folder / "procedure.yaml"
    path.write_text("name: own\nlimits: {step: {}}\n", encoding="utf-8")
    load_procedure(path)


def missed_cover_of_recipients_only(*_):
    from jiuzhu_sim.measures.sight import can_say
    from jiuzhu_sim.population import people_from_tables

    people = people_from_tables({"household_id": [0]}, {"area": ["rural"]})
    can_say(people).require("missed_cover")


CASEWORK = {
    "JZ-E093": file_without_an_event_log,
    "JZ-E094": event_log_without_its_events,
    "JZ-E095": procedure_of_unknown_sections,
    "JZ-E096": procedure_check_that_cannot_be_read,
    "JZ-E097": synthetic_log_of_a_year_without_a_calendar,
    "JZ-E098": missed_cover_of_recipients_only,
    "JZ-E100": matching_without_registers,
    "JZ-E102": warning_rules_that_cannot_be,
    "JZ-E101": clean_up_visiting_more_than_all,
}
