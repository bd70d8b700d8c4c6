"""Functions that take what they can get: each gets its error, the stack answers all others meanwhile, and nothing is left."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
MARK = f"ABUSE_{os.getpid()}"
ANSWER_LIMIT_S = 15
"""For a request that has nothing to do with what a function does; usually it takes milliseconds."""

FORKS = """
import os, time
def handler(event, context):
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
"""
MEMORY = """
import time
def handler(event, context):
    held = []
    while True:
        held.append(bytearray(b"x" * 5_000_000))
        time.sleep(0.01)
"""
NEVER_ENDS = """
def handler(event, context):
    while True:
        pass
"""
IGNORES_SIGNALS = """
import signal, time
def handler(event, context):
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(1)
"""
EXITS = """
import os
def handler(event, context):
    os._exit(7)
"""
LARGE = """
def handler(event, context):
    return "x" * 7_000_000
"""
FAILS = {
    "forks": (FORKS, "Sandbox.Timedout"),
    "memory": (MEMORY, "Runtime.OutOfMemory"),
    "never-ends": (NEVER_ENDS, "Sandbox.Timedout"),
    "ignores-signals": (IGNORES_SIGNALS, "Sandbox.Timedout"),
    "exits": (EXITS, "Runtime.ExitError"),
    "large": (LARGE, "Function.ResponseSizeTooLarge"),
}
"""Each with the error that AWS tells."""

DISK = """
import errno
def handler(event, context):
    piece, size = bytes(2**20), 0
    try:
        with open("/tmp/full", "wb", 0) as file:
            while size < 2**31:
                size += file.write(piece)
    except OSError as error:
        return error.errno == errno.ENOSPC and size <= 512 * 2**20
"""
SOCKET = """
import os
def handler(event, context):
    os.closerange(3, 1000)
    return True
"""
PRINTS = """
def handler(event, context):
    for _ in range(1000):
        print("x" * 99_999)
    return True
"""
DAEMON = """
import os, time
def handler(event, context):
    if os.fork():
        return True
    os.setsid()
    if os.fork():
        os._exit(0)
    os.closerange(0, 100)
    time.sleep(600)
"""
ENDS_WELL = {"socket": SOCKET, "prints": PRINTS, "daemon": DAEMON}


@pytest.fixture(scope="module")
def cloud(shared_stack):
    """The stack, whose process outlives all that functions do."""
    before = shared_stack.status()["cloud"]
    yield shared_stack
    assert shared_stack.status()["cloud"]["pid"] == before["pid"]


@pytest.fixture(scope="module")
def others(cloud):
    """What other users of the same stack do meanwhile: each request must be answered."""
    names = ("s3", "sqs", "lambda")
    s3, sqs, functions = (
        cloud.client(name, retries={"total_max_attempts": 1}, read_timeout=ANSWER_LIMIT_S)
        for name in names
    )
    s3.create_bucket(Bucket="others")
    url = sqs.create_queue(QueueName="others")["QueueUrl"]
    deployed.deploy(cloud, "others", "def handler(event, context): return event\n")

    def work(number):
        s3.put_object(Bucket="others", Key=str(number), Body=b"x" * number)
        assert len(s3.get_object(Bucket="others", Key=str(number))["Body"].read()) == number
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
        answer = functions.invoke(FunctionName="others", Payload=json.dumps(number))
        assert json.loads(answer["Payload"].read()) == number

    return work


def abused(stack, others, name, code, timeout_s=20):
    """What a function answers while others work; then it is deleted, and all its processes must go."""
    deployed.deploy(stack, name, code, Timeout=timeout_s, MemorySize=256, variables={"MARK": MARK})
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(deployed.invoked, stack, name)
        number = 0
        while not answer.done() or number < 3:
            number += 1
            others(number)
    stack.client("lambda").delete_function(FunctionName=name)
    deployed.until(lambda: not deployed.processes(f"MARK={MARK}"), 10)
    return answer.result()


@pytest.mark.parametrize("name", FAILS)
def test_what_goes_wrong_is_told_as_aws_tells_it(cloud, others, name):
    code, error = FAILS[name]
    answer = abused(cloud, others, name, code, timeout_s=2)
    told = json.loads(answer["Payload"].read())
    assert (answer["FunctionError"], told["errorType"]) == ("Unhandled", error)


@pytest.mark.parametrize("name", ENDS_WELL)
def test_what_harms_only_itself_ends_well(cloud, others, name):
    answer = abused(cloud, others, name, ENDS_WELL[name])
    assert answer["Payload"].read() == b"true"


def test_a_full_disk_is_its_own(cloud, others):
    others(1)
    if not deployed.has_namespaces(cloud):
        pytest.skip("without namespaces a temporary folder has no limit, as the stack says")
    answer = abused(cloud, others, "disk", DISK)
    assert answer["Payload"].read() == b"true"


def test_a_hundred_megabytes_of_output_are_not_kept(cloud, others):
    def kept():
        return sum(path.stat().st_size for path in (cloud.data / "cloud").rglob("*.db*"))

    before = kept()
    abused(cloud, others, "prints-more", PRINTS)
    assert kept() - before < 40_000_000
