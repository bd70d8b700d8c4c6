"""The language: its grammar, reserved words and limits, and what its functions and operators take."""
