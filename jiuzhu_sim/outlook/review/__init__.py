"""Review regimes side by side: workload against what leaks between two reviews."""
