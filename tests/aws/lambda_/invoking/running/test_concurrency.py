from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.lambda_.invoking.running.concurrency import Concurrency
from homeport.aws.lambda_.model import Function
from homeport.aws.protocol.call import AwsError

FUNCTIONS = [Function("1", "r", "a"), Function("1", "r", "b"), Function("2", "r", "a")]
RESERVED = {FUNCTIONS[1]: 2}
STEPS = st.lists(st.one_of(st.sampled_from(FUNCTIONS), st.integers(0, 9)), max_size=60)


@given(STEPS)
def test_no_more_run_than_may(steps):
    """A function enters, or one of those that run leaves."""
    concurrency, running = Concurrency(3), []
    for step in steps:
        if isinstance(step, int):
            if running:
                running.pop(step % len(running))[1].leave()
            continue
        counts = Counter(function for function, _ in running)
        shared = sum(
            n for f, n in counts.items() if f.account == step.account and f not in RESERVED
        )
        is_full = counts[step] >= RESERVED[step] if step in RESERVED else shared >= 3
        if is_full:
            with pytest.raises(AwsError, match="TooManyRequestsException"):
                concurrency.enter(step, RESERVED.get(step))
        else:
            running.append((step, concurrency.enter(step, RESERVED.get(step))))
    for function in FUNCTIONS:
        assert concurrency.running(function) == sum(each is function for each, _ in running)


def test_a_permit_counts_once():
    concurrency, function = Concurrency(1), FUNCTIONS[0]
    permit = concurrency.enter(function, None)
    with pytest.raises(AwsError):
        concurrency.enter(function, None)
    permit.leave()
    permit.leave()
    concurrency.enter(function, None)
    with pytest.raises(AwsError):
        concurrency.enter(function, None)


def test_what_was_reserved_in_between_changes_nothing_that_runs():
    concurrency, function = Concurrency(1), FUNCTIONS[0]
    first = concurrency.enter(function, None)
    second = concurrency.enter(function, 2)
    first.leave()
    second.leave()
    assert concurrency.running(function) == 0
    concurrency.enter(function, None)
