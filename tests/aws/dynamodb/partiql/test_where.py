"""A SELECT with a random WHERE finds what Python finds in the same items."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.aws.dynamodb.partiql import errors

PARTITIONS, SORTS = ("a", "b", "c"), range(5)
LETTERS = ("", "x", "xy", "yx")
REFUSED = {errors.OVERLAPPING, errors.TOO_MANY_READS}


def _items():
    """Some with an attribute, some without, some of another type."""
    for place, partition in enumerate(PARTITIONS):
        for sort in SORTS:
            item = {"id": {"S": partition}, "num": {"N": str(sort)}}
            number = (7 * place + 3 * sort) % 6
            if number:
                item["n"] = {"N": str(number)}
            if number == 5:
                item["n"] = {"S": "5"}
            if sort != 3:
                item["t"] = {"S": LETTERS[(place + sort) % 4]}
            if sort == place:
                item["t"] = {"NULL": True}
            item["m"] = {"M": {"k": {"L": [{"N": str(sort)}, {"BOOL": number > 2}]}}}
            item["s"] = {"SS": [partition, "x"]}
            yield item


ITEMS = list(_items())


class Term:
    """A condition as text, and whether it is true of an item."""

    def __init__(self, text, holds):
        self.text = text
        self.holds = holds

    def __repr__(self):
        return self.text


PATHS = {
    "id": lambda item: item.get("id"),
    "num": lambda item: item.get("num"),
    "n": lambda item: item.get("n"),
    '"t"': lambda item: item.get("t"),
    "m.k[0]": lambda item: item["m"]["M"]["k"]["L"][0],
    "m['k'][1]": lambda item: item["m"]["M"]["k"]["L"][1],
    "nope": lambda item: None,
}


def _plain(value):
    """A value that Python compares as DynamoDB does, with its type."""
    if value is None:
        return None
    ((kind, content),) = value.items()
    return kind, Decimal(content) if kind == "N" else content


def _literal(value):
    ((kind, content),) = value.items()
    return f"'{content}'" if kind == "S" else str(content)


def _values(path):
    letters = st.sampled_from(("a", "b", "d", "x", "xy")).map(lambda text: {"S": text})
    numbers = st.integers(-1, 6).map(lambda number: {"N": str(number)})
    if path == "id":
        return letters
    return numbers if path == "num" else letters | numbers


COMPARE = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a[0] == b[0] and a[1] < b[1],
    "<=": lambda a, b: a[0] == b[0] and a[1] <= b[1],
    ">": lambda a, b: a[0] == b[0] and a[1] > b[1],
    ">=": lambda a, b: a[0] == b[0] and a[1] >= b[1],
}


@st.composite
def comparisons(draw):
    path = draw(st.sampled_from(sorted(PATHS)))
    operator = draw(st.sampled_from((*COMPARE, "=", "=", "<>", "!=")))
    value = draw(_values(path))
    find, expected = PATHS[path], _plain(value)

    def holds(item):
        found = _plain(find(item))
        if operator in ("<>", "!="):
            return found != expected
        return found is not None and COMPARE[operator](found, expected)

    return Term(f"{path} {operator} {_literal(value)}", holds)


@st.composite
def turned(draw):
    """The value first."""
    path = draw(st.sampled_from(sorted(PATHS)))
    operator = draw(st.sampled_from(sorted(COMPARE)))
    value = draw(_values(path))
    find, expected = PATHS[path], _plain(value)

    def holds(item):
        found = _plain(find(item))
        return found is not None and COMPARE[operator](expected, found)

    return Term(f"{_literal(value)} {operator} {path}", holds)


@st.composite
def betweens(draw):
    path = draw(st.sampled_from(("num", "n", "m.k[0]")))
    low, high = sorted(draw(st.tuples(st.integers(-1, 6), st.integers(-1, 6))))
    is_negated = draw(st.booleans())
    find = PATHS[path]

    def holds(item):
        found = _plain(find(item))
        return is_negated != (found is not None and found[0] == "N" and low <= found[1] <= high)

    return Term(f"{path} {'NOT ' * is_negated}BETWEEN {low} AND {high}", holds)


@st.composite
def ins(draw):
    path = draw(st.sampled_from(sorted(PATHS)))
    values = draw(st.lists(_values(path), min_size=1, max_size=3, unique_by=str))
    opening, closing = draw(st.sampled_from(("[]", "()")))
    is_negated = draw(st.booleans())
    find, options = PATHS[path], [_plain(value) for value in values]
    text = f"{path} {'NOT ' * is_negated}IN {opening}{', '.join(map(_literal, values))}{closing}"
    return Term(text, lambda item: is_negated != (_plain(find(item)) in options))


@st.composite
def kinds_asked(draw):
    path = draw(st.sampled_from(("n", '"t"', "nope", "num", "id")))
    find = PATHS[path]
    kinds = {"MISSING": None, "NULL": "NULL", "STRING": "S", "NUMERIC": "N", "BOOL": "BOOL"}
    name = draw(st.sampled_from(sorted(kinds)))
    is_negated = draw(st.booleans())

    def holds(item):
        found = find(item)
        kind = None if found is None else next(iter(found))
        return is_negated != (kind == kinds[name])

    return Term(f"{path} IS {'NOT ' * is_negated}{name}", holds)


@st.composite
def functions(draw):
    path = draw(st.sampled_from(("n", '"t"', "nope", "id")))
    find = PATHS[path]
    text = draw(st.sampled_from(("a", "x", "y")))

    def string(item):
        found = find(item)
        return None if found is None else found.get("S")

    cases = [
        Term(f"begins_with({path}, '{text}')", lambda item: (string(item) or "").startswith(text)),
        Term(f"contains({path}, '{text}')", lambda item: text in (string(item) or "")),
        Term(f"Contains(s, '{text}')", lambda item: text in item["s"]["SS"]),
        Term(f"ATTRIBUTE_EXISTS({path})", lambda item: find(item) is not None),
        Term(f"attribute_not_exists({path})", lambda item: find(item) is None),
        Term(f"attribute_exists({path}) = false", lambda item: find(item) is None),
        Term(f"attribute_type({path}, 'S')", lambda item: string(item) is not None),
        Term(f"size({path}) > 1", lambda item: len(string(item) or "") > 1),
    ]
    return draw(st.sampled_from(cases))


def _combined(terms):
    def every(parts):
        text = " AND ".join(f"({part.text})" for part in parts)
        return Term(text, lambda item: all(part.holds(item) for part in parts))

    def some(parts):
        text = " OR ".join(part.text for part in parts)
        return Term(f"({text})", lambda item: any(part.holds(item) for part in parts))

    several = st.lists(terms, min_size=2, max_size=3)
    negated = terms.map(lambda term: Term(f"NOT ({term.text})", lambda item: not term.holds(item)))
    return several.map(every) | several.map(some) | negated


terms = st.recursive(
    comparisons() | turned() | betweens() | ins() | kinds_asked() | functions(),
    _combined,
    max_leaves=6,
)
keyed = st.tuples(st.sampled_from(PARTITIONS), terms).map(
    lambda pair: Term(
        f"id = '{pair[0]}' AND {pair[1].text}",
        lambda item: item["id"] == {"S": pair[0]} and pair[1].holds(item),
    )
)


def _sorted(items):
    return sorted(items, key=lambda item: (item["id"]["S"], int(item["num"]["N"])))


async def _filled(run):
    if await run.client.get({"id": {"S": "c"}, "num": {"N": "4"}}, "comp") is None:
        for item in ITEMS:
            await run.client.put(item, "comp")


@pytest.mark.parametrize("limit", [None, 4])
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(where=terms | keyed)
async def test_finds_what_python_finds(run, where, limit):
    await _filled(run)
    statement = f"SELECT * FROM comp WHERE {where.text}"
    members = {} if limit is None else {"Limit": limit}
    try:
        answer = await run.answer(statement, **members)
    except Exception as error:
        if getattr(error, "message", None) in REFUSED:
            return
        raise
    found = answer["Items"]
    while "NextToken" in answer:
        answer = await run.answer(statement, NextToken=answer["NextToken"], **members)
        assert limit is None or len(answer["Items"]) <= limit
        found += answer["Items"]
    assert _sorted(found) == _sorted(item for item in ITEMS if where.holds(item))
