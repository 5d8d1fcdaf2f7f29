"""Step 4, standard: the dibao standard, how it may be set, and what it guarantees a household."""

import numpy as np

from jiuzhu_sim.rules.kit import codes, rule

AREA = codes("area")


@rule(
    level="household",
    unit="yuan/person-month",
    clause="STD2011.1",
    when="standard_method=basic_needs",
)
def basic_needs_standard_m_hh(
    area,
    standard_food_urban,
    standard_food_rural,
    standard_non_food_urban,
    standard_non_food_rural,
):
    """Necessary food plus necessary non-food a head."""
    return np.where(
        area == AREA.urban,
        standard_food_urban + standard_non_food_urban,
        standard_food_rural + standard_non_food_rural,
    )


@rule(
    level="household",
    unit="yuan/person-month",
    clause="STD2011.2",
    when="standard_method=engel",
)
def engel_standard_m_hh(
    area, standard_food_urban, standard_food_rural, standard_engel_urban, standard_engel_rural
):
    """Necessary food divided by the Engel coefficient of the lowest-income group."""
    return np.where(
        area == AREA.urban,
        standard_food_urban / standard_engel_urban,
        standard_food_rural / standard_engel_rural,
    )


@rule(
    level="household",
    unit="yuan/person-month",
    clause="STD2011.3",
    when="standard_method=consumption_share",
)
def consumption_standard_m_hh(
    area,
    standard_consumption_urban,
    standard_consumption_rural,
    standard_consumption_share_urban,
    standard_consumption_share_rural,
):
    """Last year's consumption a head times a fixed share."""
    return np.where(
        area == AREA.urban,
        standard_consumption_urban * standard_consumption_share_urban,
        standard_consumption_rural * standard_consumption_share_rural,
    )


@rule(
    level="household",
    unit="yuan/person-month",
    clause=("EC.4", "S4.2.25", "S3.7.3", "S3.10.1", "S4.5.2", "SC649.1"),
    when="standard_method=decree",
)
def published_standard_m_hh(area, dibao_standard_urban, dibao_standard_rural):
    """The standard as published, by area."""
    return np.where(area == AREA.urban, dibao_standard_urban, dibao_standard_rural)


@rule(
    level="household",
    unit="yuan/person-month",
    clause=("EC.4", "S4.2.25", "S3.7.3", "S3.10.1", "S4.5.2", "SC649.1", "STD2011.1"),
)
def dibao_standard_m_hh(
    published_standard_m_hh,
    basic_needs_standard_m_hh,
    engel_standard_m_hh,
    consumption_standard_m_hh,
    standard_method,
):
    """The dibao standard that applies: as published, or by one of the three methods."""
    if standard_method == "basic_needs":
        return basic_needs_standard_m_hh
    if standard_method == "engel":
        return engel_standard_m_hh
    if standard_method == "consumption_share":
        return consumption_standard_m_hh
    return published_standard_m_hh


@rule(
    level="household",
    unit="yuan/month",
    clause=("EC.7", "S4.5.2", "S3.2.11", "S3.11.10", "SC649.1", "M57.9"),
)
def guaranteed_m_hh(
    dibao_standard_m_hh, n_members_hh, dibao_one_person_addition, reading_multi_person_unit
):
    """保障额: the standard times members; a one-person household may have a higher one.

    If the multi-person standard is read per household, it holds once for all members.
    """
    heads = n_members_hh
    if reading_multi_person_unit == "household":
        heads = np.minimum(n_members_hh, 1)
    guaranteed = dibao_standard_m_hh * heads
    if dibao_one_person_addition:
        guaranteed = guaranteed + np.where(n_members_hh == 1, dibao_one_person_addition, 0)
    return guaranteed
