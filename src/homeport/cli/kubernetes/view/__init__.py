"""What the commands of the cluster show, in lines for a pipe and in colour for a terminal."""
