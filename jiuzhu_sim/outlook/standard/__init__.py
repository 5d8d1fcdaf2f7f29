"""The standard curve: totals of an area at every standard at once."""
