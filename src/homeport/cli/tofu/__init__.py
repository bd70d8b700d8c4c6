"""OpenTofu and Terraform."""
