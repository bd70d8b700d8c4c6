"""AllowedPattern: whether a value fits a pattern of a client.

Whether AWS wants the whole value to fit is not recorded; it is so in CloudFormation, and with anchored patterns, as in AWS's
examples, it makes no difference. A pattern can be written so that it takes for ever, and Python's `re` cannot be stopped: it is tried in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import sys

from homeport.aws.ssm import errors, limits

_PROGRAM = """
import json, re, sys
pattern, value = json.load(sys.stdin)
try:
    print("fits" if re.fullmatch(pattern, value) else "fits not")
except (re.error, RecursionError, OverflowError):
    print("no pattern")
"""


async def check(pattern: str | None, value: str, at_once: asyncio.Semaphore) -> None:
    """Raises ParameterPatternMismatchException, or InvalidAllowedPatternException where it is no pattern or takes too long."""
    if not pattern:
        return
    async with at_once:
        answer = await _tried(pattern, value)
    if answer == "fits not":
        # The text is not recorded.
        raise errors.PATTERN_MISMATCH(
            f"Parameter value, cannot be validated against allowedPattern: {pattern}"
        )
    if answer != "fits":
        raise errors.INVALID_PATTERN()


async def _tried(pattern: str, value: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", "-c", _PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        text = json.dumps([pattern, value]).encode()
        said, _ = await asyncio.wait_for(process.communicate(text), limits.PATTERN_S)
    except TimeoutError:
        return "takes too long"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said.decode().strip()
