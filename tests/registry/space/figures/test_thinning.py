"""Which samples of the past are kept."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.space.figures import thinning
from homeport.registry.store.space.samples import SLOT_S, Held, Sample

HOUR = 3600
DAY = 24 * HOUR
NOW = 1_800_000_000.0 // DAY * DAY
SLOTS = st.sets(st.integers(0, 5 * 365 * 96), max_size=60)


def sample(at, number=1):
    return Sample(at, Held(number, 0, 0, 0, 0), 1, 2)


def kept(found, now=NOW):
    gone, changed = thinning.thin(found, now)
    assert {each.at for each in changed}.isdisjoint(each.at for each in gone)
    now_there = {each.at: each for each in found if each not in gone}
    return list((now_there | {each.at: each for each in changed}).values())


def every(step, since, until):
    return [sample(float(at), at) for at in range(int(since), int(until), step)]


def test_two_days_are_whole():
    found = every(SLOT_S, NOW - 2 * DAY, NOW + 1)
    assert kept(found) == found


def test_after_two_days_one_in_six_hours_is_kept():
    found = every(SLOT_S, NOW - 3 * DAY, NOW - 2 * DAY)
    assert [each.at for each in kept(found)] == [
        NOW - 3 * DAY + number * 6 * HOUR - SLOT_S for number in range(1, 5)
    ]
    assert [(each.pushes, each.pulls) for each in kept(found)] == [(24, 48)] * 4


def test_after_sixty_days_one_a_day_is_kept():
    found = every(6 * HOUR, NOW - 70 * DAY, NOW - 60 * DAY)
    assert [each.at % DAY for each in kept(found)] == [18 * HOUR] * 10


def test_after_three_years_the_last_is_kept():
    old = NOW - thinning.KEPT_S
    found = [sample(old - 5 * DAY), sample(old - DAY), sample(NOW)]
    assert kept(found) == found[1:]


def test_three_years_are_some_1_300_and_two_days_200_more():
    found = []
    for at in range(int(NOW - 4 * 365 * DAY), int(NOW), 2 * HOUR):
        found = [*found, sample(float(at))]
        if at % DAY == 0:
            found = kept(found, float(at))
    assert 1250 < len(kept(found)) < 1350


def test_what_is_still_to_come_goes():
    assert kept([sample(NOW), sample(NOW + DAY)]) == [sample(NOW)]


@given(SLOTS, st.integers(0, 10 * DAY))
def test_nothing_is_lost_of_what_is_counted(slots, later):
    found = [sample(NOW - slot * SLOT_S, slot) for slot in sorted(slots, reverse=True)]
    once = kept(found)
    young = [each for each in found if each.at >= NOW - thinning.KEPT_S]
    still = [each for each in once if each.at >= NOW - thinning.KEPT_S]
    assert sum(each.pulls for each in still) == sum(each.pulls for each in young)
    assert kept(once) == once
    # Thinned from time to time it is as if it were thinned at last.
    assert kept(once, NOW + later) == kept(found, NOW + later)


@given(SLOTS)
def test_what_was_held_at_the_end_of_each_day_is_exact(slots):
    found = [sample(NOW - slot * SLOT_S, slot) for slot in sorted(slots, reverse=True)]
    once = kept(found)
    for day in range(3 * 365):
        until = NOW - day * DAY
        before = [each for each in found if each.at < until][-1:]
        after = [each for each in once if each.at < until][-1:]
        assert [each.held for each in after] == [each.held for each in before]
