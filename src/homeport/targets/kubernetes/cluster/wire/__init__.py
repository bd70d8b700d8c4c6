"""Requests, connections and replies: how an API server is asked, and asked again."""
