"""UpdateFunctionCode.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
"""

from __future__ import annotations

import dataclasses
import sqlite3

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.code import package
from homeport.aws.lambda_.code.objects import NoImage
from homeport.aws.lambda_.code.package import Package
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.functions import answer, definition, layering, lookup, publishing, times
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import IMAGE, Image, Version
from homeport.aws.lambda_.store import files, functions
from homeport.aws.protocol.call import Call, Params


async def update_function_code(lambda_: Lambda, call: Call, params: Params) -> Params:
    """UpdateFunctionCode"""
    target = names.target(call, params)
    definition.refuse(params)
    with lambda_.db.snapshot() as connection:
        before = lookup.latest(connection, lookup.row(connection, target))
    check_revision(before, params)
    _check_source(before, params)
    new, taken = await _with_code(lambda_, call, before, params)
    if params.get("DryRun"):
        if taken is not None:
            await lambda_.content.delete([taken.file])
        return answer.configuration(new, target.function.arn)

    def work(connection: sqlite3.Connection) -> tuple[Version, list[str]]:
        row = lookup.row(connection, target)
        latest = lookup.latest(connection, row)
        check_revision(latest, params)
        # It may have been deleted and made anew meanwhile.
        _check_source(latest, params)
        changed = layering.lay(connection, _moved(latest, new, params), None)
        if taken is not None:
            files.add(connection, taken.file, taken.size)
        made = save(lambda_, connection, row, changed)
        if params.get("Publish"):
            made = publishing.publish(lambda_, connection, row, made, None)
        dropped = files.drop_unused(connection, [latest.file] if latest.file else [])
        publishing.check_code_storage(connection, target.function)
        return made, dropped

    made = await lambda_.replace(target.function, work, taken)
    # test_publish_with_update: other than CreateFunction, it answers the ARN of the version.
    return answer.configuration(made, made.arn if params.get("Publish") else target.function.arn)


def check_revision(version: Version, params: Params) -> None:
    """Raises where the client knows another revision than the latest."""
    wanted = params.get("RevisionId")
    if wanted and wanted != version.revision:
        raise errors.revision(errors.REVISION_OF_FUNCTION)


def save(
    lambda_: Lambda, connection: sqlite3.Connection, row: functions.Row, version: Version
) -> Version:
    """Keeps `$LATEST` as it was changed, under a new revision."""
    changed = dataclasses.replace(
        version, revision=lambda_.ids(), modified=times.modified(lambda_.now_ms())
    )
    functions.save_version(connection, row.id, changed)
    return changed


def _check_source(version: Version, params: Params) -> None:
    """test_lambda_image_crud, test_lambda_zip_file_to_image"""
    if version.package_type == IMAGE and not params.get("ImageUri"):
        raise errors.INVALID(
            "Please provide ImageUri when updating a function with packageType Image."
        )
    if version.package_type != IMAGE and params.get("ImageUri"):
        raise errors.INVALID(
            "Please don't provide ImageUri when updating a function with packageType Zip."
        )


async def _with_code(
    lambda_: Lambda, call: Call, version: Version, params: Params
) -> tuple[Version, Package | None]:
    if version.package_type == IMAGE:
        return await with_image(lambda_, version, params["ImageUri"]), None
    taken = await package.take(lambda_.content, lambda_.objects, call, params)
    return with_package(version, taken), taken


def _moved(latest: Version, new: Version, params: Params) -> Version:
    """`$LATEST` as it is now, with the code that was just taken in."""
    architectures = params.get("Architectures")
    return dataclasses.replace(
        latest,
        architecture=architectures[0] if architectures else latest.architecture,
        code_sha256=new.code_sha256,
        code_size=new.code_size,
        file=new.file,
        unzipped=new.unzipped,
        image=_same_image(latest.image, new.image),
    )


def _same_image(latest: Image | None, new: Image | None) -> Image | None:
    if latest is None or new is None:
        return new
    return dataclasses.replace(latest, uri=new.uri, digest=new.digest)


def with_package(version: Version, taken: Package) -> Version:
    """A version whose code is an archive."""
    return dataclasses.replace(
        version,
        code_sha256=taken.sha256,
        code_size=taken.size,
        file=taken.file,
        unzipped=taken.unzipped,
    )


async def with_image(lambda_: Lambda, version: Version, uri: str | None) -> Version:
    """A version whose code is an image, of the digest that its name leads to now."""
    if not uri or version.image is None:
        raise errors.INVALID(package.NO_SOURCE)
    if lambda_.images is None:
        raise errors.not_implemented(
            "container images where no registry is there, which is what is asked for"
        )
    try:
        digest = await lambda_.images.digest(uri)
    except NoImage as error:
        # https://github.com/hashicorp/terraform/issues/27963
        raise errors.INVALID(
            f"Source image {uri} does not exist. Provide a valid source image."
        ) from error
    image = dataclasses.replace(version.image, uri=uri, digest=digest)
    return dataclasses.replace(
        version, image=image, code_sha256=digest.removeprefix("sha256:"), code_size=0
    )
