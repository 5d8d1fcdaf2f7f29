"""Need beside money: probability of a gap, and the highest standard that keeps the risk."""
