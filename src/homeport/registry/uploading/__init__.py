"""An upload under way: its states, its bytes."""
