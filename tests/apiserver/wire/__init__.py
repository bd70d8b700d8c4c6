"""Real HTTPS on loopback: certificates, credentials, requests and answers."""
