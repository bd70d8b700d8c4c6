"""The local target: processes on this machine under one supervisor."""
