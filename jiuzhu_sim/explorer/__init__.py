"""Sliders: one model of people, law and scenario, and everything shown of it.

`model` and `family` hold what is true, `controls` makes any parameter a slider. `views` turn a
state into HTML; `notebook` (ipywidgets) and `application` (a page and its server) show them live,
`page` computes a grid beforehand and writes one file.
"""
