"""The same for many things at once."""

import threading

import pytest

from homeport.targets.kubernetes.planning import together


def test_the_answers_are_in_the_order_of_the_things():
    assert together.each(str, range(100)) == [str(number) for number in range(100)]


def test_where_one_fails_what_has_not_begun_does_not_begin():
    """As when a cluster is away: each try takes its time, and the first one is not the first to give up."""
    begun, first = [], threading.Event()

    def ask(number):
        begun.append(number)
        if number == 0:
            first.wait(1)
        raise ConnectionError(number)

    with pytest.raises(ConnectionError, match=r"^0$"):
        together.each(ask, range(100))
    assert max(begun) < together.WORKERS
