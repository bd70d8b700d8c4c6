"""What went on, and what a delete would do: events, usage over time, runs."""
