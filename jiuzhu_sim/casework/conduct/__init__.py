"""What must be done, by whom and in what order, held against a log."""
