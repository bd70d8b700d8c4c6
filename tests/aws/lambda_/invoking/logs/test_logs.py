"""What stands in the log: the function's lines between those of Lambda."""

import hashlib
import json
import re

import pytest

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.logs import lines
from homeport.aws.lambda_.model import Logging

ID = "11111111-2222-4333-8444-555555555555"


def printing(*texts):
    async def runtime(api, environment):
        while True:
            event = await api.next()
            for text in texts:
                environment.print(text)
            await api.respond(event.request_id, b"null")

    return runtime


async def log_of(world, runtime, **more):
    world.add(runtime=runtime, **more)
    result = await world.invoke(request_id=ID, wants_log=True)
    return result.log.decode()


async def test_a_cold_run_and_a_warm_one(world):
    log = await log_of(world, printing("hello\n"))
    assert log == (
        f"START RequestId: {ID} Version: $LATEST\nhello\nEND RequestId: {ID}\n"
        f"REPORT RequestId: {ID}\tDuration: 0.01 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 36 MB\tInit Duration: 0.00 ms\t\n"
    )
    warm = (await world.invoke(wants_log=True)).log.decode()
    assert "Init Duration" not in warm
    assert warm.endswith("\tMax Memory Used: 36 MB\t\n")


async def test_it_goes_to_the_stream_of_the_environment(world, clock):
    await log_of(world, printing("hello\n"))
    await world.advance(limits.LOG_HELD_S)
    group, stream, _ = world.logs.events[0]
    assert group == "/aws/lambda/f"
    assert re.fullmatch(r"2023/11/14/\[\$LATEST\][0-9a-f]{32}", stream)
    words = [text.split(" ")[0] for text in world.logs.texts]
    assert words == ["INIT_START", "START", "hello\n", "END", "REPORT"]
    digest = hashlib.sha256(b"python3.12").hexdigest()
    assert world.logs.texts[0] == (
        "INIT_START Runtime Version: python:3.12.v1\t"
        f"Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:{digest}\n"
    )
    assert world.executor.environments[0].plan.environment["AWS_LAMBDA_LOG_STREAM_NAME"] == stream


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("nodejs22.x", "nodejs:22.v1"),
        ("provided.al2023", "provided:al2023.v1"),
        ("java8.al2", "java:8.al2.v1"),
        ("dotnet8", "dotnet:8.v1"),
    ],
)
def test_names_of_runtimes(name, version):
    assert lines.Runtime.of(name, "us-east-1").version == version


async def test_a_group_of_its_own_names_the_function_in_the_stream(world):
    await log_of(world, printing(), logging=Logging("/mine"))
    await world.advance(limits.LOG_HELD_S)
    group, stream, _ = world.logs.events[0]
    assert group == "/mine"
    assert stream.startswith("2023/11/14/f[$LATEST]")


async def test_lines_come_together_from_pieces(world):
    log = await log_of(world, printing("a", "b\nc", "\n", "\xff\n".encode("latin-1"), "end"))
    assert "$LATEST\nab\nc\n\ufffd\nendEND" in log


async def test_a_tail_has_four_kibibytes(world):
    log = await log_of(world, printing(*(f"{number}\n" for number in range(5000))))
    assert len(log) == 4096
    assert "\n4999\nEND RequestId" in log


async def test_a_long_line_is_cut(world):
    await log_of(world, printing("a" * (limits.LOG_LINE_BYTES + 5) + "\n"))
    await world.advance(limits.LOG_HELD_S)
    assert [len(text) for text in world.logs.texts if "a" in text[:1]] == [limits.LOG_LINE_BYTES, 6]


async def test_too_much_is_dropped_and_told(world):
    piece = ("x" * 1023 + "\n") * 64
    await log_of(world, printing(*[piece] * 1600))
    await world.advance(limits.LOG_HELD_S)
    texts = world.logs.texts
    lines = sum(text.startswith("x") for text in texts)
    assert lines == limits.LOG_BURST_BYTES // 1024
    dropped = 1600 * len(piece) - limits.LOG_BURST_BYTES
    assert (
        f"[Homeport] {dropped} bytes of output were dropped here: more than the log takes.\n"
        in texts
    )
    # After a while there is room again.
    await world.advance(1)
    await world.invoke()
    await world.advance(limits.LOG_HELD_S)
    room = (1 + limits.LOG_HELD_S) * limits.LOG_BYTES_A_SECOND // len(piece) * 64
    assert sum(text.startswith("x") for text in world.logs.texts) == lines + room


async def test_as_json(world):
    log = await log_of(world, printing("hello\n"), logging=Logging("/aws/lambda/f", "JSON"))
    start, hello, report = log.splitlines()
    assert json.loads(start) == {
        "time": "2023-11-14T22:13:20.000Z",
        "type": "platform.start",
        "record": {"requestId": ID, "version": "$LATEST"},
    }
    assert hello == "hello"
    record = json.loads(report)["record"]
    assert record == {
        "requestId": ID,
        "status": "success",
        "metrics": {
            "durationMs": 0.01, "billedDurationMs": 1, "memorySizeMB": 128, "maxMemoryUsedMB": 36, "initDurationMs": 0.0,
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("level", "kinds"),
    [("DEBUG", ["start", "runtimeDone", "report"]), ("INFO", ["start", "report"]), ("WARN", [])],
)
async def test_levels_of_json(world, level, kinds):
    logging = Logging("/aws/lambda/f", "JSON", "INFO", level)
    log = await log_of(world, printing(), logging=logging)
    assert [json.loads(line)["type"] for line in log.splitlines()] == [
        f"platform.{kind}" for kind in kinds
    ]


async def test_a_failure_as_json(world):
    async def runtime(api, environment):
        await api.next()
        environment.exit(status=1)

    log = await log_of(world, runtime, logging=Logging("/aws/lambda/f", "JSON", "INFO", "WARN"))
    done, report = map(json.loads, log.splitlines())
    assert done["record"] == {"requestId": ID, "status": "error", "errorType": "Runtime.ExitError"}
    assert report["record"]["status"] == "error"


async def test_a_function_that_writes_without_end_is_slowed_down(world):
    full = []

    async def runtime(api, environment):
        event = await api.next()
        for _ in range(limits.OUTPUT_BURST_BYTES // limits.MIB + 1):
            full.append(environment.plan.is_full())
            environment.print(b"x" * limits.MIB)
        full.append(environment.plan.is_full())
        await api.respond(event.request_id, b"1")
        await api.next()

    world.add(runtime=runtime)
    await world.invoke()
    assert full.index(True) == limits.OUTPUT_BURST_BYTES // limits.MIB
    await world.advance(1)
    assert not world.executor.environments[0].plan.is_full()
