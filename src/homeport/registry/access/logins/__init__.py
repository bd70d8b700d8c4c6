"""How passwords are checked: slowly for who guesses, in turn for all."""
