import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.stack import values
from homeport.stack.kinds import durations

KIND = durations.Duration("1s", "3650d", can_be_none=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("7d", 7 * 86400),
        ("2w", 14 * 86400),
        ("1s500ms", 1.5),
        (" 7D ", 7 * 86400),
        ("none", None),
        ("never", None),
    ],
)
def test_durations(text, seconds):
    assert KIND.read(text) == seconds


@pytest.mark.parametrize(
    "raw", ["", "7", 7, "d", "7 d", "-1d", "1y", "999ms", "3651d", "1h-", "9" * 40 + "d", "9" * 12 + "d", True, None]
)  # fmt: skip
def test_what_is_no_duration_or_out_of_range(raw):
    with pytest.raises(values.NotOfKind):
        KIND.read(raw)


def test_none_only_where_it_is_allowed():
    with pytest.raises(values.NotOfKind):
        durations.Duration("1s", "1d").read("none")


@pytest.mark.parametrize(("seconds", "text"), [(5400, "90m"), (0.25, "250ms"), (0, "0s"), (None, "none")])  # fmt: skip
def test_shown_in_the_largest_unit_that_divides_it(seconds, text):
    assert KIND.show(seconds) == text


@given(st.integers(1000, 3650 * 86_400_000))
def test_what_is_shown_is_read_again(count):
    assert KIND.read(KIND.show(count / 1000)) == count / 1000
