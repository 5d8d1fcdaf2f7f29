"""Step 3, status: the standard, the layer (dibao, edge, none), who receives."""

import numpy as np

from jiuzhu_sim.rules.kit import below, codes, rule

AREA = codes("area")
KIND = codes("disability_kind")
LAYER = codes("layer_hh")


@rule(level="household", unit="yuan/person-month", clause=("EC.4", "S4.2.25"))
def dibao_standard_m_hh(area, dibao_standard_urban, dibao_standard_rural):
    """The dibao standard of the household's area."""
    return np.where(area == AREA.urban, dibao_standard_urban, dibao_standard_rural)


@rule(level="household", unit="yuan/person-month", clause="EC.5")
def edge_limit_m_hh(dibao_standard_m_hh, edge_ratio):
    """Income from which a household is above the edge layer."""
    return dibao_standard_m_hh * edge_ratio


@rule(level="household", clause=("EC.4", "EC.5", "S4.2.25"))
def layer_hh(
    counted_income_m_hh,
    n_members_hh,
    dibao_standard_m_hh,
    edge_limit_m_hh,
    is_property_passed_hh,
):
    """Dibao below the standard, edge from the standard to below the edge limit, else none.

    Both need the property test. At or above the standard there is no dibao (S4.2.25). Compared
    for the household (income against limit times members), so that a missing fen counts once.
    """
    is_dibao = below(counted_income_m_hh, dibao_standard_m_hh * n_members_hh)
    is_edge = below(counted_income_m_hh, edge_limit_m_hh * n_members_hh)
    layer = np.where(is_dibao, LAYER.dibao, np.where(is_edge, LAYER.edge, LAYER.none))
    return np.where(is_property_passed_hh, layer, LAYER.none)


@rule(level="person", clause="EC.5")
def is_severely_disabled(
    disability_grade,
    disability_kind,
    disability_severe_grade_max,
    disability_severe_grade_max_mental,
):
    """Severe disability (重残): by grade, with a wider limit for intellectual and psychiatric."""
    is_mental = (disability_kind == KIND.intellectual) | (disability_kind == KIND.psychiatric)
    is_severe = (disability_grade <= disability_severe_grade_max) | (
        is_mental & (disability_grade <= disability_severe_grade_max_mental)
    )
    return is_severe & (disability_grade > 0)


@rule(level="person", clause="EC.5")
def is_severe_or_ill(is_severely_disabled, serious_illness):
    """Severely disabled or seriously ill."""
    return is_severely_disabled | serious_illness


@rule(level="household", unit="persons", clause="EC.5")
def n_severe_or_ill_hh(members, is_severe_or_ill):
    """Members who are severely disabled or seriously ill."""
    return members.count(is_severe_or_ill)


@rule(level="household", unit="persons", clause=("EC.5", "EC.9", "S4.2.1"))
def n_recipients_hh(layer_hh, n_members_hh, n_severe_or_ill_hh):
    """All members of a dibao household; of an edge household those included singly (单人保)."""
    included = np.where(layer_hh == LAYER.edge, n_severe_or_ill_hh, 0)
    return np.where(layer_hh == LAYER.dibao, n_members_hh, included)
