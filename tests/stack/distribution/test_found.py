import pytest

from homeport.stack.distribution import found as finding


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("168h", 168 * 3_600_000),
        ("1h2m3.5s", 3_723_500),
        ("1.5h", 5_400_000),
        ("300ms", 300),
        (".5s", 500),
        ("10us", 1),
        ("1500000", 2),
        ("1000000000", 1000),
        ("0", 0),
    ],
)
def test_durations_of_go(text, count):
    assert finding.milliseconds(text) == count


@pytest.mark.parametrize("text", ["", "1d", "1 h", "h", "-1s", "1h-", "1.2.3s", "1s" * 40])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError):
        finding.milliseconds(text)


def test_booleans_of_yaml():
    assert finding.is_true("Yes")
    assert not finding.is_true("off")
    with pytest.raises(ValueError):
        finding.is_true("1")
