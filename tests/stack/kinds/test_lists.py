import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.stack import values
from homeport.stack.kinds import lists

USERS = lists.Listed(values.UserName(), "a list of users")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Ada, bob,,Ada", ("Ada", "bob")),
        (["Ada", "b,c"], ("Ada", "b,c")),
        ('["b,c"]', ("b,c",)),
        (",", ()),
        ([], ()),
    ],
)
def test_entries_keep_their_case(raw, value):
    assert USERS.read(raw) == value


@pytest.mark.parametrize("raw", [5, [5], "[", '["a", 5]', "a:b", ["x"] * 1001, {}])
def test_what_is_no_list_of_them(raw):
    with pytest.raises(values.NotOfKind):
        USERS.read(raw)


def test_the_wrong_one_is_named():
    with pytest.raises(values.NotOfKind, match=r"^a:b$"):
        USERS.read(["ada", "a:b"])


def test_too_few():
    with pytest.raises(values.NotOfKind):
        lists.Listed(values.Text(), "texts", least=1).read([])


names = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=":"), min_size=1)


@given(st.lists(names, unique=True, max_size=5).map(tuple))
def test_what_is_shown_is_read_again(value):
    assert USERS.read(USERS.show(value)) == value
