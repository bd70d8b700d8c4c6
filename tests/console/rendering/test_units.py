"""Sizes, durations and ages in words."""

from __future__ import annotations

import pytest

from homeport.console.rendering import filters, units


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1024, "1.00 KiB"),
        (1536, "1.50 KiB"),
        (1023 * 1024, "1.00 MiB"),
        (5 * 2**30, "5.00 GiB"),
        (123 * 2**20, "123 MiB"),
        (None, "–"),
        (2**60, "1024 PiB"),
    ],
)
def test_size(value, text):
    assert units.size(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 s"),
        (0.0042, "4 ms"),
        (1.25, "1.2 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (90000, "1 d 1 h"),
        (86400, "1 d"),
        (None, "–"),
    ],
)
def test_duration(value, text):
    assert units.duration(value) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (86400 * 45, "1 month ago"),
        (86400 * 800, "2 years ago"),
        (-30, "in less than a minute"),
        (-7200, "in 2 hours"),
    ],
)
def test_ago(passed, text):
    assert units.ago(1_000_000_000 - passed, 1_000_000_000) == text


def test_a_time_says_itself_to_whoever_wants_it():
    shown = filters.when(1_700_000_000.0, 1_700_000_100.0)
    assert 'title="2023-11-14 22:13:20 UTC"' in shown
    assert ">1 minute ago<" in shown


@pytest.mark.parametrize(("number", "text"), [(0, "0 tags"), (1, "1 tag"), (10_000, "10,000 tags")])
def test_counted(number, text):
    assert filters.counted(number, "tag") == text


def test_an_address_with_a_query_leaves_out_what_is_not_said():
    assert filters.with_query("/r", sort="name", offset=None, search="") == "/r?sort=name"
    assert filters.with_query("/r", search="a b&c") == "/r?search=a+b%26c"


def test_a_text_in_a_path_stays_one():
    assert filters.segment("a/b?c#d%") == "a%2Fb%3Fc%23d%25"
    assert filters.path("a/b:1@sha256:x?") == "a/b:1@sha256:x%3F"


@pytest.mark.parametrize(
    ("passed", "text"),
    [(0, "23:33:20"), (5, "23:33:15"), (86_400, "2001-09-07 23:33:20")],
)
def test_a_time_of_a_log_is_exact_to_the_second(passed, text):
    now = 1_000_000_000 - 2 * 3600 - 800  # 2001-09-08 23:33:20 UTC
    assert f">{text}</time>" in filters.clock(now - passed, now)
