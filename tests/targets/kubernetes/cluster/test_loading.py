"""What a client does not load, so that a command starts soon."""

import subprocess
import sys

HEAVY = {"asyncio.events", "boto3", "botocore", "cryptography", "multiprocessing", "rich", "subprocess", "yaml"}  # fmt: skip
LOADED = """
import sys
from homeport.targets.kubernetes.cluster import client, kubeconfig
print(*sys.modules)
"""


def test_what_is_left_for_later():
    ran = subprocess.run(
        [sys.executable, "-I", "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(ran.stdout.split()) == set()
