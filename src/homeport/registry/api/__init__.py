"""The end points, a file per noun of the distribution spec."""
