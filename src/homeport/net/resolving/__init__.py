"""How this machine finds the address of a name: what its files say, what will happen for a name, and what changes that.

All readers take texts, so that what another machine has can be read here.
"""
