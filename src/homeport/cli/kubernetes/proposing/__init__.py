"""What is proposed to a person before the cluster is changed, and what they agree to."""
