from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.lambda_.invoking.logs.bucket import Bucket


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 5)), max_size=50))
def test_no_more_passes_than_the_rate_allows(steps):
    bucket, now, passed = Bucket(100, 10, 0.0), 0.0, 0
    for amount, pause in steps:
        now += pause
        passed += amount if bucket.take(amount, now) else 0
        assert passed <= 100 + 10 * now + 1e-6


def test_a_clock_that_is_set_back_gives_nothing():
    bucket = Bucket(10, 1, 100.0)
    assert bucket.take(10, 100.0)
    assert not bucket.take(1, 50.0)
    assert bucket.take(1, 51.0)
