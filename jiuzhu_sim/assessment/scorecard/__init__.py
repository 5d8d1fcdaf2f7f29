"""Scorecards as data: items worth points, grades, vetoes; and how a unit is scored by one."""
