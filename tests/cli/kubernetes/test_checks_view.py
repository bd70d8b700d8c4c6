"""What rules found, as rows."""

from homeport.cli.kubernetes.view import checks, paint
from homeport.stack.rules import checking, table
from homeport.stack.rules.checking import Checked, Outcome
from homeport.stack.rules.rule import Finding, Level, Rule, Stage

FIRST, SECOND = table.ALL[0], table.ALL[1]
MINE = Rule("machine-x", "Mine.", "Why.", "Hint.", "https://example.org")
WARNING = Finding("It is odd.", "Look.\nThen look again.", Level.WARNING)
ERROR = Finding("It is broken.", "Mend it.")


def checked(rule, outcome, *findings, why="", stage=Stage.PLAN):
    return Checked(rule, stage, outcome, findings, why)


def test_stages_of_a_rule_are_one_row():
    (row,) = checks.rows(
        [
            checked(FIRST, Outcome.PASSED),
            checked(FIRST, Outcome.FAILED, ERROR, WARNING),
            checked(FIRST, Outcome.WARNED, WARNING),
            checked(FIRST, Outcome.SKIPPED, why="no"),
        ]
    )
    assert (row.outcome, row.findings) == (Outcome.FAILED, (ERROR, WARNING))


def test_rows_are_in_the_order_of_the_table():
    found = [checked(each, Outcome.PASSED) for each in (SECOND, FIRST, MINE)]
    assert [row.rule for row in checks.rows(found)] == [MINE, FIRST, SECOND]


def test_lines():
    (row,) = checks.rows([checked(MINE, Outcome.WARNED, WARNING)])
    assert list(checks.lines(row, paint.plain)) == [
        f"{'warned':<7} {'machine-x':<24} Mine.",
        "    It is odd.",
        "      Look.",
        "      Then look again.",
    ]


def test_a_skipped_rule_says_why():
    (row,) = checks.rows([checked(MINE, Outcome.SKIPPED, why="not here")])
    (line,) = checks.lines(row, paint.plain)
    assert line.endswith("Mine. (not here)")


def test_colours():
    (row,) = checks.rows([checked(MINE, Outcome.FAILED, ERROR)])
    text = "\n".join(checks.lines(row, paint.colored))
    assert text.count("\x1b[31m") == 2


def test_the_summary_counts():
    outcomes = [Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED]
    found = [checked(each, outcome) for each, outcome in zip(table.ALL, outcomes, strict=False)]
    assert checks.summary(checks.rows(found)) == "2 passed, 1 failed, 1 skipped"
    assert checking.is_failed(found)


def test_json():
    found = checks.rows([checked(MINE, Outcome.WARNED, WARNING)])
    its = checks.as_json(found, target="local")
    assert (its["target"], its["passed"]) == ("local", True)
    assert its["rules"][0]["findings"] == [
        {"level": "warning", "text": "It is odd.", "hint": "Look.\nThen look again."}
    ]
    assert not checks.as_json(checks.rows([checked(MINE, Outcome.FAILED, ERROR)]))["passed"]
