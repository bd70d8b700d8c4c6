"""What stands before the components: Traefik, certificates, clocks."""
