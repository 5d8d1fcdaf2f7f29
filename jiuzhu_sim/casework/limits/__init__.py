"""Time limits held against a log."""
