"""How fast jiuzhu_sim is beside pandas and whole-array NumPy: `python -m benchmarks`."""
