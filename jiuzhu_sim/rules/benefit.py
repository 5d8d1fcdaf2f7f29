"""Step 5, benefit: the difference, the category supplements, the single-person benefit."""

import numpy as np

from jiuzhu_sim.rules.kit import codes, rule

LAYER = codes("layer_hh")


@rule(
    level="household",
    unit="yuan/month",
    clause=("EC.7", "EC.8", "S4.2.2", "S4.2.25"),
    round="dibao_benefit_rounding",
)
def gap_m_hh(dibao_standard_m_hh, n_members_hh, counted_income_m_hh):
    """The household's gap: standard times members less counted income, never negative.

    Rounded once, for the household, not per head first (that overpays by up to a yuan a member).
    """
    return np.maximum(dibao_standard_m_hh * n_members_hh - counted_income_m_hh, 0)


@rule(level="household", unit="yuan/month", clause=("EC.7", "S4.2.2"))
def gap_benefit_m_hh(layer_hh, gap_m_hh, n_members_hh, dibao_benefit_minimum):
    """Differential subsidy (补差) of a dibao household: its gap, at least a minimum a member."""
    benefit = np.maximum(gap_m_hh, n_members_hh * dibao_benefit_minimum)
    return np.where(layer_hh == LAYER.dibao, benefit, 0)


@rule(
    level="household",
    unit="yuan/person-month",
    clause=("EC.5", "EC.8"),
    round="dibao_benefit_rounding",
)
def full_standard_m_hh(dibao_standard_m_hh):
    """The full standard that a person included singly gets."""
    return dibao_standard_m_hh


@rule(level="household", unit="yuan/month", clause="EC.7")
def category_supplement_m_hh(
    layer_hh,
    dibao_standard_m_hh,
    n_elder_or_minor_hh,
    n_severe_or_ill_hh,
    n_severe_and_aged_hh,
    supplement_elder_or_minor_share,
    supplement_severe_share,
):
    """Category supplements (分类施保) of a dibao household: one share of the standard a member.

    A member who is of both kinds gets the higher share, not both.
    """
    both_share = max(supplement_elder_or_minor_share, supplement_severe_share)
    shares = (
        (n_elder_or_minor_hh - n_severe_and_aged_hh) * supplement_elder_or_minor_share
        + (n_severe_or_ill_hh - n_severe_and_aged_hh) * supplement_severe_share
        + n_severe_and_aged_hh * both_share
    )
    return np.where(layer_hh == LAYER.dibao, dibao_standard_m_hh * shares, 0)


@rule(level="household", unit="yuan/month", clause=("EC.5", "EC.7"))
def single_person_benefit_m_hh(
    layer_hh,
    dibao_standard_m_hh,
    full_standard_m_hh,
    n_severe_or_ill_hh,
    n_severe_and_aged_hh,
    supplement_elder_or_minor_share,
    supplement_severe_share,
):
    """Single-person inclusion (单人保): the full standard and the supplement of such a person."""
    both_share = max(supplement_elder_or_minor_share, supplement_severe_share)
    n_severe_only = n_severe_or_ill_hh - n_severe_and_aged_hh
    shares = n_severe_only * supplement_severe_share + n_severe_and_aged_hh * both_share
    benefit = n_severe_or_ill_hh * full_standard_m_hh + dibao_standard_m_hh * shares
    return np.where(layer_hh == LAYER.edge, benefit, 0)


@rule(level="household", unit="yuan/month", clause=("EC.7", "EC.9"))
def benefit_m_hh(gap_benefit_m_hh, category_supplement_m_hh, single_person_benefit_m_hh):
    """What the household gets a month: difference, supplements, single-person benefit."""
    return gap_benefit_m_hh + category_supplement_m_hh + single_person_benefit_m_hh
