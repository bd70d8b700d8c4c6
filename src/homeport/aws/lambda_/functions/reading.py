"""GetFunction, GetFunctionConfiguration, ListFunctions, ListVersionsByFunction.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
"""

from __future__ import annotations

from homeport.aws.lambda_ import limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.functions import answer, lookup, pages
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.store import functions, records
from homeport.aws.protocol.call import Call, Params


def get_function(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunction"""
    target = names.target(call, params)
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, target)
        version = lookup.version(connection, row, target)
    url = lambda_.locations.url(call, version.file) if version.file else ""
    reserved = None if row.reserved is None else {"ReservedConcurrentExecutions": row.reserved}
    return {
        "Configuration": answer.configuration(version, target.arn),
        "Code": answer.location(version, url),
        "Tags": row.tags or None,
        "Concurrency": reserved,
    }


def get_function_configuration(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunctionConfiguration"""
    target = names.target(call, params)
    with lambda_.db.snapshot() as connection:
        version = lookup.version(connection, lookup.row(connection, target), target)
    return answer.configuration(version, target.arn)


def list_functions(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListFunctions, by name"""
    is_all = params.get("FunctionVersion") == "ALL"
    most = pages.limit(params, limits.PAGE)
    name, _, number = pages.after(params).partition(":")
    # Behind the last number of a name where only the latest are listed.
    after = (name, pages.number(number) or 0) if name else ("", -1)
    with lambda_.db.snapshot() as connection:
        found = functions.page(
            connection, (call.account, call.region), after, most + 1, is_all=is_all
        )

    def shown(version: Version) -> Params:
        return answer.listed(version, version.arn if is_all else version.function.arn)

    return pages.answer("Functions", found, most, _key, shown)


def _key(version: Version) -> str:
    return f"{version.function.name}:{records.number(version.version)}"


def list_versions_by_function(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListVersionsByFunction"""
    target = names.target(call, params)
    most = pages.limit(params, limits.PAGE)
    after = pages.after(params)
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, target)
        start = pages.number(after)
        found = functions.versions(connection, row, -1 if start is None else start, most + 1)
    return pages.answer(
        "Versions",
        found,
        most,
        lambda version: str(records.number(version.version)),
        lambda version: answer.listed(version, version.arn),
    )
