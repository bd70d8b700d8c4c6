"""How what runs is reached, and by whom: Services, routes, certificates, policies."""
