"""kill -9 in the middle of a restore, an export, an import and a backup: each is whole in the end, and no half table is ever seen."""

import asyncio
import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.aws.dynamodb.backups import killed
from tests.aws.dynamodb.backups.conftest import Backups, open_with_s3

from homeport.clock import SystemClock

ROOT = Path(__file__).parents[4]
COUNT = killed.COUNT


@pytest.mark.parametrize("delay_s", [0, 0.02, 0.05, 0.1, 0.2, 0.4])
async def test_what_a_kill_cut_off_goes_on(tmp_path, delay_s):
    arn = await killed.prepare(tmp_path)
    second, imported, exported = await kill(tmp_path, arn, delay_s)
    client, bucket = await open_with_s3(tmp_path, SystemClock())
    try:
        await check(Backups(client), bucket, second, imported, exported)
    finally:
        await client.close()
        await bucket.s3.close()


async def kill(folder, arn, delay_s):
    """Runs the process until it is so far, and kills it."""
    command = [sys.executable, "-m", "tests.aws.dynamodb.backups.killed", str(folder), arn]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    process = subprocess.Popen(  # noqa: ASYNC220 - it takes a millisecond
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE
    )
    with process:
        line = await asyncio.to_thread(process.stdout.readline)
        await asyncio.sleep(delay_s)
        process.kill()
    return line.decode().split()


async def check(backups, bucket, second, imported, exported):
    for name in ("restored", "recovered", "imported"):
        await only_whole(backups, name)
    assert await backups.items("restored") == await backups.items()
    assert await backups.items("recovered") == await backups.items()
    assert await ended(backups, "DescribeImport", "Import", imported) == (COUNT, COUNT)
    items, _ = await ended(backups, "DescribeExport", "Export", exported)
    assert items == COUNT
    folder = f"/{exported.rsplit('/', 1)[1]}/data/"
    (data,) = [key for key in await bucket.keys() if folder in key]
    assert len(gzip.decompress(await bucket.get(data)).splitlines()) == COUNT
    await backups.until(lambda: backups.backup_status(second), "AVAILABLE")


async def only_whole(backups, name):
    """A table that is ACTIVE holds everything, whenever it is looked at."""

    async def status():
        table = backups.table(name)
        if table.status == "ACTIVE":
            assert len(await backups.items(name)) == COUNT
        return table.status

    await backups.until(status, "ACTIVE")


async def ended(backups, operation, kind, arn):
    member = "ImportTableDescription" if kind == "Import" else "ExportDescription"

    async def status():
        return (await backups(operation, **{f"{kind}Arn": arn}))[member][f"{kind}Status"]

    assert await backups.until(status, "COMPLETED", "FAILED") == "COMPLETED"
    described = (await backups(operation, **{f"{kind}Arn": arn}))[member]
    return described.get("ItemCount", described.get("ImportedItemCount")), described.get(
        "ProcessedItemCount"
    )
