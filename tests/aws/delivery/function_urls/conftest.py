import inspect
import itertools
import json
from dataclasses import replace

import pytest

from homeport.aws.delivery.function_urls.function_urls import FunctionUrls
from homeport.aws.delivery.function_urls.url import Url
from homeport.aws.dispatching.authentication import Authentication
from homeport.aws.lambda_.invoking.invocation import Answer
from homeport.clock import VirtualClock
from homeport.edge import http

ID = "abcdefghijklmnopqrstuvwxyz012345"
HOST = f"{ID}.lambda-url.us-east-1.localhost:4566"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
URL = Url(ID, "000000000000", "us-east-1", FUNCTION)


class Stream:
    """A response that is given piece by piece."""

    def __init__(self, pieces, content_type="", error_code=""):
        self.pieces, self.content_type = pieces, content_type
        self.error_code = ""
        self.last_error = error_code
        self.closed = 0

    async def __aiter__(self):
        for piece in self.pieces:
            yield piece
        self.error_code = self.last_error

    async def aclose(self):
        self.closed += 1


class Function:
    """Implements `Functions`: keeps the events, and answers what it is told to."""

    def __init__(self):
        self.events = []
        self.asked = []
        self.said = {}

    async def invoke(self, function_arn, payload, *, request_id, trace):
        self.events.append(json.loads(payload))
        self.asked.append((function_arn, request_id, trace))
        if isinstance(self.said, Exception):
            raise self.said
        if isinstance(self.said, Answer | Stream):
            return self.said
        return Answer(json.dumps(self.said).encode())

    stream = invoke


class Urls:
    """Implements `Urls` with one URL."""

    def __init__(self):
        self.url = URL

    def find(self, url_id):
        return self.url if url_id == self.url.id else None


class Client:
    """Asks as the dispatcher does."""

    def __init__(self, function):
        self.function = function
        self.urls = Urls()
        self.clock = VirtualClock()
        self.verifier = None

    def set(self, **changes):
        self.urls.url = replace(self.urls.url, **changes)

    def made(self):
        numbers = itertools.count(1)
        return FunctionUrls(
            self.urls,
            self.function,
            Authentication(self.clock, self.verifier),
            self.clock,
            lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        )

    async def __call__(self, method="GET", target="/", body=b"", host=HOST, **headers):
        path, _, query = target.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = http.Request(
            method,
            path,
            query,
            {"host": host, **named},
            http.BytesBody(body),
            peer="192.0.2.1:5000",
        )
        urls = self.made()
        answer = urls.answer(request)
        return await answer if inspect.isawaitable(answer) else answer

    async def event(self, *args, **more):
        await self(*args, **more)
        return self.function.events[-1]


@pytest.fixture
def function():
    return Function()


@pytest.fixture
def client(function):
    return Client(function)


def header(response, name):
    return [value for each, value in response.headers if each.lower() == name.lower()]
