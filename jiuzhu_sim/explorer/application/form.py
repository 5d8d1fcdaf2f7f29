"""The form of one family as controls: what the page draws, it draws the same way as parameters."""

from jiuzhu_sim.explorer.controls import Control
from jiuzhu_sim.language import in_brackets, pick, text, unit_label
from jiuzhu_sim.population.form import FormField, form_fields

FAMILY = "family."
"""What the path of a field begins with."""

SLIDERS = {"wage": (0.0, 6000.0, 10.0)}
"""Fields with a slider: its ends and one step, in the field's unit. Above 6,000 yuan a month none
of the built-in laws still gives anything to a family with one earner; the box takes more."""


def family_controls() -> tuple[Control, ...]:
    """A control for each field of the form, at what the form starts with, in its order.

    >>> made = {each.path: each for each in family_controls()}
    >>> made["family.wage"].title, made["family.wage"].value, made["family.area"].kind
    ('月工资（元/月）', 1200, 'choice')
    """
    return tuple(_control(field) for field in form_fields().values())


def _control(field: FormField) -> Control:
    slide_low, slide_high, step = SLIDERS.get(field.name, (None, None, None))
    unit = unit_label(field.unit) if field.unit else ""
    return Control(
        path=f"{FAMILY}{field.name}",
        kind=field.kind,
        label=field.title,
        title=in_brackets(field.title, unit) if unit else field.title,
        unit=unit,
        value=field.default,
        low=field.low,
        high=field.high,
        slide_low=slide_low,
        slide_high=slide_high,
        step=step,
        unlimited=False,
        choices=tuple((key, pick(label)) for key, label in (field.choices or {}).items()),
        basis="",
        group=f"{FAMILY}{field.group}",
        group_label=text(f"family.group.{field.group}"),
    )
