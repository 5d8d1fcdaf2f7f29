"""The pages in a real browser. A package, so that what one browser serves ends with this folder."""
