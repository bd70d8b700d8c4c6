"""Room: what nobody needs is collected, what is too old goes, what has rotted is found."""
