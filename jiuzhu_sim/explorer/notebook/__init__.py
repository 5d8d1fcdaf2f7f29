"""The sliders in a notebook: controls as ipywidgets, views as HTML that is replaced whole."""
