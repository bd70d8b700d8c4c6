"""What all answers have in common: static files, headers, compression."""
