"""Spot-checks: whom to verify, and the list that comes back."""
