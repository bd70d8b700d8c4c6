"""The ingress of this machine: what Traefik is told, from plain values."""
