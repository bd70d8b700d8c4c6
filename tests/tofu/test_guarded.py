"""Errors of the machine are told as those of a stack."""

import pytest
from tests.tofu import faking

from homeport import errors
from homeport.tofu import engine

WANTED = engine.Definition("kubernetes", "demo", "")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("plan", (WANTED,)),
        ("read", (WANTED,)),
        ("apply", (WANTED, print)),
    ],
)
def test_a_file_that_cannot_be_written_is_named_with_what_to_do(what, words):
    provider, its = faking.made()

    def full(*_):
        raise OSError(28, "No space left on device", "/home/admin-password")

    setattr(its, what, full)
    with pytest.raises(errors.HomeportError, match="/home/admin-password: No space left") as caught:
        getattr(provider.engine("kubernetes"), what)(*words)
    assert "df -h" in str(caught.value)


def test_all_else_is_as_the_engine_says():
    provider, its = faking.made()
    found = provider.engine("local")
    assert found.plan(WANTED) == its.proposed
    assert found.apply(WANTED, lambda _: None) == found.read(WANTED) == its.made
    found.destroy(WANTED, lambda _: None, deletes_data=True)
    assert its.asked[-1] == ("destroy True", WANTED)
