"""Keys survive addresses and forms, whatever they hold."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.cloud.s3 import keys
from homeport.console.visit import Fields

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(KEYS, KEYS)
def test_an_address_says_the_key(bucket, key):
    address = keys.object_(bucket, key, "look", version="v1")
    assert address.isascii()
    path, _, query = address.partition("?")
    assert [urllib.parse.unquote(part) for part in path.split("/")] == [
        "",
        "s3",
        bucket,
        "object",
        "look",
    ]
    said = Fields(query)
    assert (said.text("key"), said.text("version")) == (key, "v1")


@given(KEYS)
def test_a_form_says_the_key(key):
    sent = urllib.parse.urlencode({"key": keys.encoded(key)}).replace("%0A", "%0D%0A")
    assert keys.decoded(Fields(sent).text("key")) == key


@given(KEYS)
def test_a_form_that_gets_a_page_says_the_key(key):
    assert keys.named(Fields(urllib.parse.urlencode({"key": key})), "key") == key
    coded = urllib.parse.urlencode({"coded_key": keys.encoded(key)})
    assert keys.named(Fields(coded), "key") == key


@given(KEYS)
def test_what_is_shown_has_nothing_unseen(key):
    shown = keys.shown(key)
    assert all(each >= " " and each not in "\x7f\u202e\u2066" for each in shown)


@given(KEYS)
def test_a_disposition_is_one_line_of_latin(key):
    field = keys.disposition(key, "attachment")
    assert field.isascii()
    assert field.isprintable()
    name = urllib.parse.unquote(field.rpartition("''")[2])
    assert name == keys.name(key)
    assert not set(name) & set('/\\"')
    assert name.strip(". ")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a/b.txt", "b.txt"),
        ("a/b/", "b"),
        ("..", "object"),
        ("a/../../etc/passwd", "passwd"),
        ('x"y\n.txt', "xy.txt"),
        ("é☃.txt", "é☃.txt"),
    ],
)
def test_what_a_file_is_called(key, name):
    assert keys.name(key) == name


@pytest.mark.parametrize(
    ("key", "is_so"),
    [
        ("a\tb\n", True),
        ("a\rb", False),
        ("\x00", False),
        ("\x1f", False),
        ("\uffff", False),
        ("😀", True),
    ],
)
def test_what_xml_has_a_word_for(key, is_so):
    assert keys.is_xml(key) is is_so


def test_folders_on_the_way():
    assert keys.folders("a//b/c") == [("a/", "a"), ("a//", ""), ("a//b/", "b")]
