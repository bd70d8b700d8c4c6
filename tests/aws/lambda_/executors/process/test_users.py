from pathlib import Path

import pytest

from homeport.aws.lambda_.executors.base import StartFailed
from homeport.aws.lambda_.executors.process import users

MAPS = {
    "all": ("         0          0 4294967295\n", 1_900_000_000),
    "a container": ("         0     100000      65536\n", 61_440),
    "several ranges": ("0 1000 1\n1 100000 2000000000\n", 1_900_000_000),
}


@pytest.fixture
def mapped(monkeypatch):
    def mapped(text, uid=0, begin=0):
        monkeypatch.setattr(users.os, "geteuid", lambda: uid)
        monkeypatch.setattr(Path, "read_text", lambda self: text)
        monkeypatch.setattr(users.secrets, "randbelow", lambda number: begin)
        return users.Users()

    return mapped


@pytest.mark.parametrize("case", MAPS)
def test_numbers_that_this_system_has(mapped, case):
    text, first = MAPS[case]
    found = mapped(text)
    assert found.are_there
    assert [found.take(), found.take()] == [first, first + 1]


def test_a_number_is_given_out_again_when_it_is_back(mapped):
    found = mapped(MAPS["all"][0])
    one, two = found.take(), found.take()
    found.give_back(one)
    assert one != two
    assert found.take() == one


def test_two_that_run_beside_each_other_begin_elsewhere(mapped):
    one, other = (mapped(MAPS["a container"][0], begin=begin) for begin in (3_999, 7))
    assert [one.take(), one.take()] == [65_439, 61_440]
    assert other.take() == 61_447


def test_nobody_is_root_when_all_are_given_out(mapped):
    found = mapped(MAPS["a container"][0])
    given = {found.take() for _ in range(4_000)}
    assert len(given) == 4_000
    assert 0 not in given
    with pytest.raises(StartFailed):
        found.take()


def test_an_ordinary_user_has_no_others(mapped):
    found = mapped(MAPS["all"][0], uid=1000)
    assert not found.are_there
    assert found.take() == 0
    found.give_back(0)
    assert found.take() == 0
