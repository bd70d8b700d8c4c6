"""What the resource answers terraform, whatever an engine says."""

import pytest
from tests.tofu import faking

from homeport.tofu import engine
from homeport.tofu.declared import Access
from homeport.tofu.protocol import UNKNOWN, Asked
from homeport.tofu.resource import Stack

NOTHING = Access()
CONFIGURED = {"name": "demo", "definition": "# mine\n"}
FOUND = {"plan": "", "objects": {"a": "1", "b": "2"}, "state": "Ready", "endpoints": {}}
PRIOR = {
    "id": "demo",
    "name": "demo",
    "target": "kubernetes",
    "definition": "# mine\n",
    "data": "",
    "delete_data": False,
    **FOUND,
}


@pytest.fixture
def said():
    return faking.Said()


class Person:
    """Plans and applies one stack."""

    def __init__(self, access=NOTHING):
        self.provider, self.engine = faking.made(access)
        self.stack = Stack(self.provider)
        self.said = faking.Said()

    def plan(self, prior=None, is_replacement=False, **configured):
        asked = Asked(prior, {**CONFIGURED, **configured}, is_replacement)
        return self.stack.planned(self.said, asked)


@pytest.fixture
def person():
    return Person()


def test_a_creation_is_planned_with_what_is_known_and_what_is_not(person):
    state = person.plan().state
    assert state["objects"] == {"a": "1", "b": UNKNOWN}
    assert state["plan"] == "1 to change"
    assert state["state"] is UNKNOWN
    assert state["endpoints"] == {"registry": "https://r"}
    assert state["delete_data"] is False


def test_where_nothing_changes_all_is_as_it_was(person):
    person.engine.proposed = person.engine.proposed._replace(has_changes=False)
    assert person.plan(PRIOR) == (PRIOR, ())


def test_after_an_import_the_same_stack_in_other_words_is_no_change(person):
    person.engine.proposed = person.engine.proposed._replace(has_changes=False)
    imported = PRIOR | {"definition": ""}
    assert person.plan(imported).state == imported


def test_another_definition_is_planned_where_it_was_applied_before(person):
    person.engine.proposed = person.engine.proposed._replace(has_changes=False)
    state = person.plan(PRIOR, definition="# yours\n").state
    assert state == PRIOR | {"definition": "# yours\n"}


@pytest.mark.parametrize(
    ("configured", "replacing"),
    [
        ({"name": "other"}, ("name",)),
        ({"name": UNKNOWN}, ("name",)),
        ({"name": None, "target": "local", "data": "/d"}, ("name", "target", "data")),
        ({"data": "/d"}, ()),
        ({"delete_data": True}, ()),
    ],
)
def test_what_makes_it_another_stack(person, configured, replacing):
    assert person.plan(PRIOR, **configured).replacing == replacing


def test_another_folder_is_another_local_stack_and_another_spelling_is_not(person):
    local = {"name": None, "target": "local"}
    prior = PRIOR | {"id": "local:/d", "name": "", "target": "local", "data": "/d"}
    assert person.plan(prior, **local, data="/e").replacing == ("data",)
    person.engine.proposed = person.engine.proposed._replace(has_changes=False)
    assert person.plan(prior, **local, data="/e/../d") == (prior, ())


@pytest.mark.parametrize("name", ["name", "target", "definition", "data", "delete_data"])
def test_nobody_is_asked_about_what_is_not_known_yet(person, name):
    state = person.plan(**{name: UNKNOWN}).state
    assert state["objects"] is UNKNOWN
    assert person.engine.asked == []


def test_nobody_is_asked_before_the_provider_is_known():
    person = Person(Access(is_known=False))
    assert person.plan().state["plan"] is UNKNOWN
    assert person.stack.read(person.said, PRIOR) == PRIOR
    assert person.engine.asked == []


def test_what_stands_against_it_is_an_error_and_what_does_not_a_warning(person):
    person.engine.proposed = person.engine.proposed._replace(
        errors=("No cert-manager.\n  Install it.",), warnings=("Careful.\n  Look.",)
    )
    person.plan()
    assert person.said.errors == [
        "The stack demo cannot be applied: No cert-manager.\n  Install it."
    ]
    assert person.said.warnings == ["Careful.:   Look."]


def test_an_engine_that_cannot_plan_is_an_error(person):
    person.engine.fails_with = "The cluster is away."
    person.plan()
    assert "The cluster is away.\n  Try again." in person.said.errors[0]


def test_a_tainted_one_is_planned_as_if_nothing_were_there(person):
    person.stack.stored(PRIOR)
    assert person.plan().state["objects"] is UNKNOWN
    assert person.engine.asked == []


def test_before_the_data_of_a_tainted_one_goes_a_person_is_told(person):
    person.stack.stored(PRIOR | {"delete_data": True})
    state = person.plan(delete_data=False).state
    assert "All data of the stack demo will be deleted" in person.said.warnings[0]
    assert state["plan"] == "All data of the stack demo is deleted first."


THERE = engine.Present(PRIOR["objects"], "Ready", {})


@pytest.mark.parametrize(
    ("there", "names"), [({"a": "9", "b": "2"}, "a."), ({"a": "1", "c": "3"}, "b, c.")]
)
def test_what_has_changed_since_the_plan_stops_an_apply(person, there, names):
    person.engine.there = THERE._replace(objects=there)
    person.plan(PRIOR)
    assert "The stack demo has changed since it was planned" in person.said.errors[0]
    assert f"Not as they were: {names}" in person.said.errors[0]


def test_what_is_as_it_was_when_it_was_planned_stops_nothing(person):
    person.engine.there = THERE
    person.plan(PRIOR, definition="# yours")
    assert person.said.errors == []
    asked = [wanted.text for what, wanted in person.engine.asked if what == "read"]
    assert asked == [PRIOR["definition"]]


def test_a_plan_that_has_just_looked_shows_what_has_changed(person):
    person.engine.there = THERE._replace(objects={})
    state = person.stack.read(person.said, PRIOR)
    person.engine.there = THERE
    person.plan(state)
    assert person.said.errors == []


def test_one_that_is_gone_is_planned_anew(person):
    person.stack.stored(PRIOR)
    assert person.stack.read(person.said, PRIOR) is None
    assert person.plan().state["objects"] == {"a": "1", "b": UNKNOWN}


def planned(**more):
    return PRIOR | {"objects": {"a": "1", "b": UNKNOWN}, "state": UNKNOWN, **more}


def test_an_apply_answers_what_was_planned_with_what_was_open(person):
    person.engine.made = engine.Present({"a": "9", "b": "2", "c": "3"}, "Ready", {}, ("Read it.",))
    state = person.stack.create(person.said, planned(plan="1 to change"))
    assert state["objects"] == {"a": "1", "b": "2"}
    assert (state["plan"], state["state"]) == ("1 to change", "Ready")
    assert person.said.warnings == ["Read it.: "]


def test_an_apply_of_what_was_wholly_open_answers_what_is_there(person):
    state = person.stack.create(
        person.said, PRIOR | dict.fromkeys(("plan", "objects", "state", "endpoints"), UNKNOWN)
    )
    assert state["objects"] == {"a": "1", "b": "2"}
    assert (state["plan"], state["endpoints"]) == ("", {"registry": "https://r"})


def failing(person, there):
    """A creation that fails; what is there before and after it."""
    answers = iter(there)
    person.engine.read = lambda _: next(answers)
    person.engine.fails_with = "Half-way."
    return person.stack.create(person.said, planned(delete_data=True))


def test_a_new_one_that_fails_half_way_is_kept_and_its_data_too(person):
    state = failing(person, [None, engine.Present({"a": "1"}, "Pending", {})])
    assert state["objects"] == {"a": "1"}
    assert state["delete_data"] is False
    assert UNKNOWN not in state.values()
    assert "Half-way." in person.said.errors[0]


@pytest.mark.parametrize("there", [[None, None], [engine.Present({}, "Ready", {})]])
def test_one_that_failed_before_anything_or_was_there_stays_out_of_the_state(person, there):
    assert failing(person, there) is None


def test_a_change_that_fails_leaves_the_state_as_it_was(person):
    person.engine.fails_with = "Half-way."
    assert person.stack.update(person.said, PRIOR, planned(definition="#")) == PRIOR
    assert person.said.errors


@pytest.mark.parametrize("deletes_data", [False, True])
def test_a_destroy_follows_the_state(person, deletes_data):
    assert person.stack.delete(person.said, PRIOR | {"delete_data": deletes_data}) is None
    assert [what for what, _ in person.engine.asked] == [f"destroy {deletes_data}"]


def test_a_destroy_that_fails_forgets_nothing(person):
    person.engine.fails_with = "Half-way."
    assert person.stack.delete(person.said, PRIOR) == PRIOR
    assert person.said.errors


def test_once_it_is_to_stop_nothing_goes_on(person):
    person.provider.stop()
    assert person.stack.update(person.said, PRIOR, planned()) == PRIOR
    assert "Interrupted." in person.said.errors[0]


def test_what_cannot_be_read_is_an_error_and_not_gone(person):
    def fail(_):
        raise engine.Interrupted("No answer.")

    person.engine.read = fail
    assert person.stack.read(person.said, PRIOR) == PRIOR
    assert "The stack demo cannot be read: No answer." in person.said.errors[0]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "needs a name"),
        ({"name": "a", "target": "moon"}, "There is no target 'moon'"),
        ({"name": "a", "target": "local"}, "has no name"),
        ({"name": UNKNOWN, "target": "local"}, "has no name"),
        ({"name": "a", "definition": "[x"}, "The definition cannot be used"),
    ],
)
def test_what_can_be_told_without_asking(person, config, words):
    person.stack.validate(person.said, "homeport_stack", config)
    assert words in person.said.errors[0]


@pytest.mark.parametrize(
    "config",
    [
        {"name": UNKNOWN},
        {"target": "local"},
        {"target": "local", "name": ""},
        {"target": UNKNOWN},
        {"name": "a"},
    ],
)
def test_what_is_not_known_yet_is_no_mistake(person, config):
    person.stack.validate(person.said, "homeport_stack", config)
    assert person.said.errors == []


def test_an_import_names_a_stack_or_a_folder(person, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert person.stack.import_(person.said, "demo")["name"] == "demo"
    local = person.stack.import_(person.said, "local:data")
    assert (local["id"], local["target"]) == (f"local:{tmp_path}/data", "local")
    assert person.stack.import_(person.said, "local:") is None
    assert "names no stack" in person.said.errors[0]


def test_without_a_home_a_local_stack_needs_a_folder(person, monkeypatch):
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    person.plan(name=None, target="local")
    assert "no home folder to keep data in" in person.said.errors[0]


def test_what_was_created_just_before_is_not_destroyed(person):
    """As create_before_destroy asks for: both are the same stack."""
    person.stack.create(person.said, person.plan().state)
    assert person.stack.delete(person.said, PRIOR | {"delete_data": True}) is None
    assert person.engine.there is not None
    assert "was not destroyed" in person.said.warnings[-1]
