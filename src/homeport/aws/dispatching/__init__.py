"""What the dispatcher is made of: the choice of the service, one endpoint for each, and the answers of its own."""
