"""Step 6, stop: conditions under which benefit is stopped in every case, or suspended."""

import numpy as np

from jiuzhu_sim.rules.kit import MONTHS, at_most, codes, rule

REASON = codes("stop_reason_hh")


@rule(level="household", clause="S0.3.1", when="stop_not_collected_months", otherwise=False)
def is_not_collected_hh(months_not_collected, stop_not_collected_months):
    """Benefit not collected for too long."""
    return months_not_collected >= stop_not_collected_months


@rule(level="household", clause="S0.3.2", when="stop_absence_months", otherwise=False)
def is_away_hh(
    members,
    months_away,
    is_unit_member,
    n_members_hh,
    stop_absence_months,
    reading_absence_scope,
):
    """Working away or absent for too long: any member, or the whole household."""
    is_away = (months_away >= stop_absence_months) & is_unit_member
    if reading_absence_scope == "any_member":
        return members.any(is_away)
    return members.count(is_away) >= np.maximum(n_members_hh, 1)


@rule(level="household", clause="S0.3.3", when="stop_bills_standards", otherwise=False)
def is_bills_high_hh(
    water_bill_m,
    electricity_bill_m,
    phone_bill_m,
    dibao_standard_m_hh,
    n_members_hh,
    stop_bills_standards,
    reading_consumption_test,
):
    """Water, electricity and telephone bills above the guarantee line.

    The household's bills, their sum or the highest, against the line of one head or of the
    household (the standard for each member).
    """
    if reading_consumption_test in ("sum_per_head", "sum_household"):
        bill = water_bill_m + electricity_bill_m + phone_bill_m
    else:
        bill = np.maximum(np.maximum(water_bill_m, electricity_bill_m), phone_bill_m)
    line = dibao_standard_m_hh * stop_bills_standards
    if reading_consumption_test in ("sum_household", "each_household"):
        line = line * n_members_hh
    return ~at_most(bill, line)


@rule(
    level="person",
    clause=("S0.3.4", "S3.8.7", "M57.13"),
    when="reading_work_refusal_sanction",
    otherwise=False,
)
def is_refuser(n_job_refusals, labour_capable, is_student, is_unit_member, work_refusals_max):
    """Able to work, and refuses jobs offered so often in a row that it is sanctioned."""
    is_able = labour_capable & ~is_student & is_unit_member
    return (n_job_refusals >= work_refusals_max) & is_able


@rule(
    level="household",
    unit="persons",
    clause=("S0.3.4", "S3.8.7", "M57.13"),
    when="reading_work_refusal_sanction",
)
def n_refusers_hh(members, is_refuser):
    """Members who refuse work."""
    return members.count(is_refuser)


@rule(level="household", clause="S0.3.5", when="stop_self_paid_school", otherwise=False)
def is_school_paid_hh(members, is_self_paid_school, is_unit_member):
    """A member at a school chosen at own expense."""
    return members.any(is_self_paid_school & is_unit_member)


@rule(level="household", unit="months", clause="S0.3.6", when="stop_compensation")
def compensation_months_hh(
    compensation, dibao_standard_m_hh, n_members_hh, reading_compensation_months
):
    """Months that compensation supports life: divided by the standards, or a fixed number."""
    if reading_compensation_months:
        return np.where(compensation > 0, reading_compensation_months, 0)
    return compensation / (dibao_standard_m_hh * np.maximum(n_members_hh, 1))


@rule(level="household", clause="S0.3.6", when="stop_compensation", otherwise=False)
def is_compensation_left_hh(compensation_months_hh, months_since_compensation):
    """Compensation still supports life."""
    return months_since_compensation < compensation_months_hh


@rule(level="household", clause="S0.3.7", when="stop_misconduct", otherwise=False)
def is_misconduct_hh(members, has_misconduct, is_unit_member):
    """A member with fighting, gambling, brawling or drunken disorder."""
    return members.any(has_misconduct & is_unit_member)


@rule(level="household", clause=("S0.3.8", "S0.2.3"), when="stop_information", otherwise=False)
def is_information_against_hh(registry_income_m, guaranteed_m_hh, reading_clearly_above_ratio):
    """Information comparison shows income clearly above the standard."""
    return ~at_most(registry_income_m, guaranteed_m_hh * reading_clearly_above_ratio)


@rule(level="household", clause=("S4.2.22", "S4.2.23", "S4.5.6", "S4.5.7"))
def is_waived_hh(
    n_missed_signins,
    has_missed_renewal,
    stop_signins_missed,
    stop_renewal_required,
    reading_waiver_rule,
):
    """视同放弃: sign-ins missed in a row, or the yearly renewal; by one reading only both."""
    is_signin_missed = n_missed_signins >= stop_signins_missed
    if not stop_renewal_required:
        return is_signin_missed
    if reading_waiver_rule == "both":
        return is_signin_missed & has_missed_renewal
    return is_signin_missed | has_missed_renewal


@rule(
    level="household",
    clause=("S1.1.3", "S0.3.1", "S0.3.2", "S0.3.3", "S0.3.4", "S4.2.23", "S4.5.7"),
)
def stop_reason_hh(
    has_applied,
    is_not_collected_hh,
    is_away_hh,
    is_bills_high_hh,
    n_refusers_hh,
    is_school_paid_hh,
    is_compensation_left_hh,
    is_misconduct_hh,
    is_information_against_hh,
    is_waived_hh,
    reading_work_refusal_sanction,
):
    """一律停保: the first ground on which there is no benefit whatever the income.

    It is granted on application (S1.1.3): who never applied has none.
    """
    is_refusal_stopped = (n_refusers_hh > 0) & (reading_work_refusal_sanction == "stop")
    return np.select(
        [
            ~has_applied,
            is_not_collected_hh,
            is_away_hh,
            is_bills_high_hh,
            is_refusal_stopped,
            is_school_paid_hh,
            is_compensation_left_hh,
            is_misconduct_hh,
            is_information_against_hh,
            is_waived_hh,
        ],
        [
            REASON.not_applied,
            REASON.not_collected,
            REASON.away,
            REASON.bills,
            REASON.refused_work,
            REASON.school,
            REASON.compensation,
            REASON.misconduct,
            REASON.information,
            REASON.waived,
        ],
        REASON.none,
    )


@rule(level="household", clause="S4.2.26", when="work_absences_max", otherwise=False)
def is_absent_hh(
    members,
    n_labour_absences,
    labour_capable,
    is_student,
    wage_m,
    is_unit_member,
    work_absences_max,
):
    """A member able to work and without a job absent from public-welfare labour too often."""
    is_due = labour_capable & ~is_student & (wage_m <= 0) & is_unit_member
    return members.any((n_labour_absences >= work_absences_max) & is_due)


@rule(level="household", clause=("S4.2.26", "S3.8.7"))
def is_suspended_hh(is_absent_hh, n_refusers_hh, reading_work_refusal_sanction):
    """停发: absent from public-welfare labour too often, or refusals that suspend."""
    return is_absent_hh | ((n_refusers_hh > 0) & (reading_work_refusal_sanction == "suspend"))


@rule(level="household", unit="months", clause="S4.2.26")
def paid_months_hh(is_suspended_hh, work_suspension_months):
    """Months of the year that are paid: all, less those of a suspension."""
    return np.where(is_suspended_hh, MONTHS - work_suspension_months, MONTHS)
