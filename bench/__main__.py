"""Runs the benchmarks named on the command line, or all: `python -m bench [NAME ...]`."""

from __future__ import annotations

import sys

import rich.console

from bench import (
    dynamodb_items,
    dynamodb_large,
    edge_servers,
    functions,
    idle,
    kubernetes_commands,
    s3_large,
    s3_small,
    servers,
    sns_publish,
    sqs_send,
    start_memory,
)
from bench.registry import blobs, browsing, collection, listing, parallel, push, requests

BENCHES = {
    "edge_servers": edge_servers.run,
    "start_memory": start_memory.run,
    "idle": idle.run,
    "s3_small": s3_small.run,
    "s3_large": s3_large.run,
    "sqs_send": sqs_send.run,
    "dynamodb_get": dynamodb_items.run_get,
    "dynamodb_put": dynamodb_items.run_put,
    "dynamodb_query": dynamodb_large.run_query,
    "dynamodb_load": dynamodb_large.run_load,
    "sns_publish": sns_publish.run,
    "sns_fan_out": sns_publish.run_fan_out,
    "lambda_warm": functions.run_warm,
    "lambda_cold": functions.run_cold,
    "lambda_sqs": functions.run_through,
    "registry_requests": requests.run,
    "registry_blobs": blobs.run,
    "registry_push": push.run,
    "registry_parallel": parallel.run,
    "registry_listing": listing.run,
    "registry_gc": collection.run,
    "registry_browsing": browsing.run,
    "kubernetes_commands": kubernetes_commands.run,
}


def main(names: list[str]) -> int:
    console = rich.console.Console(width=None if sys.stdout.isatty() else 120)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        console.print(f"No benchmark {', '.join(unknown)}; there are: {', '.join(BENCHES)}.")
        return 2
    holds = True
    for name in names or BENCHES:
        try:
            holds = BENCHES[name]().show(console) and holds
        except servers.PeerMissing as missing:
            console.print(f"[yellow]skipped[/]  {name}: {missing}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
