"""The stream of what a container writes."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.lambda_.executors.docker.frames import Frames


def framed(content, stream=1):
    return bytes([stream, 0, 0, 0]) + len(content).to_bytes(4, "big") + content


def test_one_frame():
    assert list(Frames().feed(framed(b"text"))) == [b"text"]


def test_an_empty_frame_is_nothing():
    assert list(Frames().feed(framed(b"") + framed(b"x", 2))) == [b"x"]


def test_a_part_is_given_at_once():
    frames = Frames()
    assert list(frames.feed(framed(b"text")[:10])) == [b"te"]
    assert list(frames.feed(b"xt")) == [b"xt"]


@given(st.lists(st.binary(max_size=20), max_size=8), st.integers(1, 9))
def test_however_it_is_cut_the_same_comes_out(contents, size):
    stream = b"".join(framed(content, 1 + n % 2) for n, content in enumerate(contents))
    frames = Frames()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert b"".join(part for piece in pieces for part in frames.feed(piece)) == b"".join(contents)
