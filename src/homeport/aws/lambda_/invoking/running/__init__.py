"""Runs: from an invocation that may begin to the answer of the runtime."""
