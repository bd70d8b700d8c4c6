"""What is asked of parameters, and AWS's words for what is not kept."""
