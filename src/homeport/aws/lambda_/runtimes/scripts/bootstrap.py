"""The first file of Python functions: it makes the interpreter what it is on AWS, Python 3.8 to 3.14, and begins their life.

Texts, names and forms are those that functions see on AWS: https://github.com/aws/aws-lambda-python-runtime-interface-client
"""

from __future__ import annotations

import _sitebuiltins
import builtins
import io
import os
import sys

here = os.path.dirname(__file__)  # noqa: PTH120 - pathlib takes longer to load than all of this
if sys.path[0] != here:
    sys.path.insert(0, here)  # a variable of the function says otherwise
from homeport_runtime import life  # type: ignore[import-not-found] # noqa: E402 - it is found inside of an environment


def _set_up_interpreter(layers: str) -> None:
    """What `site` would do, without the packages of this machine: functions see their own, their layers' and AWS's SDK."""
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.help = _sitebuiltins._Helper()  # noqa: SLF001 - as site does
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    first = [os.environ["LAMBDA_TASK_ROOT"], f"{layers}/python/lib/{version}/site-packages"]
    sys.path[:1] = [*first, f"{layers}/python"]
    sys.path.append(f"{here}/packages")
    sys.argv[1:] = []
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    _set_up_interpreter(sys.argv[1])
    life.main()
