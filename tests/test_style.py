"""The bars of the house: small files, small functions, no hidden imports, one clock."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILE_LIMIT, FILE_P90 = 800, 450
FUNCTION_LIMIT, FUNCTION_LONG, FUNCTION_P90, FUNCTION_MEDIAN = 120, 60, 35, 10
FOLDER_LIMIT = 16
CLASS_METHODS = 25
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def trees():
    return [(path, ast.parse(path.read_text())) for path in SOURCES]


def quantile(values, share):
    return sorted(values)[int(len(values) * share)]


def function_lengths():
    return [
        (node.end_lineno - node.lineno + 1, f"{path.name}:{node.name}")
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
    ]


def test_files_are_small():
    lengths = {path: path.read_text().count("\n") for path in SOURCES}
    assert {str(path): n for path, n in lengths.items() if n > FILE_LIMIT} == {}
    assert quantile(lengths.values(), 0.9) <= FILE_P90


def test_functions_are_small():
    lengths = function_lengths()
    counts = [length for length, _ in lengths]
    assert [row for row in lengths if row[0] > FUNCTION_LIMIT] == []
    long = [row for row in lengths if row[0] > FUNCTION_LONG]
    assert len(long) <= len(lengths) * 0.02, long
    assert statistics.median(counts) <= FUNCTION_MEDIAN
    assert quantile(counts, 0.9) <= FUNCTION_P90


def test_classes_are_small():
    large = [
        f"{path.name}:{node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and sum(isinstance(part, FUNCTIONS) for part in node.body) > CLASS_METHODS
    ]
    assert large == []


def test_folders_are_small():
    folders = {path.parent for path in SOURCES}
    entries = {
        folder: [e for e in folder.iterdir() if e.name not in {"__pycache__", "__init__.py"}]
        for folder in folders
    }
    assert {
        str(folder): len(names) for folder, names in entries.items() if len(names) > FOLDER_LIMIT
    } == {}


def test_no_import_hides_in_a_function():
    hidden = [
        f"{path.name}:{node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert hidden == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_only_the_clock_reads_the_time(path):
    if path.name == "clock.py":
        return
    calls = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert calls.isdisjoint(
        {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "time.sleep"}
    )
