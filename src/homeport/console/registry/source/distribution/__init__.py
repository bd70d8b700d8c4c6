"""Any registry that has the API of the distribution spec, and nothing else."""
