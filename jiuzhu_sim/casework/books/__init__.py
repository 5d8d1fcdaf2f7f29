"""Books of money: three-way consistency, over-payment and recovery."""
