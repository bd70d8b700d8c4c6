"""The services of the cloud, each with what it is opened with."""
