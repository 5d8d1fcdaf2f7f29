"""Mutation testing: small faults are put into the package, one by one; the suite must see them.

`python -m tests.mutation PATH… --tests PATH…`; what survived and why it may stands in
`explained.yaml`. Not part of the daily suite but for `test_mutation.py`, the tool's own tests.
"""
