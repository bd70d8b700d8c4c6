"""Behind an ingress that ends TLS, URLs in answers are those of its clients."""

import pytest

from homeport.aws.dispatch import Dispatcher
from homeport.clock import VirtualClock
from homeport.edge import http


@pytest.mark.parametrize(
    ("given", "scheme"),
    [
        ({}, "http"),
        ({"x-forwarded-proto": "https"}, "https"),
        ({"x-forwarded-proto": "ftp"}, "http"),
    ],
)
def test_the_scheme_is_that_of_the_client(given, scheme):
    seen = []
    dispatcher = Dispatcher([], clock=VirtualClock(), version="1")
    dispatcher.add([], [lambda asked: seen.append(asked.scheme) or http.Response(204)])
    dispatcher(http.Request("GET", "/queue", "", given, http.BytesBody()))
    assert seen == [scheme]


def test_a_client_that_came_by_tls_stays_so():
    seen = []
    dispatcher = Dispatcher([], clock=VirtualClock(), version="1")
    dispatcher.add([], [lambda asked: seen.append(asked.scheme) or http.Response(204)])
    headers = {"x-forwarded-proto": "http"}
    dispatcher(http.Request("GET", "/queue", "", headers, http.BytesBody(), scheme="https"))
    assert seen == ["https"]
