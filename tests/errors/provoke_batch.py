"""How each code of running in parts comes about; part of `provoke`."""

BATCH = {}
