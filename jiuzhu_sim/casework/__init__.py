"""How cases are handled: event logs, time limits, conduct, matching, clean-up and warnings."""
