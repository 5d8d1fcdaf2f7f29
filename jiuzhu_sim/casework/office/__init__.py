"""A synthetic log: townships and their offices at work on a population."""
