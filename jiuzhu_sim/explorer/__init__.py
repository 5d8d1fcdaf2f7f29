"""Sliders: one model of people, law and scenario, and the views on it.

`model` holds what is true, `controls` makes any parameter a slider, `views` turn a state into
HTML; `widgets` (notebooks), `server` (the application) and `page` (one file) show them.
"""
