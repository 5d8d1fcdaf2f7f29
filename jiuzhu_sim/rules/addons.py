"""Add-ons beside the benefit: price subsidy, allowances, heating, funeral, housing, charity.

None of them enters income or the gap formula. "Low-income" means in any layer.
"""

import numpy as np

from jiuzhu_sim.rules.kit import codes, rule

AREA = codes("area")
LAYER = codes("layer_hh")


@rule(level="household", unit="yuan/month", clause=("PL2016.1", "PL2016.2"), round="fen")
def price_subsidy_m_hh(
    dibao_standard_m_hh,
    n_recipients_hh,
    n_members_hh,
    is_edge_hh,
    price_cpi_rise,
    price_food_rise,
    price_scpi_rise,
    price_cpi_trigger,
    price_food_trigger,
    price_minimum,
    price_covers_edge,
):
    """物价补贴: the standard times the rise of the basic-living price index, for each recipient.

    Only in a month in which consumer prices or food prices reach their trigger; at least a
    minimum a head. Recipients include gradual exit, and all members of edge families by place.
    """
    if price_cpi_rise < price_cpi_trigger and price_food_rise < price_food_trigger:
        return np.zeros(1)
    persons = n_recipients_hh
    if price_covers_edge:
        persons = np.where(is_edge_hh, n_members_hh, n_recipients_hh)
    rise = np.maximum(price_scpi_rise, 0)
    return np.maximum(dibao_standard_m_hh * rise, price_minimum) * persons


@rule(level="household", unit="yuan/month", clause="S4.5.2", when="addon_food")
def food_subsidy_m_hh(is_dibao_hh, n_members_hh, addon_food):
    """副食品补贴 for each member of a dibao household."""
    return np.where(is_dibao_hh, n_members_hh * addon_food, 0)


@rule(level="household", unit="yuan/month", clause="S4.5.2", when="addon_living")
def living_subsidy_m_hh(is_dibao_hh, n_members_hh, addon_living):
    """生活补助费 for each member of a dibao household."""
    return np.where(is_dibao_hh, n_members_hh * addon_living, 0)


@rule(level="household", unit="yuan/month", clause="S1.4.1", when="addon_old_age")
def old_age_allowance_m_hh(members, age, is_unit_member, addon_old_age, addon_old_age_from):
    """高龄津贴 for each member from an age on, whatever the income."""
    return members.count((age >= addon_old_age_from) & is_unit_member) * addon_old_age


@rule(
    level="household",
    unit="yuan/month",
    clause=("S1.4.1", "S3.2.22"),
    when="addon_disability_living",
)
def disability_living_m_hh(
    members,
    disability_grade,
    is_unit_member,
    layer_hh,
    n_single_cases_hh,
    addon_disability_living,
    addon_disability_living_low_income,
):
    """困难残疾人生活补贴 for disabled members of a dibao household or one with a single person.

    Extended to all low-income households by place. Not for tekun, who are provided for in full.
    """
    is_open = (layer_hh == LAYER.dibao) | (n_single_cases_hh > 0)
    if addon_disability_living_low_income:
        is_open = (layer_hh != LAYER.none) & (layer_hh != LAYER.tekun)
    disabled = members.count((disability_grade > 0) & is_unit_member)
    return np.where(is_open, disabled * addon_disability_living, 0)


@rule(level="household", unit="yuan/month", clause="S1.4.1", when="addon_disability_care")
def disability_care_m_hh(
    members, is_severely_disabled, is_unit_member, is_tekun_hh, addon_disability_care
):
    """重度残疾人护理补贴 for severely disabled members, whatever the income.

    Not for tekun, whose care is paid as tekun support.
    """
    severe = members.count(is_severely_disabled & is_unit_member)
    return np.where(is_tekun_hh, 0, severe * addon_disability_care)


@rule(level="household", unit="yuan/month", clause=("S1.4.2", "S3.2.20"), when="addon_rent")
def rent_subsidy_m_hh(area, n_homes, layer_hh, addon_rent):
    """租赁补贴 for an urban low-income household without a home."""
    is_without_home = (area == AREA.urban) & (n_homes == 0)
    return np.where(is_without_home & (layer_hh != LAYER.none), addon_rent, 0)


@rule(level="household", unit="yuan", clause=("S1.4.2", "S3.2.20"), when="addon_repair")
def repair_aid_hh(area, is_dwelling_unsafe, layer_hh, addon_repair):
    """危房改造 for a rural low-income household whose dwelling is unsafe, once."""
    is_open = (area == AREA.rural) & is_dwelling_unsafe
    return np.where(is_open & (layer_hh != LAYER.none), addon_repair, 0)


@rule(level="household", unit="yuan/year", clause=("S1.4.1", "S3.2.22"), when="addon_heating")
def heating_subsidy_y_hh(n_recipients_hh, addon_heating):
    """取暖补贴 for a household that receives: tekun, dibao, a single person or gradual exit."""
    return np.where(n_recipients_hh > 0, addon_heating, 0)


@rule(level="household", unit="yuan/year", clause=("S1.4.1", "S3.2.22"), when="addon_funeral")
def funeral_relief_y_hh(n_recipients_hh, n_deaths_y, addon_funeral):
    """殡葬费减免 for each death in a household that receives."""
    return np.where(n_recipients_hh > 0, n_deaths_y * addon_funeral, 0)


@rule(
    level="household",
    unit="yuan/month",
    clause=("S1.4.1", "S3.2.20", "S3.2.22", "S4.5.2", "PL2016.2"),
)
def addons_m_hh(
    price_subsidy_m_hh,
    food_subsidy_m_hh,
    living_subsidy_m_hh,
    old_age_allowance_m_hh,
    disability_living_m_hh,
    disability_care_m_hh,
    rent_subsidy_m_hh,
):
    """Monthly add-ons together; outside the gap formula."""
    cash = price_subsidy_m_hh + food_subsidy_m_hh + living_subsidy_m_hh + rent_subsidy_m_hh
    return cash + old_age_allowance_m_hh + disability_living_m_hh + disability_care_m_hh


@rule(level="household", unit="yuan/year", clause="S3.2.21", when="addon_disaster")
def disaster_aid_y_hh(disaster_expense_y, layer_hh, addon_disaster):
    """受灾救助: an amount once a year for low-income households hit by a disaster."""
    return np.where((disaster_expense_y > 0) & (layer_hh != LAYER.none), addon_disaster, 0)


@rule(level="household", unit="yuan/year", clause=("S1.4.1", "S3.2.20", "S3.2.21", "S3.2.22"))
def addons_y_hh(heating_subsidy_y_hh, funeral_relief_y_hh, repair_aid_hh, disaster_aid_y_hh):
    """Yearly add-ons together, with house repair in the year it is given."""
    return heating_subsidy_y_hh + funeral_relief_y_hh + repair_aid_hh + disaster_aid_y_hh


@rule(level="household", unit="yuan/year", clause=("S4.5.14", "S4.5.17"))
def charity_cash_y_hh(
    members,
    is_dibao_hh,
    is_female,
    is_minor,
    is_unit_member,
    is_former_enterprise_worker,
    charity_women,
    charity_former_worker,
):
    """One-off cash: for grown women of dibao families, and for former enterprise workers."""
    women = members.count(is_female & ~is_minor & is_unit_member)
    workers = members.count(is_former_enterprise_worker & is_unit_member)
    return np.where(is_dibao_hh, women * charity_women, 0) + workers * charity_former_worker


@rule(level="household", unit="yuan/year", clause=("S4.5.15", "S4.5.18"))
def charity_kind_y_hh(
    is_dibao_hh, n_members_hh, charity_goods, charity_card, reading_charity_card_unit
):
    """Value of goods for each member of a dibao household, and of a retailer's card.

    The card is for each household, or by the other reading for each member. Gifts and the items
    of the red-cross supermarket (S4.5.16) have no stated value and are left out.
    """
    cards = n_members_hh if reading_charity_card_unit == "person" else np.ones(1)
    value = n_members_hh * charity_goods + cards * charity_card
    return np.where(is_dibao_hh, value, 0)


@rule(
    level="household",
    unit="yuan/year",
    clause=("S4.5.14", "S4.5.15", "S4.5.17", "S4.5.18"),
)
def charity_value_y_hh(charity_cash_y_hh, charity_kind_y_hh):
    """慈善帮扶: cash and the value in kind, told apart from what government pays."""
    return charity_cash_y_hh + charity_kind_y_hh
