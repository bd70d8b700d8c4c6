"""What is told while a stack is changed, and the stop that comes back by the same way."""

import threading

import pytest

from homeport import clock
from homeport.cli.tofu import watched
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.watching.report import Report, Row
from homeport.tofu import engine

REF = kinds.Ref(kinds.SERVICE, "registry", "registry")


class Person:
    """Reads, and may ask to stop."""

    def __init__(self):
        self.read, self.has_enough = [], False

    def __call__(self, text):
        if self.has_enough:
            raise engine.Interrupted("Interrupted.")
        self.read.append(text)


@pytest.fixture
def person():
    return Person()


def report(state, reason=""):
    row = Row("registry", state, None, reason=reason, url="https://registry")
    return Report("demo", "here", (row,))


def test_each_change_is_a_sentence(person):
    teller = watched.Teller(person)
    teller.done(REF, "created")
    teller.waiting((REF,))
    teller.pausing("No answer.", 1.0)
    assert person.read == [
        "Service registry/registry created.",
        "Waiting until these are gone: Service registry/registry.",
        "No answer. Asking again for a while.",
    ]


def test_a_component_is_told_of_when_it_has_changed(person):
    teller = watched.Teller(person)
    for each in (State.PENDING, State.PENDING, State.READY):
        teller.show(report(each, "FailedScheduling" if each is State.PENDING else ""))
    assert person.read == [
        "registry is Pending. FailedScheduling",
        "registry is Ready. https://registry",
    ]


def test_who_waits_is_interrupted_by_looking_at_the_time(person):
    time = watched.Watch(clock.VirtualClock(5.0), watched.Teller(person))
    assert time.now() == 5.0
    person.has_enough = True
    with pytest.raises(engine.Interrupted):
        time.now()


def test_other_threads_are_left_alone(person):
    time = watched.Watch(clock.VirtualClock(5.0), watched.Teller(person))
    person.has_enough = True
    seen = []
    thread = threading.Thread(target=lambda: seen.append(time.now()))
    thread.start()
    thread.join()
    assert seen == [5.0]
