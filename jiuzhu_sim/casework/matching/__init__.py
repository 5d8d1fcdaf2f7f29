"""Matching of data: what registers show beside what is reported, and persons found again."""
