"""Errors that no operation raises itself."""

from homeport.aws.dispatching import failures
from homeport.edge import http


def test_a_package_that_is_too_large_is_refused_in_lambdas_own_words():
    error = failures.aws_error(http.BodyTooLarge("too large"), "lambda", "CreateFunction", "id")
    assert (error.status, error.code) == (413, "RequestEntityTooLargeException")
    assert error.message == (
        "Request must be smaller than 70167211 bytes for the CreateFunction operation"
    )
