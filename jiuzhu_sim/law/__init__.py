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
    figures,
    in_force_since,
    in_unit,
    region,
    region_names,
    validated,
)

__all__ = [
    "Declaration",
    "Region",
    "Value",
    "clause_text",
    "clauses",
    "declarations",
    "document_of",
    "document_title",
    "figures",
    "in_force_since",
    "in_unit",
    "region",
    "region_names",
    "validated",
]
