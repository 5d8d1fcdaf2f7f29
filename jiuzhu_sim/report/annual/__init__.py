"""The annual report of one place: what was done, for whom, how well, with what money."""

# First what other reports take from here: some of them are part of the annual report.
from jiuzhu_sim.report.annual.marks import banner, gate_sentence, stamps  # isort: skip
from jiuzhu_sim.report.words import money  # isort: skip
from jiuzhu_sim.report.annual.quality import how_calibrated
from jiuzhu_sim.report.annual.report import AnnualReport, annual_report

__all__ = [
    "AnnualReport",
    "annual_report",
    "banner",
    "gate_sentence",
    "how_calibrated",
    "money",
    "stamps",
]
