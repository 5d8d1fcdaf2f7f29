"""Last step, total: all public aid of a year together; charity stays apart."""

from jiuzhu_sim.rules.kit import MONTHS, rule


@rule(level="household", unit="yuan/year", clause=("S3.6.12", "S3.6.13", "S4.2.26", "EC.9"))
def aid_y_hh(
    entitled_m_hh,
    paid_months_hh,
    temporary_aid_hh,
    education_aid_y_hh,
    student_aid_y_hh,
    medical_total_y_hh,
    addons_m_hh,
    addons_y_hh,
):
    """Public aid a year: basic living by the months paid, temporary, education, medical, special.

    Benefit during gradual exit is taken for the whole year; when it ends is for the simulation
    by months.
    """
    special = temporary_aid_hh + education_aid_y_hh + student_aid_y_hh + medical_total_y_hh
    return entitled_m_hh * paid_months_hh + special + addons_m_hh * MONTHS + addons_y_hh
