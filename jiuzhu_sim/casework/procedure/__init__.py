"""What a document demands of the handling of cases, working days, and verdicts."""
