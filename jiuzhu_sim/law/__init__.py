"""What the documents say: declarations of parameters, presets of places, clauses, figures."""

from jiuzhu_sim.law.load import (
    Declaration,
    Region,
    Value,
    clause_text,
    clauses,
    declarations,
    document_of,
    document_title,
    in_force_since,
    in_unit,
    region,
    region_names,
    validated,
    validated_text,
)
from jiuzhu_sim.law.reported import figure_names, figures, figures_of, known_values

__all__ = [
    "Declaration",
    "Region",
    "Value",
    "clause_text",
    "clauses",
    "declarations",
    "document_of",
    "document_title",
    "figure_names",
    "figures",
    "figures_of",
    "in_force_since",
    "in_unit",
    "known_values",
    "region",
    "region_names",
    "validated",
    "validated_text",
]
