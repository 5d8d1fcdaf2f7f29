"""Makes the documentation site: gathers pages, makes those that come from the code, runs Sphinx."""
