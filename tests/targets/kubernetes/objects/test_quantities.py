import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.targets.kubernetes.objects import quantities

UNITS = {"Ti": 2**40, "Gi": 2**30, "Mi": 2**20, "Ki": 2**10}


@given(st.integers(1, 2**63))
def test_a_size_is_the_same_number(number):
    text = quantities.size(number)
    digits = text.rstrip("TGMKi")
    assert int(digits) * UNITS.get(text.removeprefix(digits), 1) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [(30 * 2**30, "30Gi"), (2**31, "2Gi"), (512 * 2**20, "512Mi"), (2**40, "1Ti"), (1000, "1000")],
)
def test_the_largest_unit(number, text):
    assert quantities.size(number) == text


@pytest.mark.parametrize(
    ("cpu", "asked", "less"),
    [("500m", "50m", "50m"), ("20m", "50m", "20m"), ("0.02", "50m", "0.02"), ("2", "50m", "50m")],
)
def test_what_is_kept_free_is_at_most_the_limit(cpu, asked, less):
    made = quantities.resources(memory=1, cpu=cpu, asked_memory=2**20, asked_cpu=asked)
    assert made == {
        "requests": {"cpu": less, "memory": "1"},
        "limits": {"cpu": cpu, "memory": "1"},
    }


def test_without_a_limit_of_memory():
    made = quantities.resources(memory=None, cpu="1", asked_memory=2**20, asked_cpu="1m")
    assert made["limits"] == {"cpu": "1"}
    assert made["requests"]["memory"] == "1Mi"
