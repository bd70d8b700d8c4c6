"""Invocations with functions, an executor, logs and targets of the tests' own: each runtime is a coroutine that speaks to the real
Runtime API over its socket."""

import asyncio
import itertools
import json

import pytest

from homeport.aws.lambda_.executors import base
from homeport.aws.lambda_.invoking import schema
from homeport.aws.lambda_.invoking.functions import Code, EventConfig, Resolved
from homeport.aws.lambda_.invoking.invocation import Invocation
from homeport.aws.lambda_.invoking.invocations import Invocations
from homeport.aws.lambda_.invoking.settings import InvokeSettings
from homeport.aws.lambda_.model import Function, Logging, Version
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock
from homeport.storage.db import Database

ACCOUNT, REGION = "000000000000", "us-east-1"
API = "/2018-06-01/runtime"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def request_id(self):
        return self.headers["lambda-runtime-aws-request-id"]

    @property
    def json(self):
        return json.loads(self.body)


class RuntimeClient:
    """What a runtime says, over a connection that it keeps."""

    def __init__(self, plan):
        self.plan = plan
        self.reader = self.writer = None

    async def connect(self):
        if self.writer is None:
            host, port = self.plan.api.split(":")
            self.reader, self.writer = await asyncio.open_connection(host, int(port))

    def close(self):
        if self.writer is not None:
            self.writer.close()
            self.reader = self.writer = None

    async def send(self, data):
        await self.connect()
        self.writer.write(data)
        await self.writer.drain()

    async def call(self, method, path, body=b"", headers=()):
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        length = "" if method == "GET" else f"content-length: {len(body)}\r\n"
        await self.send(
            f"{method} {path} HTTP/1.1\r\nhost: a\r\n{length}{head}\r\n".encode() + body
        )
        return await self.answer()

    async def answer(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        headers = dict(line.split(": ", 1) for line in lines)
        headers = {name.lower(): value for name, value in headers.items()}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(first.split()[1]), headers, body)

    async def next(self):
        return await self.call("GET", f"{API}/invocation/next")

    async def respond(self, request_id, body):
        return await self.call("POST", f"{API}/invocation/{request_id}/response", body)

    async def error(self, request_id, body):
        return await self.call("POST", f"{API}/invocation/{request_id}/error", body)

    async def init_error(self, body, kind=""):
        headers = [("Lambda-Runtime-Function-Error-Type", kind)] if kind else []
        return await self.call("POST", f"{API}/init/error", body, headers)

    async def start_stream(self, request_id, content_type="text/plain", trailers=""):
        await self.send(
            f"POST {API}/invocation/{request_id}/response HTTP/1.1\r\nhost: a\r\n"
            "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
            f"content-type: {content_type}\r\ntransfer-encoding: chunked\r\n{trailers}\r\n".encode()
        )

    async def chunk(self, data):
        await self.send(b"%x\r\n%b\r\n" % (len(data), data))

    async def end_stream(self, trailers=""):
        await self.send(f"0\r\n{trailers}\r\n".encode())
        return await self.answer()


class FakeEnvironment:
    def __init__(self, plan, runtime, order):
        self.plan = plan
        self.order = order
        self.ended = asyncio.get_running_loop().create_future()
        self.deadlines = []
        self.finished = 0
        self.strangers = set()
        self.client = RuntimeClient(plan)
        self.task = asyncio.ensure_future(self.run(runtime))

    async def run(self, runtime):
        try:
            await runtime(self.client, self)
        except (OSError, asyncio.IncompleteReadError):
            # The environment was ended, or it was cut off.
            self.exit(status=1)
        except Exception:
            # A test's own mistake: its invocation fails, instead of waiting for ever.
            self.exit(status=70)
            raise
        finally:
            self.client.close()

    def print(self, text):
        self.plan.output(text if isinstance(text, bytes) else text.encode())

    def exit(self, status=None, signal=None, is_out_of_memory=False):
        if not self.ended.done():
            self.ended.set_result(base.Exit(status, signal, is_out_of_memory))

    def peak_memory_mb(self):
        return 36

    def owns(self, peer, ours):
        return peer not in self.strangers

    def begin(self, deadline):
        self.deadlines.append(deadline)

    def finish(self):
        self.finished += 1

    async def stop(self):
        self.order.append(self.plan.id)
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.exit(signal=9)


class FakeExecutor:
    def __init__(self):
        self.runtimes = {}
        self.environments = []
        self.stopped = []
        self.refusal = None
        self.start_refusal = None
        self.preparing = None
        self.closed = False

    def check(self, version):
        if self.refusal is not None:
            raise self.refusal

    async def prepare(self, version):
        if self.preparing is not None:
            await self.preparing.wait()

    async def start(self, plan):
        await asyncio.sleep(0)
        if self.start_refusal is not None:
            raise self.start_refusal
        runtime = self.runtimes[plan.version.function.name]
        environment = FakeEnvironment(plan, runtime, self.stopped)
        self.environments.append(environment)
        return environment

    @property
    def alive(self):
        return [each for each in self.environments if not each.ended.done()]

    async def close(self):
        self.closed = True


class FakeFunctions:
    def __init__(self):
        self.versions = {}
        self.configs = {}
        self.reservations = {}
        self.codes = 0

    def resolve(self, account, region, name, qualifier):
        version = self.versions.get(name)
        if version is None:
            arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
        suffix = f":{qualifier}" if qualifier else ""
        return Resolved(version, version.function.arn + suffix, qualifier or "$LATEST")

    def reserved(self, function):
        return self.reservations.get(function.name)

    def event_config(self, resolved):
        return self.configs.get(resolved.version.function.name, EventConfig())

    async def code(self, version):
        self.codes += 1
        return Code(None)

    def release(self, code):
        self.codes -= 1


class FakeLogs:
    def __init__(self):
        self.events = []

    def write(self, account, region, group, stream, events):
        assert events
        self.events += [(group, stream, text) for _, text in events]

    @property
    def texts(self):
        return [text for _, _, text in self.events]


class FakeTargets:
    def __init__(self):
        self.sent = []
        self.failures = 0

    async def send(self, arn, body, *, attributes=None, **more):
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise AwsError("QueueDoesNotExist", "The specified queue does not exist.")
        self.sent.append((arn, json.loads(body), attributes, more))


def handler(function):
    """A runtime that answers each event with what a plain function makes of it."""

    async def runtime(api, environment):
        while True:
            event = await api.next()
            try:
                answer = function(json.loads(event.body))
            except Exception as wrong:  # noqa: BLE001
                error = {"errorMessage": str(wrong), "errorType": type(wrong).__name__}
                await api.error(event.request_id, json.dumps(error).encode())
            else:
                await api.respond(event.request_id, json.dumps(answer).encode())

    return runtime


class World:
    """Everything around the invocations of one test."""

    def __init__(self, path, clock, **settings):
        self.path, self.clock = path, clock
        self.settings = InvokeSettings(**settings)
        self.functions, self.executor = FakeFunctions(), FakeExecutor()
        self.logs, self.targets = FakeLogs(), FakeTargets()
        self.numbers = itertools.count(1)
        self.invocations = None

    def ids(self):
        return f"00000000-0000-4000-8000-{next(self.numbers):012d}"

    async def open(self):
        self.db = Database(self.path, (schema.SCHEMA,))
        self.invocations = Invocations(
            self.functions, self.executor, self.db, self.clock, self.ids, self.logs, self.targets, self.settings
        )  # fmt: skip
        self.invocations.start()
        return self

    async def close(self):
        await self.invocations.close()
        await self.db.close()

    async def restart(self):
        await self.close()
        await self.open()

    def add(self, name="f", runtime=None, **more):
        """A function; its runtime echoes events where none is given."""
        values = {
            "function": Function(ACCOUNT, REGION, name), "version": "$LATEST", "revision": "1", "package_type": "Zip",
            "runtime": "python3.12", "handler": "app.handler", "role": "arn:aws:iam::000000000000:role/r", "code_sha256": "",
            "code_size": 1, "timeout_s": 3, "memory_mb": 128, "ephemeral_mb": 512, "architecture": "x86_64",
            "logging": Logging(f"/aws/lambda/{name}"), "modified": "",
        }  # fmt: skip
        self.functions.versions[name] = Version(**(values | more))
        self.executor.runtimes[name] = runtime or handler(lambda event: event)
        return self.functions.versions[name]

    def invocation(self, payload=None, name="f", **more):
        body = b"" if payload is None else json.dumps(payload).encode()
        return Invocation(ACCOUNT, REGION, name, body, **more)

    async def invoke(self, payload=None, name="f", **more):
        return await self.invocations.invoke(self.invocation(payload, name, **more))

    async def accept(self, payload=None, name="f", **more):
        return await self.invocations.accept(self.invocation(payload, name, **more))

    async def refused(self, awaitable):
        with pytest.raises(AwsError) as caught:
            await awaitable
        return caught.value

    @staticmethod
    async def until(condition):
        """Waits for real sockets, whose work no virtual clock moves on."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.002)

    async def advance(self, duration_s):
        await self.clock.advance(duration_s)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def make_world(tmp_path, clock):
    return lambda **settings: World(tmp_path / "lambda.db", clock, **settings)


@pytest.fixture
async def world(make_world):
    opened = await make_world().open()
    yield opened
    await opened.close()


@pytest.fixture
def make_handler():
    return handler
