"""Money to come and money to pay, day by day: funds, calendar, the day it runs out, reserves."""
