"""Step 2, assets: vehicles, homes, savings, business."""

import numpy as np

from jiuzhu_sim.rules.kit import at_most, codes, rule

AREA = codes("area")


@rule(level="household", clause=("EC.3", "S4.2.12"))
def is_vehicles_passed_hh(n_vehicles, assets_vehicles_max):
    """Not more motor vehicles than allowed (two-wheeled and disabled-use ones are not counted)."""
    return n_vehicles <= assets_vehicles_max


@rule(level="household", unit="count", clause="EC.3")
def homes_limit_hh(area, assets_homes_max_urban, assets_homes_max_rural):
    """Homes allowed, by area."""
    return np.where(area == AREA.urban, assets_homes_max_urban, assets_homes_max_rural)


@rule(level="household", clause="EC.3")
def is_homes_passed_hh(n_homes, homes_limit_hh):
    """Not more homes than allowed."""
    return n_homes <= homes_limit_hh


@rule(level="household", unit="yuan", clause="EC.3")
def savings_limit_hh(dibao_standard_m_hh, n_members_hh, assets_savings_max_months):
    """Savings allowed: a number of monthly standards for each member."""
    return dibao_standard_m_hh * n_members_hh * assets_savings_max_months


@rule(level="household", clause="EC.3")
def is_savings_passed_hh(savings, savings_limit_hh):
    """Savings do not exceed the limit."""
    return at_most(savings, savings_limit_hh)


@rule(level="household", clause=("EC.3", "S4.2.13"))
def is_business_passed_hh(has_business, assets_business_allowed):
    """No shop, factory or other business, unless allowed."""
    return ~has_business | assets_business_allowed


@rule(level="household", clause=("EC.3", "S4.2.12", "S4.2.13"))
def is_property_passed_hh(
    is_vehicles_passed_hh, is_homes_passed_hh, is_savings_passed_hh, is_business_passed_hh
):
    """All four property tests passed."""
    return is_vehicles_passed_hh & is_homes_passed_hh & is_savings_passed_hh & is_business_passed_hh
