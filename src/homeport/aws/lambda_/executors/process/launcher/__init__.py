"""The launcher: a small process that starts environments, so that forks and mounts never stop the event loop.

It runs on the standard library alone and imports little, since each environment is a fork of it. What runs after
the fork imports nothing at all, codecs included: the library is not in the new root.
"""
