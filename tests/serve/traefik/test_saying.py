"""What Traefik says, in the log of its component."""

import json
import logging

import pytest

from homeport.serve.traefik import saying


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.DEBUG, "traefik")
    return lambda: [(row.levelname, row.getMessage()) for row in caplog.records]


def line(level="info", message="hello", **more):
    return json.dumps({"level": level, "time": "now", "message": message, **more}).encode() + b"\n"


@pytest.mark.parametrize(
    ("level", "name"),
    [("debug", "DEBUG"), ("info", "INFO"), ("warn", "WARNING"), ("error", "ERROR"), ("fatal", "CRITICAL")],
)  # fmt: skip
def test_each_line_at_its_level(said, level, name):
    saying.Sayings().take(line(level))
    assert said() == [(name, "hello")]


def test_what_else_it_says_comes_after_the_message(said):
    saying.Sayings().take(line("error", routerName="cloud@file", error="no users"))
    assert said() == [("ERROR", "hello routerName=cloud@file error=no users")]


def test_cuts_anywhere_change_nothing(said):
    sayings = saying.Sayings()
    for byte in line() + line(message="two\nlines"):
        sayings.take(bytes([byte]))
    assert said() == [("INFO", "hello"), ("INFO", "two lines")]


def test_last_words_without_an_end(said):
    sayings = saying.Sayings()
    sayings.take(b"panic: out of memory")
    assert said() == []
    sayings.end()
    assert said() == [("WARNING", "panic: out of memory")]


def test_a_line_without_an_end_is_not_kept_for_ever(said):
    sayings = saying.Sayings()
    for _ in range(100):
        sayings.take(b"x" * 4096)
    assert sum(len(text) for _, text in said()) >= 5 * saying.LINE_BYTES
    assert len(sayings._rest) <= saying.LINE_BYTES


def test_what_it_says_at_each_start_is_left_out(said):
    saying.Sayings().take(line(message="\nVersion check is disabled.\nYou will not be notified"))
    assert said() == []


def test_its_last_complaint_is_kept():
    sayings = saying.Sayings()
    assert sayings.complaint == ""
    sayings.take(line("error", "Command error", error="bind: address already in use") + line())
    assert sayings.complaint == "Command error error=bind: address already in use"


@pytest.mark.parametrize("text", [b"[1]\n", b"1\n", b"\xff\n", b"{\n"])
def test_what_is_no_object_is_said_as_it_is(said, text):
    saying.Sayings().take(text)
    assert len(said()) == 1
