"""Warning rules and the signals they look at."""
