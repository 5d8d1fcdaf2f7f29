"""Indicators of the assessment: what is measured of each township, of what, and how surely."""

from jiuzhu_sim.assessment.indicators.checked import Checked, read_checked
from jiuzhu_sim.assessment.indicators.evidence import Evidence, evidence_of
from jiuzhu_sim.assessment.indicators.indicator import (
    PRECISIONS,
    Indicator,
    indicators,
    of_precision,
    precision_title,
)
from jiuzhu_sim.assessment.indicators.measure import measure
from jiuzhu_sim.assessment.indicators.measured import Measured
from jiuzhu_sim.assessment.indicators.returns import Returns
from jiuzhu_sim.assessment.indicators.returns_file import read_returns
from jiuzhu_sim.assessment.indicators.returns_form import write_returns_form
from jiuzhu_sim.assessment.indicators.synthetic import synthetic_evidence
from jiuzhu_sim.assessment.indicators.synthetic_returns import synthetic_returns

__all__ = [
    "PRECISIONS",
    "Checked",
    "Evidence",
    "Indicator",
    "Measured",
    "Returns",
    "evidence_of",
    "indicators",
    "measure",
    "of_precision",
    "precision_title",
    "read_checked",
    "read_returns",
    "synthetic_evidence",
    "synthetic_returns",
    "write_returns_form",
]
