"""A clean-up held against the truth: several ways of checking, before and after, samples, lags."""
