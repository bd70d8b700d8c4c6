"""The pages that say what is there, the tables of operations and the models agree."""

import re
from pathlib import Path

import botocore.loaders
import pytest

from homeport.aws.dynamodb import operations
from homeport.aws.dynamodb.streams import operations as streams_operations

PAGES = Path(__file__).parents[3] / "docs" / "coverage"
ROW = re.compile(r"^\| \[(\w+)\]\(\S+API_(\w+)\.html\) \| (yes|no) \|$", re.MULTILINE)
SERVICES = [
    ("dynamodb", "", operations.TABLE),
    ("dynamodbstreams", "streams_", streams_operations.TABLE),
]


def names(service):
    return sorted(botocore.loaders.Loader().load_service_model(service, "service-2")["operations"])


@pytest.mark.parametrize(("service", "prefix", "table"), SERVICES)
def test_the_page_lists_each_operation_of_the_model_as_it_is(service, prefix, table):
    rows = ROW.findall((PAGES / f"{service}.md").read_text())
    assert [(name, link, is_there == "yes") for name, link, is_there in rows] == [
        (name, prefix + name, name in table) for name in names(service)
    ]


@pytest.mark.parametrize(("service", "prefix", "table"), SERVICES)
def test_no_operation_is_there_that_the_model_has_not(service, prefix, table):
    del prefix
    assert table.keys() <= set(names(service))
