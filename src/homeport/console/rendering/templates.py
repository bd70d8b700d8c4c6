"""Templates: Jinja2 with every value escaped, and an error for every name that is not there.

https://jinja.palletsprojects.com/en/stable/api/
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from homeport.console.rendering import charts, filters
from homeport.console.serving.static import Static

FOLDER = Path(__file__).parent.parent / "templates"


class Templates:
    """The templates of a folder."""

    def __init__(self, static: Static, folder: Path = FOLDER) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= filters.ALL
        self._environment.globals |= {"static": static.url, "charts": charts}
        # Known to blocks that are rendered alone, too.
        macros = self._environment.get_template("parts/macros.html")
        self._environment.globals["m"] = macros.module

    def render(self, name: str, block: str, values: Mapping[str, Any]) -> str:
        """A template, or one block of it."""
        template = self._environment.get_template(name)
        if not block:
            return template.render(values)
        context = template.new_context(dict(values))
        return "".join(template.blocks[block](context))
