"""What is still to be delivered: kept in rows, carried by lanes."""
