"""Speaking with an engine, against answers that engines give."""

import asyncio
import json

import pytest

from homeport.aws.lambda_.executors.docker.engine import Engine, EngineError


class Answers:
    """An engine of one answer, which notes what it was asked."""

    def __init__(self, path):
        self.path = path
        self.answer = b""
        self.asked = b""

    async def serve(self, reader, writer):
        self.asked = await reader.readuntil(b"\r\n\r\n")
        length = int(self.asked.lower().partition(b"content-length: ")[2].split()[0])
        self.asked += await reader.readexactly(length)
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def answers(tmp_path):
    made = Answers(str(tmp_path / "s"))
    server = await asyncio.start_unix_server(made.serve, made.path)
    yield made
    server.close()


@pytest.fixture
def engine(answers):
    return Engine(f"unix://{answers.path}")


def answer(body, status="200 OK", **headers):
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


async def test_a_request(engine, answers):
    answers.answer = answer(b'{"Id":"1"}', Content_Length=10)
    made = await engine.call("POST", "/containers/create", {"name": "a b"}, {"Image": "x"})
    assert made == {"Id": "1"}
    head, _, body = answers.asked.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /containers/create?name=a+b HTTP/1.1\r\nHost: docker\r\n")
    assert json.loads(body) == {"Image": "x"}


async def test_names_of_images_keep_their_marks(engine, answers):
    answers.answer = answer(b"{}", Content_Length=2)
    await engine.call("GET", "/images/localhost:5000/a/b@sha256:12?x/json")
    assert answers.asked.startswith(b"GET /images/localhost:5000/a/b@sha256:12%3Fx/json HTTP")


@pytest.mark.parametrize(
    "given",
    [
        answer(b"[1]\n", Content_Length=4),
        answer(
            b"2\r\n[1\r\n1;x\r\n]\r\n0\r\n\r\n".replace(b";x", b""), Transfer_Encoding="chunked"
        ),
        answer(b"[1]", Connection="close"),
    ],
    ids=["length", "chunks", "end"],
)
async def test_ways_in_which_a_body_ends(engine, answers, given):
    answers.answer = given
    assert await engine.call("GET", "/x") == [1]


async def test_no_body(engine, answers):
    answers.answer = answer(b"", "204 No Content")
    assert await engine.call("POST", "/containers/1/start") is None


async def test_a_stream(engine, answers):
    answers.answer = answer(b"raw bytes", Content_Type="application/vnd.docker.raw-stream")
    async with engine.stream("POST", "/containers/1/attach") as pieces:
        assert b"".join([piece async for piece in pieces]) == b"raw bytes"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message":"No such container: x"}', "No such container: x"),
        (b"not json", "not json"),
        (b"[]", "[]"),
    ],
)
async def test_a_refusal_is_told_in_the_engines_words(engine, answers, body, words):
    answers.answer = answer(body, "404 Not Found", Content_Length=len(body))
    with pytest.raises(EngineError, match="refused GET /x: ") as caught:
        await engine.call("GET", "/x")
    assert (caught.value.status, caught.value.what.endswith(words)) == (404, True)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"nonsense\r\n\r\n",
        answer(b"5\r\nabc", Transfer_Encoding="chunked"),
        answer(b"{", Content_Length=1),
    ],
    ids=["nothing", "no http", "cut chunk", "cut json"],
)
async def test_an_engine_that_breaks_off(engine, answers, given):
    answers.answer = given
    with pytest.raises(EngineError):
        await engine.call("GET", "/x")


async def test_an_answer_without_end_is_not_held(engine, answers):
    answers.answer = answer(b"x" * (9 << 20), Connection="close")
    with pytest.raises(EngineError, match="too long"):
        await engine.call("GET", "/x")


async def test_no_engine(tmp_path):
    with pytest.raises(EngineError, match="There is no container engine at") as caught:
        await Engine(f"unix://{tmp_path}/none").call("GET", "/x")
    assert caught.value.status == 0
    assert "HOMEPORT_FUNCTIONS_DOCKER" in caught.value.hint
