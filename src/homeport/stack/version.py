"""The version, as pyproject.toml has it: reading it from the installed package costs a start 40 ms."""

VERSION = "0.1.0"
