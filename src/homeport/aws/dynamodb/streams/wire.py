"""Records as GetRecords answers them.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

from __future__ import annotations

import hashlib

from homeport.aws.dynamodb.store.records import Record
from homeport.aws.dynamodb.store.streams import Described
from homeport.aws.dynamodb.streams import numbers

VERSION = "1.1"
SOURCE = "aws:dynamodb"
EXPIRY = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
"""Who deleted an item that expired.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html"""

_BY_SERVICE = f',"userIdentity":{{"PrincipalId":"{EXPIRY["PrincipalId"]}","Type":"{EXPIRY["Type"]}"}}}}'.encode()


def event_id(stream: Described, record: Record) -> str:
    """32 hexadecimal digits, the same whenever the record is read, unlike those of any other record."""
    return hashlib.blake2b(f"{stream.arn}/{record.seq}".encode(), digest_size=16).hexdigest()


def record(stream: Described, entry: Record) -> bytes:
    """A record's JSON. Its images are not decoded but put in place as they are stored.

    The time of creation is cut to the second:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
    """
    head = (
        f'{{"eventID":"{event_id(stream, entry)}","eventName":"{entry.event}","eventVersion":"{VERSION}",'
        f'"eventSource":"{SOURCE}","awsRegion":"{stream.region}",'
        f'"dynamodb":{{"ApproximateCreationDateTime":{entry.created_ms // 1000},'
    )
    tail = (
        f',"SequenceNumber":"{numbers.wire(entry.seq)}","SizeBytes":{entry.size},'
        f'"StreamViewType":"{stream.view}"}}'
    )
    end = _BY_SERVICE if entry.is_by_service else b"}"
    return b"".join((head.encode(), entry.images[1:-1], tail.encode(), end))
