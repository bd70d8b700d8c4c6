import pytest

from homeport.stack.kinds import quantities


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.5", "500m"),
        ("1", 1),
        ("1000m", "1"),
        ("1Gi", "1024Mi"),
        ("1k", "1000"),
        ("1e3", "1k"),
        ("0.7", "700m"),
        ("2Gi", str(2 * 1024**3)),
    ],
)
def test_the_same_value(one, other):
    assert quantities.is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1G", "1Gi"), ("500m", "501m"), ("x", "x"), (True, 1), ("1Q", "1Q"), (None, None)],
)
def test_not_the_same_value(one, other):
    assert not quantities.is_same(one, other)


AMOUNTS = {
    "500m": 0.5,
    "2": 2,
    "1.5": 1.5,
    "64Mi": 64 * 2**20,
    "8Gi": 8 * 2**30,
    "1k": 1000,
    "1e3": 1000,
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_read(text):
    assert quantities.read(text) == AMOUNTS[text]


@pytest.mark.parametrize("text", ["lots", "", "1 Gi", True])
def test_what_is_no_quantity(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        quantities.read(text)
