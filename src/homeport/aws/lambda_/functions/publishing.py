"""PublishVersion.

https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
"""

from __future__ import annotations

import dataclasses
import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.functions import answer, definition, lookup, times
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import Function, Version
from homeport.aws.lambda_.store import functions, records
from homeport.aws.protocol.call import Call, Params


async def publish_version(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PublishVersion"""
    target = names.target(call, params)
    definition.refuse(params)

    def work(connection: sqlite3.Connection) -> Version:
        row = lookup.row(connection, target)
        latest = lookup.latest(connection, row)
        _check(latest, params)
        published = publish(lambda_, connection, row, latest, params.get("Description"))
        check_code_storage(connection, target.function)
        return published

    published = await lambda_.change(target.function, work)
    return answer.configuration(published, published.arn)


def _check(latest: Version, params: Params) -> None:
    """test_publish_with_wrong_revisionid, test_publish_with_wrong_sha256"""
    wanted = params.get("RevisionId")
    if wanted and wanted != latest.revision:
        raise errors.revision(errors.REVISION_OF_FUNCTION)
    sha256 = params.get("CodeSha256")
    if sha256 and sha256 != latest.code_sha256:
        raise errors.INVALID(
            f"CodeSHA256 ({sha256}) is different from current CodeSHA256 in $LATEST ({latest.code_sha256}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )


def publish(
    lambda_: Lambda,
    connection: sqlite3.Connection,
    row: functions.Row,
    latest: Version,
    description: str | None,
) -> Version:
    """A new version of what `$LATEST` is; the last one where nothing has changed since it was published."""
    fingerprint = records.fingerprint(latest)
    if row.published and row.fingerprint == fingerprint:
        last = functions.version(connection, row, str(row.published))
        if last is not None:
            return last
    number = row.published + 1
    published = dataclasses.replace(
        latest,
        version=str(number),
        revision=lambda_.ids(),
        modified=times.modified(lambda_.now_ms()),
        description=latest.description if description is None else description,
    )
    functions.save_version(connection, row.id, published)
    functions.set_published(connection, row, number, fingerprint)
    return published


def check_code_storage(connection: sqlite3.Connection, function: Function) -> None:
    """Raises where an account has more code than it may, each version's counted."""
    if functions.code_size(connection, function.account, function.region) > limits.TOTAL_CODE:
        raise errors.CODE_STORAGE()
