"""Monitoring and early warning: what monthly warnings find, how early, and at what work."""
