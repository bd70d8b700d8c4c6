"""Compiles all that Homeport loads, the standard library's part too, into the folder of PYTHONPYCACHEPREFIX.

On a read-only root nothing is compiled at the start for the next one, and the Python of some bases comes without its compiled files.
They hold whatever the times of their sources say, which differ from build to build: https://peps.python.org/pep-0552/
"""

import importlib.util
import pkgutil
import py_compile
import sys

import homeport

_ENTRIES = ("homeport.__main__",)
"""Modules that do something when they are loaded."""
_OF_AN_EXTRA = ("homeport.tofu.", "homeport.cli.tofu.")
"""Modules that need what the image does not have: Terraform runs elsewhere."""


def main() -> None:
    """Loads every module, and compiles what that has loaded."""
    for module in pkgutil.walk_packages(homeport.__path__, "homeport."):
        if module.name not in _ENTRIES and not module.name.startswith(_OF_AN_EXTRA):
            importlib.import_module(module.name)
    for loaded in list(sys.modules.values()):
        path = getattr(loaded, "__file__", None)
        if path is not None and path.endswith(".py") and loaded.__name__ != "__main__":
            py_compile.compile(
                path,
                importlib.util.cache_from_source(path),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )


if __name__ == "__main__":
    main()
