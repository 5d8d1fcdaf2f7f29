"""Many parts, many counties: the same plan and measures over files that no memory holds."""
