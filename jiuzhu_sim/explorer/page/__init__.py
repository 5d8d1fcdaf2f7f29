"""The sliders as one file: a grid computed beforehand, and the page that interpolates in it."""
