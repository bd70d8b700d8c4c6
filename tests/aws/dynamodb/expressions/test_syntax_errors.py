"""Where an expression cannot be read: the word, and what is near it.

That these are syntax errors is recorded in https://github.com/architect/dynalite/blob/main/test/scan.js,
https://github.com/architect/dynalite/blob/main/test/updateItem.js and https://github.com/architect/dynalite/blob/main/test/getItem.js
("should return ValidationException for syntax errors"), the form in
https://github.com/aws/aws-cdk/issues/7591, https://github.com/getndazn/dazn-lambda-powertools/issues/242 and
https://github.com/kayomarz/dynamodb-data-types/issues/19.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.expressions import requests
from homeport.aws.protocol.call import AwsError

END = "<EOF>"


def told(kind, token, near):
    return f'Invalid {kind}: Syntax error; token: "{token}", near: "{near}"'


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        (" ", END, " "),
        ("a", END, "a"),
        ("a =", END, "="),
        ("  a  =  ", END, "=  "),
        ("a = b c", "c", "b c"),
        ("a = b  c  ", "c", "b  c  "),
        ("a =\tb  c\t d", "c", "b  c\t d"),
        (" = a", "=", " = a"),
        ("a b", "b", "a b"),
        ("a == b", "=", "== b"),
        ("a != b", "!", "a !="),
        ("a < > b", ">", "< > b"),
        ("a <=> b", ">", "<=> b"),
        ("a > 4", "4", "> 4"),
        ("a = :s AND", END, "AND"),
        ("a = :s OR OR b", "OR", "OR OR b"),
        ("(a = b", END, "b"),
        ("a = b)", ")", "b)"),
        ("(a = b)) AND c = d", ")", ")) AND"),
        ("(a)", END, ")"),
        ("(a) AND b = c", "AND", ") AND b"),
        ("(a AND b)", "AND", "a AND b"),
        ("(a = b AND c)", ")", "c)"),
        ("(a = b) = c", "=", ") = c"),
        ("a = (b = c)", "=", "b = c"),
        ("()", ")", "()"),
        ("NOT a", END, "a"),
        ("(NOT (a))", ")", "))"),
        ("a NOT = b", "NOT", "a NOT ="),
        ("a = NOT b", "NOT", "= NOT b"),
        ("a[", END, "["),
        ("a[x]", "x", "[x]"),
        ("a[-1]", "-", "[-1"),
        ("a[01] = b", "1", "01]"),
        ("a[1.5]", ".", "1.5"),
        ("b[:s] > a", ":s", "[:s]"),
        ("b[#a] > a", "#a", "[#a]"),
        ("a..b", ".", "..b"),
        (".a", ".", ".a"),
        ("a.0", "0", ".0"),
        ("(a.b).c = d", ".", ").c"),
        ("(a)[0] = d", "[", ")[0"),
        (":s.a = b", ".", ":s.a"),
        (":s[0] = b", "[", ":s[0"),
        ("a.b(c)", "(", "b(c"),
        ("size(a).b > a", ".", ").b"),
        ("f(a,)", ")", ",)"),
        ("f(,a)", ",", "(,a"),
        ("f()", ")", "()"),
        ("f(a b)", "b", "a b)"),
        ("a IN ()", ")", "()"),
        ("a IN :s", ":s", "IN :s"),
        ("a IN (b,)", ")", ",)"),
        ("a BETWEEN b", END, "b"),
        ("a between b or c", "or", "b or c"),
        ("a > between", "between", "> between"),
        ("set = a", "set", "set ="),
        ("a.Remove = b", "Remove", ".Remove ="),
        ("_a = b", "_", "_a"),
        ("1a = b", "1", "1a"),
        ("a-b = c", "-", "a-b"),
        ("# = a", "#", "# ="),
        ("#a# = b", "#", "#a# ="),
        (": = a", ":", ": ="),
        ("a = b;", ";", "b;"),
        ('a = "x"', '"', '= "x'),
        ("ü > a", "ü", "ü >"),
        ("a\u00a0= b", "\u00a0", "a\u00a0="),
        ("a\x0c= b", "\x0c", "a\x0c="),
        ("a + b = c", "+", "a + b"),
    ],
)
def test_conditions(text, token, near):
    assert wrong.condition(text) == told("ConditionExpression", token, near)


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("whatever", "whatever", "whatever"),
        ("SET", END, "SET"),
        ("set a", END, "a"),
        ("SETa = b", "SETa", "SETa ="),
        ("SET a = :s,", END, ","),
        ("SET a = :s, REMOVE b", "REMOVE", ", REMOVE b"),
        ("SET , a = b", ",", "SET , a"),
        ("SET a = b ,, c = d", ",", ",, c"),
        ("set a = set", "set", "= set"),
        ("remove a = b", "=", "a = b"),
        ("REMOVE a b", "b", "a b"),
        ("REMOVE :s", ":s", "REMOVE :s"),
        ("REMOVE and", "and", "REMOVE and"),
        ("ADD a", END, "a"),
        ("ADD a b", "b", "a b"),
        ("ADD a = :s", "=", "a = :s"),
        ("ADD a (:s)", "(", "a (:s"),
        ("ADD hits : incr", ":", "hits : incr"),
        ("remove #a, #, b", "#", ", #,"),
        ("SET tax.Facilitator-Principal = b", "-", "Facilitator-Principal"),
        ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
        ("delete a foo(b)", "foo", "a foo("),
        ("SET (a) = b", "(", "SET (a"),
        ("SET foo(a) = b", "(", "foo(a"),
        ("SET a = -b", "-", "= -b"),
        ("SET a = b * c", "*", "b * c"),
        ("SET a = b + c + d", "+", "c + d"),
        ("SET a = (b + c) + d", "+", ") + d"),
        ("set a = (b.c).d + e", ".", ").d"),
        ("SET a = (b", END, "b"),
        ("SET a = b)", ")", "b)"),
        ("SET a = if_not_exists(a, b + c)", "+", "b + c"),
        ("SET a = b AND c = d", "AND", "b AND c"),
        ("SET a = b UPDATE", "UPDATE", "b UPDATE"),
        ('set a[1] = "eight"', '"', '= "eight'),
    ],
)
def test_updates(text, token, near):
    assert wrong.update(text) == told("UpdateExpression", token, near)


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        (",", ",", ","),
        ("a,", END, ","),
        ("a b", "b", "a b"),
        ("a,,b", ",", ",,b"),
        ("(a)", "(", "(a"),
        ("a = b", "=", "a = b"),
        ("size(a)", "(", "size(a"),
        (":s", ":s", ":s"),
        ("SET", "SET", "SET"),
        ("a-b", "-", "a-b"),
    ],
)
def test_projections(text, token, near):
    assert wrong.projection(text) == told("ProjectionExpression", token, near)


SYMBOLS = ["(", ")", "[", "]", "[0]", ".", ",", "=", "<>", "<", "<=", "+", "-"]
KEYWORDS = ["AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"]
OPERANDS = ["a", "b", "#a", ":s", "size(", "contains(", "if_not_exists(", "select"]
OTHERS = ["1", "01", "#", ":", "é", "\0", "\ud83d"]
WORDS = st.lists(st.sampled_from([*SYMBOLS, *KEYWORDS, *OPERANDS, *OTHERS]), max_size=14)


@given(WORDS, st.sampled_from(["UpdateExpression", "ConditionExpression"]))
def test_whatever_is_sent_is_read_or_refused(words, kind):
    text = " ".join(words)
    try:
        requests.of_write({kind: text, **wrong.given(text)})
    except AwsError as error:
        told = error.code
    else:
        told = None
    assert told in (None, "ValidationException")


@pytest.mark.parametrize("opening", ["(", "NOT (", "a = (", "size(", "NOT ", "a[0]."])
def test_deep_texts_are_refused(opening):
    text = opening * (4096 // len(opening))
    assert wrong.condition(text).startswith("Invalid ConditionExpression: ")
    assert wrong.update("SET a = " + text[:4000]).startswith("Invalid UpdateExpression: ")
