"""AWS wire protocols, driven by the service models that botocore packages."""
