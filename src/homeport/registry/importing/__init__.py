"""The storage folder of a registry:2, taken over."""
