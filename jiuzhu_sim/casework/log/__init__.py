"""Event logs: cases and what was done in them, read, checked, written."""
