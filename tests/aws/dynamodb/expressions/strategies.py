"""Small worlds of items, conditions and updates, in which much meets."""

from decimal import Decimal

from hypothesis import strategies as st
from tests.aws.dynamodb.expressions.plain import ABSENT, Set

TEXTS = st.sampled_from(["", "a", "ab", "b", "é", "￿", "\U0001f600"])
NUMBERS = st.sampled_from([Decimal(text) for text in ("-1.5", "0", "1", "2", "10", "1E+20")])
BINARIES = st.sampled_from([b"", b"a", b"ab", b"\xff"])
SCALARS = TEXTS | NUMBERS | BINARIES
SETS = st.one_of(
    st.frozensets(TEXTS, min_size=1, max_size=3).map(lambda members: Set("SS", members)),
    st.frozensets(NUMBERS, min_size=1, max_size=3).map(lambda members: Set("NS", members)),
    st.frozensets(BINARIES, min_size=1, max_size=3).map(lambda members: Set("BS", members)),
)
LEAVES = SCALARS | SETS | st.booleans() | st.none()
NAMES = st.sampled_from(["aa", "bb", "cc"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.dictionaries(NAMES, VALUES, max_size=3)
PATHS = (
    st.tuples(NAMES)
    | st.tuples(NAMES, NAMES | st.integers(0, 3))
    | st.tuples(NAMES, NAMES | st.integers(0, 2), NAMES | st.integers(0, 2))
)

_PATH = st.tuples(st.just("path"), PATHS)
_SIZE = st.tuples(st.just("size"), PATHS)


def _value(values):
    return st.tuples(st.just("value"), values)


_BOUNDS = st.one_of(
    st.tuples(TEXTS, TEXTS).map(lambda pair: sorted(pair, key=str.encode)),
    st.tuples(NUMBERS, NUMBERS).map(sorted),
    st.tuples(BINARIES, BINARIES).map(sorted),
)
_ORDER = st.sampled_from(["<", "<=", ">", ">="])
_SAME = st.sampled_from(["=", "<>"])
_TEXTUAL = TEXTS | BINARIES
_ANY = _PATH | _SIZE

TESTS = st.one_of(
    st.tuples(st.just("compare"), _SAME, _ANY, _value(VALUES)),
    st.tuples(st.just("compare"), _SAME, _value(VALUES), _ANY),
    st.tuples(st.just("compare"), _ORDER, _ANY, _value(SCALARS)),
    st.tuples(st.just("compare"), _ORDER | _SAME, _PATH, _PATH).filter(lambda t: t[2] != t[3]),
    st.tuples(st.just("compare"), _ORDER | _SAME, _SIZE, _SIZE),
    st.tuples(_ANY, _BOUNDS).map(
        lambda pair: ("between", pair[0], *[("value", bound) for bound in pair[1]])
    ),
    st.tuples(_PATH, _SIZE, _value(NUMBERS)).map(lambda operands: ("between", *operands)),
    st.tuples(_ANY, st.lists(_value(VALUES), min_size=1, max_size=4)).map(
        lambda pair: ("in", pair[0], *pair[1])
    ),
    st.tuples(st.sampled_from(["exists", "not exists"]), PATHS),
    st.tuples(
        st.just("type"),
        PATHS,
        st.sampled_from(["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]),
    ),
    st.tuples(st.just("begins"), _PATH, _value(_TEXTUAL)),
    st.tuples(st.just("contains"), _PATH, _value(VALUES)),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("and", *parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("or", *parts)),
        inner.map(lambda part: ("not", part)),
    ),
    max_leaves=8,
)

SET_VALUES = st.one_of(
    st.tuples(st.just("value"), VALUES),
    st.tuples(st.just("path"), PATHS),
    st.tuples(st.just("or"), PATHS, VALUES),
    st.tuples(st.sampled_from("+-"), PATHS, NUMBERS),
    st.tuples(st.just("append"), PATHS, st.lists(VALUES, max_size=2)),
)
CHANGES = st.one_of(
    st.tuples(st.just("SET"), PATHS, SET_VALUES),
    st.tuples(st.just("REMOVE"), PATHS, st.just(ABSENT)),
    st.tuples(st.just("ADD"), PATHS, NUMBERS | SETS),
    st.tuples(st.just("DELETE"), PATHS, SETS),
)


def apart(changes):
    paths = [path for _, path, _ in changes]
    return not any(meet(one, two) for at, one in enumerate(paths) for two in paths[at + 1 :])


def meet(one, two):
    for left, right in zip(one, two, strict=False):
        if type(left) is not type(right):
            return True
        if left != right:
            return False
    return True


UPDATES = st.lists(CHANGES, min_size=1, max_size=4).filter(apart)
