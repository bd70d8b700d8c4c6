"""A real FTL, where a program of it is given, to hold the stand-in against."""
