"""Single items: get, put, update and delete, alone, in batches and in transactions."""
