"""A stack of this machine that is declared: what its definition would change here, and how all of it is removed again."""
