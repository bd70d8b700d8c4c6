"""The records of a Pi-hole, version 6 and later, by its API. https://docs.pi-hole.net/api/"""
