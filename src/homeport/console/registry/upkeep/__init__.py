"""Collections, retention and scrubs, as a person reads them."""
