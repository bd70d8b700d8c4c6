"""Request ids. https://docs.aws.amazon.com/AmazonS3/latest/userguide/get-request-ids.html"""

from __future__ import annotations

import os


def request_id() -> str:
    """A new id in the form of a UUID, unique and not to be guessed."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
