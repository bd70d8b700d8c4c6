"""Takes the pictures of docs/console.md: `scripts/screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import harness
from playwright import sync_api
from tests.console import standing as standings
from tests.e2e.console import filled
from tests.e2e.console.conftest import NARROW, WIDE, launched, log_in


class Picture(NamedTuple):
    """One page."""

    name: str
    path: str
    look: str = "light"
    size: dict[str, int] = WIDE


PICTURES = (
    Picture("start", "/"),
    Picture("repository", "/r/team/api"),
    Picture("image", "/r/team/api:1.9"),
    Picture("space", "/registry/space", "dark"),
    Picture("s3", "/s3/invoices?prefix=2026/11/"),
    Picture("table", "/dynamodb/tables/customers"),
    Picture("phone", "/registry", "dark", NARROW),
)


def take(folder: Path) -> None:
    """Takes all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    port = harness.free_port()
    extra = {"HOMEPORT_UI_ENABLED": "true", "HOMEPORT_UI_PORT": str(port)}
    with tempfile.TemporaryDirectory() as data, standings.running(Path(data), **extra) as made:
        made.console = f"https://localhost:{port}"
        filled.fill(made)
        with sync_api.sync_playwright() as playwright:
            browser = launched(playwright)
            for each in PICTURES:
                context = browser.new_context(
                    base_url=made.console,
                    ignore_https_errors=True,
                    color_scheme=each.look,
                    viewport=each.size,
                )
                page = context.new_page()
                log_in(page, standings.ADMIN)
                page.goto(each.path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{each.name}.png")
                context.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
