"""ARNs lead to the pages of what they name, in its own account and region."""

from __future__ import annotations

import pytest

from homeport.console.rendering import arns

AT = "/in/123456789012/eu-west-1"


@pytest.mark.parametrize(
    ("arn", "address", "name"),
    [
        ("arn:aws:sqs:eu-west-1:123456789012:orders.fifo", "/sqs/q/orders.fifo", "orders.fifo"),
        ("arn:aws:sns:eu-west-1:123456789012:news", "/sns/t/news", "news"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:f", "/lambda/functions/f", "f"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:f:live", "/lambda/functions/f", "f"),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/t.1", "/dynamodb/tables/t.1", "t.1"),
        (
            "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000",
            "/dynamodb/tables/t/stream",
            "t",
        ),
    ],
)
def test_a_thing_with_a_page_is_a_link(arn, address, name):
    assert arns.link(arn) == f'<a href="{AT}{address}">{name}</a>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+15551230000",
        "https://example.test/sqs",
        "arn:aws:sqs",
        "arn:aws:sns:eu-west-1:123456789012:topic:subscription-id",
        "arn:aws:sqs::123456789012:no-region",
        "arn:aws:s3:::bucket",
        "arn:aws:lambda:eu-west-1:123456789012:layer:l:1",
        "arn:aws:dynamodb:eu-west-1:123456789012:backup/b",
    ],
)
def test_anything_else_is_shown_as_it_is(text):
    assert arns.link(text) == text


def test_nothing_of_an_arn_is_markup():
    assert arns.link("<b>") == "&lt;b&gt;"
    shown = arns.link('arn:aws:sqs:eu-west-1:123456789012:<"&/')
    assert shown == f'<a href="{AT}/sqs/q/%3C%22%26%2F">&lt;&#34;&amp;/</a>'
