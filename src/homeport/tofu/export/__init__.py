"""A stack as files for OpenTofu and Terraform, on the providers of others: plain objects in, texts out."""
