"""The sliders as an application: a page in the browser, its server, and the computing process."""
