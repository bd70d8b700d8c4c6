"""Work on tables that goes on beside the requests, and after a restart."""
