"""Which cluster, and as whom: the files that say so, read by kubectl's rules."""
