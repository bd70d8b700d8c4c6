"""`python -m homeport`."""

import sys

from homeport.cli import main

if __name__ == "__main__":
    sys.exit(main.main())
