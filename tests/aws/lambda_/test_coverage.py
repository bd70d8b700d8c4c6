"""The page that says what is there, the table of operations and the model agree."""

import re
from pathlib import Path

import botocore.loaders

from homeport.aws.lambda_ import operations

PAGE = Path(__file__).parents[3] / "docs" / "coverage" / "lambda.md"
THERE = operations.TABLE.keys() | set(operations.INVOCATIONS)


def test_the_page_lists_each_operation_of_the_model_as_it_is():
    model = botocore.loaders.Loader().load_service_model("lambda", "service-2")
    rows = re.findall(
        r"^\| \[(\w+)\]\(\S+API_(\w+)\.html\) \| (yes|no) \|$", PAGE.read_text(), re.MULTILINE
    )
    assert [(name, link, is_there == "yes") for name, link, is_there in rows] == [
        (name, name, name in THERE) for name in sorted(model["operations"])
    ]


def test_no_operation_is_there_that_the_model_has_not():
    model = botocore.loaders.Loader().load_service_model("lambda", "service-2")
    assert model["operations"].keys() >= THERE


def test_what_invokes_is_not_the_control_sides():
    assert operations.TABLE.keys().isdisjoint(operations.INVOCATIONS)
