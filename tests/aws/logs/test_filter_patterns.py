"""Filter patterns, with the examples of AWS's pages:

https://github.com/awsdocs/amazon-cloudwatch-logs-user-guide/blob/main/doc_source/FilterAndPatternSyntax.md
"""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.logs.filter_pattern import pattern, regex
from homeport.aws.protocol.call import AwsError


def matches(text, message):
    return pattern.compiled(text)(message) is not None


LINES = ["ERROR WARN message", "ERROR message", "WARN message"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "123"),
        (" ", "123"),
        ("ERROR", "12"),
        ("error", ""),
        ("?ERROR ?WARN", "123"),
        ("ERROR WARN", "1"),
        ("ERROR -WARN", "2"),
        ('"ERROR" - "WARN"', "2"),
        ("-ERROR", "3"),
        ('"ERROR message"', "2"),
        ('"R W"', "1"),
        ("?ERROR WARN", "13"),
        ("?WARN -ERROR", "3"),
        ("%^WARN%", "3"),
        ("%ERROR.+message%", "12"),
        ("%^ERR% -WARN", "2"),
        ("?%^WARN% ?none", "3"),
        ("mess", "123"),
    ],
)
def test_terms(text, expected):
    found = [str(number) for number, line in enumerate(LINES, 1) if matches(text, line)]
    assert "".join(found) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ERROR", "Exiting with ERRORCODE: -1"),
        ("ERROR Exception", "[ERROR] Caught IllegalArgumentException"),
        ("Failed to process the request", "[WARN] Failed to process the request"),
        ('"a \\"b\\""', 'x a "b" y'),
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST"),
    ],
)
def test_terms_are_found_inside_words(text, message):
    assert matches(text, message)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:b", "Invalid character(s) in term 'a:b'"),
        ("?", "Invalid character(s) in term '?'"),
        ('"open', "Invalid character(s) in term '\"open'"),
        ("%(a)%", "Invalid character(s) in term '(a)'"),
        (r"%\(a%", r"Invalid character(s) in term '\(a'"),
        ("%something!%", "Invalid character(s) in term 'something!'"),
        ("%ä%", "Invalid character(s) in term 'ä'"),
        ("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'"),
        ("[a, b", "If a filter pattern starts with '[' it must end with ']'"),
        ('""', "Invalid filter pattern"),
        ("%a% %b% %c%", "Invalid filter pattern"),
        ("%%", "Invalid filter pattern"),
        ("%[a%", "Invalid filter pattern"),
        ("%[]%", "Invalid filter pattern"),
        ("%[z-a]%", "Invalid filter pattern"),
        (r"%[\d-z]%", "Invalid filter pattern"),
        ("%*a%", "Invalid filter pattern"),
        ("%a{2%", "Invalid filter pattern"),
        ("%a{3,2}%", "Invalid filter pattern"),
        (r"%\xg0%", "Invalid filter pattern"),
        ("%a{999}{999}%", "Invalid filter pattern"),
        ("%" + "a{200}" * 2 + "%", "Invalid filter pattern"),
        ("{}", "Invalid filter pattern"),
        ("{ status = 401 }", "Invalid filter pattern"),
        ("{ $.a }", "Invalid filter pattern"),
        ("{ $.a = }", "Invalid filter pattern"),
        ("{ $.a < b }", "Invalid filter pattern"),
        ('{ $.a > "1" }', "Invalid filter pattern"),
        ("{ $.a IS SO }", "Invalid filter pattern"),
        ("{ $.a NOT SO }", "Invalid filter pattern"),
        ("{ ($.a = 1 }", "Invalid filter pattern"),
        ("{ $.a = 1) }", "Invalid filter pattern"),
        ("{ $.a = 1 $.b = 2 }", "Invalid filter pattern"),
        ("{ $.a && $.b }", "Invalid filter pattern"),
        ("{ $.a[99999999999] = 1 }", "Invalid filter pattern"),
        ("{" + "(" * 60 + "$.a = 1" + ")" * 60 + "}", "Invalid filter pattern"),
        ("[..., a, ...]", "Invalid filter pattern"),
        ("[a =]", "Invalid filter pattern"),
        ("[a = 1 b = 2]", "Invalid filter pattern"),
        ("[1]", "Invalid filter pattern"),
        ("[=]", "Invalid filter pattern"),
        ('[a="b]', "Invalid filter pattern"),
        ("[1a = 2]", "Invalid filter pattern"),
    ],
)
def test_patterns_that_are_none(text, said):
    with pytest.raises(AwsError) as caught:
        pattern.compiled(text)
    assert (caught.value.code, caught.value.message) == ("InvalidParameterException", said)


DOCUMENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [
        {"id": 2, "email": "John.Doe@example.com"},
        {"id": 3, "email": "Jane.Doe@example.com"},
    ],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    "latency": 1200,
    "numbers": [0.005],
    "text": "400",
    "odd.name": "x",
    "cluster-name": "y",
    "star": "Ev*ent",
}


@pytest.mark.parametrize(
    ("text", "is_match"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{$.eventType=UpdateTrail}", True),
        ('{ $.eventType != "UpdateTrail" }', False),
        ("{ $.eventType = Update* }", True),
        ("{ $.eventType = *Trail }", True),
        ('{ $.eventType = "*dateTr*" }', True),
        ("{ $.eventType = *none* }", False),
        ("{ $.eventType = %^Up.*il$% }", True),
        ("{ $.eventType = %trail% }", False),
        ("{ $.eventType != %trail% }", True),
        ("{ $.star = Ev*ent }", True),
        ("{ $.eventType = Up*il }", False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress = 111.111.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[2] = "value" }', False),
        ('{ $.eventType[0] = "U" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[1].name = 2 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.Other IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.ThisFlag = true }", True),
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
            False,
        ),
        ("{ $.users = 1 }", False),
        ("{ $.users != 1 }", False),
        ("{ $.none != 1 }", False),
        ("{ $.latency >= 500 }", True),
        ("{ $.latency > +1200 }", False),
        ("{ $.latency <= 1.2e3 }", True),
        ("{ $.latency = 1200.0 }", True),
        ("{ $.latency != 1200 }", False),
        ("{ $.latency = * }", True),
        ("{ $.none = * }", False),
        ("{ $.none = *  || $.latency < 2000 }", True),
        ("{ $.numbers[0] < 10e-3 }", True),
        ("{ $.numbers[0] < 10E3 }", True),
        ("{ $.text = 400 }", True),
        ("{ $.text >= 400 }", True),
        ("{ $.eventType > 1 }", False),
        ('{ $.latency = "1200" }', True),
        ("{ $.['odd.name'] = x }", True),
        ('{ $["odd.name"] = x }', True),
        ("{ $.cluster-name = y }", True),
    ],
)
def test_json(text, is_match):
    assert matches(text, json.dumps(DOCUMENT)) is is_match


@pytest.mark.parametrize(
    "message",
    ["", "x", "[1]", "{", '{"a": ', "[" * 100_000, '{"a":' * 100_000, '{"b": 1}'],
    ids=["empty", "text", "list", "open", "half", "brackets", "braces", "other"],
)
def test_what_is_no_json_object_does_not_match(message):
    assert not matches("{ $.a != 1 }", message)


APACHE = [
    '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534',
    '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /index.html HTTP/1.0" 404 5324',
    '10.0.0.1 - eve [10/Oct/2000:13:50:35 -0700] "GET /apache_pb.gif HTTP/1.0" 403 935',
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", "123"),
        ("[ip, user, username]", ""),
        ("[..., status_code, bytes]", "123"),
        ("[ip, user, ..., status_code, bytes]", "123"),
        ("[ip, user, ...]", "123"),
        ("[...]", "123"),
        ("[a, b, c, d, e, f, g, h, ...]", ""),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", "12"),
        ("[ip, user, username, timestamp, request, status_code = 200, bytes]", "1"),
        ("[ip, user, username, timestamp, request, status_code = 4*, bytes]", "23"),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", "2"),
        ("[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]", ""),
        ("[..., status_code = 4* && bytes > 1000, bytes]", "2"),
        ("[..., status_code = 4* && status_code != 403, bytes]", "2"),
        ("[..., request=*.html*, status_code=4*,]", "2"),
        ("[ip = 127.0.0.1, ..., size != 1534]", "2"),
        ('[..., request = "GET /index.html HTTP/1.0", code, size]', "2"),
        ("[..., request = %(gif|html)% , code, size]", None),
        ("[..., request = %gif HTTP\\/1% , code, size]", "13"),
        ("[w1=frank || w1=127.0.0.1, ...]", "12"),
        ('[(ip="10*"), ...]', "3"),
        ("[ip, , username = eve, ...]", "3"),
    ],
)
def test_fields(text, expected):
    if expected is None:
        with pytest.raises(AwsError):
            pattern.compiled(text)
        return
    found = [str(number) for number, line in enumerate(APACHE, 1) if matches(text, line)]
    assert "".join(found) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[w1=ERROR, w2]", "2"),
        ("[w1=ERROR || w1=WARN, w2]", "23"),
        ("[w1=!ERROR&&w1=!WARN, w2]", ""),
        ("[w1=!ERROR, w2]", "3"),
    ],
)
def test_fields_of_words(text, expected):
    found = [str(number) for number, line in enumerate(LINES, 1) if matches(text, line)]
    assert "".join(found) == expected


async def test_what_a_pattern_extracts(client):
    line = APACHE[1]
    answer = await client(
        "TestMetricFilter",
        filterPattern="[..., request=*.html*, status_code=4*,]",
        logEventMessages=[APACHE[0], line],
    )
    assert answer == {
        "matches": [
            {
                "eventNumber": 2,
                "eventMessage": line,
                "extractedValues": {
                    "$1": "127.0.0.1",
                    "$2": "-",
                    "$3": "frank",
                    "$4": "10/Oct/2000:13:35:22 -0700",
                    "$request": "GET /index.html HTTP/1.0",
                    "$status_code": "404",
                    "$7": "5324",
                },
            }
        ]
    }
    answer = await client(
        "TestMetricFilter",
        filterPattern="{ $.a > 1 && $.b NOT EXISTS }",
        logEventMessages=['{"a": 2}', '{"a": 1}'],
    )
    assert [each["extractedValues"] for each in answer["matches"]] == [{"$.a": "2"}]


ATOMS = st.sampled_from(
    ["a", "b", "c", ".", r"\d", r"\w", r"\s", "[ab]", "[^a]", "[a-c_]", r"\.", "-"]
)
REPEATS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,}", "{0,2}"])
ROWS = st.tuples(
    st.sampled_from(["", "", "^"]),
    st.lists(st.tuples(ATOMS, REPEATS), min_size=1, max_size=4),
    st.sampled_from(["", "", "$"]),
)


@given(st.lists(ROWS, min_size=1, max_size=3), st.text("abc1.-_ \n", max_size=12))
def test_an_expression_is_found_as_python_finds_it(rows, message):
    text = "|".join(
        start + "".join(atom + repeat for atom, repeat in atoms) + end for start, atoms, end in rows
    )
    expected = re.search(text.replace("$", r"\Z"), message, re.ASCII) is not None
    assert regex.Count().compiled(text).search(message) is expected


@pytest.mark.parametrize(
    ("text", "message", "is_match"),
    [
        ("gray|grey", "a grey cat", True),
        ("colou?r", "color", True),
        (r"10\.10\.0\.1", "10.10.0.1", True),
        (r"10\.10\.0\.1", "10x10.0.1", False),
        (r"\x28a\x29", "(a)", True),
        (r"[\x28\]]", "]", True),
        ("^$", "", True),
        ("^$", "x", False),
        (r"a\$", "a$", True),
        (r"a\\$", "a\\", True),
        ("[|]", "|", True),
        (r"a\|b", "a|b", True),
        (r"\D\W\S", "1 x", False),
        (r"\D\W\S", "--x", True),
        (r"\n", "a\nb", True),
        (r"^\D$", "ä", True),
        (r"^.$", "\n", False),
    ],
)
def test_expressions(text, message, is_match):
    assert regex.Count().compiled(text).search(message) is is_match


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a*a*a*a*a*b", "a" * 200_000),
        ("a?" * 60 + "a" * 60 + "b", "a" * 200_000),
        ("[a-z]+[a-z]+[a-z]+1", "a" * 200_000),
        # Each character of this one leads to a set of places that was not there before.
        ("[ab]*a[ab]{200}c", "abbab" * 400 + "aab" * 200),
    ],
    ids=["stars", "questions", "classes", "sets"],
)
def test_no_expression_takes_for_ever(text, message):
    expression = regex.Count().compiled(text)
    began = time.thread_time()
    assert not expression.search(message)
    assert time.thread_time() - began < 2


def test_what_is_remembered_has_a_bound(monkeypatch):
    monkeypatch.setattr(regex, "REMEMBERED", 4)
    expression = regex.Count().compiled("a[a-z]{3}b|[0-9]+x")
    message = "".join(chr(97 + number * 7 % 26) + str(number % 10) for number in range(500))
    assert expression.search(message + "axyzb") is True
    assert sum(len(state.following) for state in expression._states.values()) <= 4
    assert len(expression._states) <= 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a, b, ...]", "[ " * 100_000),
        ("[a, b, ...]", "[x " * 100_000 + "]"),
        ("[a, b, ...]", '" ' * 100_000),
        ("[a = *x*, ...]", '"a' * 100_000),
        ("{ $.a = 1 }", "{" * 100_000),
        ("{ $.a = 1 }", '{"a": ' + "9" * 100_000 + "}"),
        ("%a%", "[ " * 100_000),
    ],
    ids=range(7),
)
def test_no_message_takes_for_ever(text, message):
    match = pattern.compiled(text)
    began = time.thread_time()
    match(message)
    assert time.thread_time() - began < 2
