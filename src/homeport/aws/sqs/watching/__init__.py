"""Looking at queues from the side: what is in them, and how deep they were. Nothing here changes a queue."""
