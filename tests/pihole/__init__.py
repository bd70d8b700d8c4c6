"""A stand-in for a Pi-hole 6: its API over real HTTP, and a real dnsmasq behind it."""
