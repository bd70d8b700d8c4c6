"""A real control plane, built from source, to hold the stand-in against."""
