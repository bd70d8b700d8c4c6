import dataclasses
from pathlib import Path

import pytest

from homeport.stack import values
from homeport.stack.kinds import tables


@dataclasses.dataclass(frozen=True)
class Pet:
    name: str
    legs: int = 4
    password: str = ""
    home: Path | None = None


PETS = tables.Tables(
    Pet,
    (
        tables.Column("name", "name", values.Text(), is_required=True),
        tables.Column("legs", "legs", values.Number(0, 8)),
        tables.Column("secret", "password", values.UserName(), is_secret=True),
        tables.Column("home", "home", values.Folder()),
    ),
    unique="name",
    check=lambda pet: "a snake has no legs." if pet.name == "snake" and pet.legs else "",
)


def faults(raw):
    with pytest.raises(values.Wrong) as caught:
        PETS.read(raw)
    return [tuple(fault) for fault in caught.value.faults]


def test_each_table_becomes_a_dataclass():
    assert PETS.read([{"name": "cat"}, {"name": "bird", "legs": 2}]) == (Pet("cat"), Pet("bird", 2))
    assert PETS.read('[{"name": "bird", "legs": "2"}]') == (Pet("bird", 2),)
    assert PETS.read([]) == ()


def test_what_is_as_by_default_is_not_shown():
    assert PETS.show((Pet("cat"), Pet("bird", 2))) == '[{"name":"cat"},{"name":"bird","legs":"2"}]'


@pytest.mark.parametrize("raw", ["", "{", "{}", "[5]", 5, {"name": "cat"}, ["cat"]])
def test_what_is_no_array_of_tables(raw):
    with pytest.raises(values.NotOfKind) as caught:
        PETS.read(raw)
    assert not isinstance(caught.value, values.Wrong)


def test_all_that_is_wrong_is_named_with_its_place():
    assert faults([{"nmae": "cat"}, {"name": "dog", "legs": 9}]) == [
        ("[0].nmae", "there is no such key. Did you mean name?"),
        ("[0]", "name is missing."),
        ("[1].legs", "9 is not a whole number from 0 to 8."),
    ]


def test_a_secret_is_not_shown():
    [(place, text)] = faults([{"name": "cat", "secret": "a:b"}])
    assert (place, text.partition(" is ")[0]) == ("[0].secret", "its value")


def test_a_whole_table_that_makes_no_sense():
    assert faults([{"name": "snake"}]) == [("[0]", "a snake has no legs.")]


def test_a_name_that_is_there_twice():
    [(place, text)] = faults([{"name": "cat"}, {"name": "cat"}])
    assert place == "[1]"
    assert "name = 'cat'" in text


def test_limits():
    assert "too many" in faults([{"name": str(n)} for n in range(201)])[0][1]
    assert "bytes" in faults([{"name": str(n) * 600} for n in range(150)])[0][1]


def test_paths_start_at_the_file():
    assert PETS.below(Path("/etc")).read([{"name": "cat", "home": "box"}])[0].home == Path(
        "/etc/box"
    )
    assert PETS.below(Path("/etc")).has_secrets
