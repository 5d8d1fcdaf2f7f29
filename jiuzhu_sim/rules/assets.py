"""Step 5, assets: vehicles, homes, savings, business, machines, premiums; and the reason."""

import numpy as np

from jiuzhu_sim.rules.kit import at_most, codes, rule

AREA = codes("area")
REASON = codes("property_reason_hh")


@rule(
    level="household",
    clause=("S4.2.12", "S4.2.13"),
    when="assets_exempt_area",
    otherwise=False,
)
def is_area_exempt_hh(area, assets_exempt_area):
    """The place tests vehicles, business and machines in its other area only."""
    return area == (AREA.urban if assets_exempt_area == "urban" else AREA.rural)


@rule(level="household", clause=("EC.3", "S4.2.12", "S0.2.2", "M57.8"))
def is_vehicles_passed_hh(n_vehicles, is_area_exempt_hh, assets_vehicles_max):
    """Not more motor vehicles than allowed (two- and three-wheeled and disabled-use ones are not
    counted).
    """
    return (n_vehicles <= assets_vehicles_max) | is_area_exempt_hh


@rule(level="household", unit="count", clause=("EC.3", "S0.2.2", "M57.8"))
def homes_limit_hh(area, assets_homes_max_urban, assets_homes_max_rural):
    """Homes allowed, by area."""
    return np.where(area == AREA.urban, assets_homes_max_urban, assets_homes_max_rural)


@rule(level="household", clause=("EC.3", "S0.2.2", "M57.8"))
def is_homes_passed_hh(n_homes, homes_limit_hh):
    """Not more homes than allowed."""
    return n_homes <= homes_limit_hh


@rule(level="household", unit="yuan", clause=("EC.3", "M57.8", "LP.1"))
def savings_limit_hh(dibao_standard_m_hh, n_members_hh, assets_savings_max_months):
    """Savings allowed: a number of monthly standards for each member."""
    if np.isinf(assets_savings_max_months):
        return np.full(1, np.inf)
    return dibao_standard_m_hh * n_members_hh * assets_savings_max_months


@rule(level="household", clause=("EC.3", "M57.8", "LP.1"))
def is_savings_passed_hh(savings, savings_limit_hh):
    """Savings do not exceed the limit."""
    return at_most(savings, savings_limit_hh)


@rule(level="household", clause=("EC.3", "S4.2.13", "S0.2.2", "M57.8"))
def is_business_passed_hh(has_business, is_area_exempt_hh, assets_business_allowed):
    """No shop, factory or other business, unless allowed."""
    return ~has_business | assets_business_allowed | is_area_exempt_hh


@rule(level="household", clause=("S4.2.12", "S3.11.20"))
def is_machines_passed_hh(n_farm_machines, is_area_exempt_hh, assets_farm_machines_max):
    """Not more large farm machines than allowed."""
    return (n_farm_machines <= assets_farm_machines_max) | is_area_exempt_hh


@rule(level="household", clause="S0.2.3")
def is_premium_passed_hh(insurance_premium_y, reading_high_premium_threshold):
    """Insurance premiums below what counts as high."""
    return (insurance_premium_y < reading_high_premium_threshold) | (insurance_premium_y <= 0)


@rule(level="household", clause=("EC.3", "S4.2.12", "S4.2.13", "S3.7.4", "S3.2.11", "M57.8"))
def is_property_passed_hh(
    is_vehicles_passed_hh,
    is_homes_passed_hh,
    is_savings_passed_hh,
    is_business_passed_hh,
    is_machines_passed_hh,
    is_premium_passed_hh,
):
    """All property tests passed."""
    is_owned_little = is_vehicles_passed_hh & is_homes_passed_hh & is_savings_passed_hh
    is_idle = is_business_passed_hh & is_machines_passed_hh
    return is_owned_little & is_idle & is_premium_passed_hh


@rule(level="household", clause=("S4.2.12", "S4.2.13", "S0.2.2", "S0.2.3"))
def property_reason_hh(
    is_vehicles_passed_hh,
    is_homes_passed_hh,
    is_savings_passed_hh,
    is_business_passed_hh,
    is_machines_passed_hh,
    is_premium_passed_hh,
):
    """The first property test that is not passed."""
    return np.select(
        [
            ~is_vehicles_passed_hh,
            ~is_homes_passed_hh,
            ~is_savings_passed_hh,
            ~is_business_passed_hh,
            ~is_machines_passed_hh,
            ~is_premium_passed_hh,
        ],
        [
            REASON.vehicle,
            REASON.homes,
            REASON.savings,
            REASON.business,
            REASON.machines,
            REASON.premium,
        ],
        REASON.none,
    )
