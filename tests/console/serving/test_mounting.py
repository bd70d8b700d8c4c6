"""Addresses of the local AWS's pages: below the account and region that they are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console import pages
from homeport.console.asking import scope as scopes
from homeport.console.asking.scope import Scope
from homeport.console.serving import mounting

FAR = Scope("123456789012", "eu-west-1")
AT = "/in/123456789012/eu-west-1"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"{AT}/sqs", (FAR, "/sqs")),
        (f"{AT}/sqs/q/in/000000000000/x/s3", (FAR, "/sqs/q/in/000000000000/x/s3")),
        (f"{AT}/s3/", (FAR, "/s3/")),
        ("/in/000000000000/us-east-1/cloud", (Scope(), "/cloud")),
        ("/sqs/q/a", (Scope(), "/sqs/q/a")),
        ("/lambda", (Scope(), "/lambda")),
        ("/registry", (None, "/registry")),
        ("/sqsx", (None, "/sqsx")),
        ("/", (None, "/")),
        # What is no scope is no page.
        (f"{AT}/registry", (None, f"{AT}/registry")),
        (f"{AT}/home/cloud", (None, f"{AT}/home/cloud")),
        (AT, (None, AT)),
        ("/in/12/eu-west-1/sqs", (None, "/in/12/eu-west-1/sqs")),
        ("/in/123456789012/EU/sqs", (None, "/in/123456789012/EU/sqs")),
        ("/in/123456789012/../sqs", (None, "/in/123456789012/../sqs")),
        ("/in/١٢٣٤٥٦٧٨٩٠١٢/eu-west-1/sqs", (None, "/in/١٢٣٤٥٦٧٨٩٠١٢/eu-west-1/sqs")),
        (f"{AT}{AT}/sqs", (None, f"{AT}{AT}/sqs")),
    ],
)
def test_an_address_names_its_scope(path, found):
    assert mounting.split(path) == found


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/sqs", f"{AT}/sqs"),
        ("/sqs?search=/s3", f"{AT}/sqs?search=/s3"),
        ("/sns#new", f"{AT}/sns#new"),
        ("/registry", "/registry"),
        ("/sqsx", "/sqsx"),
        ("/in/000000000000/us-east-1/sqs", "/in/000000000000/us-east-1/sqs"),
        ("https://docs.aws.amazon.com/sqs", "https://docs.aws.amazon.com/sqs"),
    ],
)
def test_a_location_is_led_below_the_scope(location, there):
    assert mounting.path(location, FAR) == there
    assert mounting.path(location, Scope()) == location


def test_links_of_a_page_are_led_below_the_scope():
    text = (
        '<a class="x" href="/sqs/q/a">/sqs</a> <form action="/s3"><button formaction="/cloud">href="/sqs"</button></form>\n'
        '<i hx-get="/lambda?x=1" hx-post="/dynamodb" data-copy="/sqs"></i><a\nhref="/registry">r</a><a href="/s3x">s</a>'
    )
    page = mounting.page(text, FAR)
    assert f'<a class="x" href="{AT}/sqs/q/a">/sqs</a>' in page
    assert f'<form action="{AT}/s3"><button formaction="{AT}/cloud">' in page
    assert f'<i hx-get="{AT}/lambda?x=1" hx-post="{AT}/dynamodb" data-copy="/sqs">' in page
    assert '<a\nhref="/registry">r</a><a href="/s3x">s</a>' in page
    assert mounting.page(text, Scope()) == text


def test_a_link_that_names_a_scope_stays_there():
    named = '<a href="/in/000000000000/us-east-1/sqs/q/a">a</a>'
    assert mounting.page(named, FAR) == named
    assert mounting.page(named, Scope()) == '<a href="/sqs/q/a">a</a>'


@given(st.text("/inqs3 0123456789?#\"'=hrefb-", max_size=40))
def test_what_is_led_below_comes_back(text):
    scope, path = mounting.split(text)
    if scope is not None:
        assert mounting.split(scope.path + path) == (scope, path)
        assert mounting.is_below(path)
    below = mounting.path(text, FAR)
    if mounting.is_below(text) and "?" not in text and "#" not in text:
        assert mounting.split(below) == (FAR, text)


def test_every_page_of_the_local_aws_stands_below_a_scope():
    """But for the one on the start page, which shows what was looked at last."""
    below = {row.path for row in pages.ROWS if mounting.is_below(row.path)}
    about = {row.path for row in pages.ROWS if row.needs in {"cloud", "cloud_write"}}
    assert below == about - {"/home/cloud"}


@pytest.mark.parametrize(
    ("account", "region"),
    [
        ("", ""),
        ("12345678901", "eu-west-1"),
        ("1" * 13, "eu-west-1"),
        ("1" * 12, ""),
        ("1" * 12, "-a"),
    ],
)
def test_words_that_are_no_scope(account, region):
    assert scopes.read(account, region) is None
