"""The HTTP side: sockets, TLS, routing, access log."""
