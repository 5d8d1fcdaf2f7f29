"""What a year will need: sources of uncertainty, full runs, an emulator, and what drives it."""
