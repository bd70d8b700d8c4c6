"""What the provider writes down: lines of JSON on standard error, which terraform and tofu show as TF_LOG says.

https://developer.hashicorp.com/terraform/internals/debugging, https://pkg.go.dev/github.com/hashicorp/go-plugin (logging)
"""

from __future__ import annotations

import json
import sys


def info(text: str) -> None:
    """What is done; shown with TF_LOG=INFO, or TF_LOG_PROVIDER=INFO."""
    _write("info", text)


def warn(text: str) -> None:
    """What is not as it should be, and stops nothing."""
    _write("warn", text)


def _write(level: str, text: str) -> None:
    line = {"@level": level, "@message": text, "@module": "homeport"}
    sys.stderr.write(f"{json.dumps(line)}\n")
    sys.stderr.flush()
