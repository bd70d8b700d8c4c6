"""What is asked again, how often, and after what pauses: on a clock that only pauses move."""

import pytest
from tests.targets.kubernetes.cluster.wires import Moving

from homeport.targets.kubernetes.cluster.wire.reply import Reply
from homeport.targets.kubernetes.cluster.wire.retrying import Broken, Patience, Retrying

OK = Reply(200, {})
SENT = Broken("no answer in time")
UNSENT = Broken("connection refused", was_sent=False)
MODIFIED = b'{"message": "Operation cannot be fulfilled: the object has been modified"}'
OWNED = b'{"message": "the object has been modified", "details": {"causes": [{"field": ".spec"}]}}'
SHAPE = b'{"message": "failed to create typed patch object (a/b): .spec.x: field not declared"}'


class Script:
    """Answers one after the other, the last again and again."""

    def __init__(self, *outcomes, duration_s=0.0, clock=None):
        self.outcomes, self.duration_s, self.clock = list(outcomes), duration_s, clock
        self.limits = []

    def __call__(self, limit_s):
        self.limits.append(limit_s)
        if self.clock is not None:
            self.clock.moment += self.duration_s
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Broken):
            raise outcome
        return outcome


def ask(script, *, clock=None, is_repeatable=True, chance=1.0, patience=Patience(), told=None):  # noqa: B008
    clock = clock or Moving()
    again = Retrying(clock, patience, wait=clock.wait, chance=lambda: chance, told=told)
    return again.ask(script, is_repeatable=is_repeatable), clock.pauses


@pytest.mark.parametrize("outcome", [Reply(code, {}) for code in (429, 500, 502, 503, 504)])
def test_troubles_that_may_pass(outcome):
    tried, pauses = ask(Script(outcome, outcome, OK))
    assert tried == (OK, 3)
    assert pauses == [0.2, 0.4]


@pytest.mark.parametrize(
    "outcome",
    [Reply(code, {}) for code in (200, 201, 400, 401, 403, 404, 410, 415, 422)]
    + [Reply(409, {}, OWNED), Reply(409, {}, b'{"message": "uid"}'), Reply(500, {}, SHAPE)],
)
def test_answers_that_stay(outcome):
    tried, pauses = ask(Script(outcome, OK))
    assert tried == (outcome, 1)
    assert pauses == []


@pytest.mark.parametrize("outcome", [SENT, UNSENT, Reply(409, {}, MODIFIED)])
def test_no_answer_and_lost_races_are_asked_again(outcome):
    assert ask(Script(outcome, OK))[0] == (OK, 2)


@pytest.mark.parametrize(
    ("outcome", "times"), [(UNSENT, 2), (Reply(429, {}), 2), (SENT, 1), (Reply(504, {}), 1)]
)
def test_what_does_harm_when_repeated_is_asked_again_only_where_nothing_was_done(outcome, times):
    assert ask(Script(outcome, OK), is_repeatable=False)[0].times == times


def test_pauses_grow_up_to_a_limit_and_end_with_the_time():
    tried, pauses = ask(Script(UNSENT))
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 5.0]
    assert tried.outcome is UNSENT
    assert tried.times == 10


@pytest.mark.parametrize(("chance", "pause_s"), [(0.0, 0.1), (0.5, 0.15), (1.0, 0.2)])
def test_chance_shortens_a_pause_by_half_at_most(chance, pause_s):
    assert ask(Script(UNSENT, OK), chance=chance)[1] == pytest.approx([pause_s])


def test_the_server_says_how_long():
    assert ask(Script(Reply(429, {"retry-after": "4"}), OK), chance=0.0)[1] == [4.0]


def test_a_wait_beyond_the_end_is_not_begun():
    tried, pauses = ask(Script(Reply(429, {"retry-after": "31"})))
    assert (tried.times, pauses) == (1, [])


def test_a_first_try_that_hangs_leaves_time_for_another():
    clock = Moving()
    script = Script(SENT, SENT, clock=clock, duration_s=10)
    ask(script, clock=clock)
    assert script.limits == pytest.approx([10, 19.8, 10])


def test_a_patience_of_its_own():
    tried, pauses = ask(Script(UNSENT), patience=Patience(total_s=1, pause_s=0.5))
    assert (tried.times, pauses) == (2, [0.5])


def test_somebody_is_told_of_each_pause():
    told = []
    ask(Script(Reply(503, {}), UNSENT, OK), told=lambda *words: told.append(words))
    assert told == [
        ("The API server answered 503.", 0.2),
        ("The API server gave no answer: connection refused.", 0.4),
    ]
