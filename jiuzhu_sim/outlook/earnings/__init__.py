"""What is left of a yuan earned: schedules, cliffs, slopes, and what flattening them costs."""
