"""How long to go on, and with which random numbers.

`HOMEPORT_FUZZ_S=600` goes on for ten minutes, `HOMEPORT_FUZZ_SEED=17` begins with that seed: a failure names the one to repeat.
"""

import os
import random
import time

DEFAULT_S = 3.0

_CHOSEN = os.environ.get("HOMEPORT_FUZZ_S")
LIMIT_S = float(_CHOSEN or DEFAULT_S)
PATIENCE_S = LIMIT_S + 120
"""After which a test hangs."""


def seeds():
    """Seeds until the time is over, two at least. In the suite always the same."""
    first = os.environ.get("HOMEPORT_FUZZ_SEED") or (random.randrange(2**40) if _CHOSEN else 0)
    number = first = int(first)
    # Tests about time move a clock; how long a search goes on is no such thing.
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end or number < first + 2:
        yield number
        number += 1
