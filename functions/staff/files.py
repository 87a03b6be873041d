"""Files made for staff: put into the bucket under exports/ and given out by a short-lived address.

They lie in the evidence bucket, whose default retention is for evidence; a retention of their own of one day
lets them go.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO

from desk.storage.evidence import LINK_S, disposition
from staff.desk import Desk

KEPT = timedelta(days=1)
_CHUNK = 1024 * 1024


def key(agency: str, name: str) -> str:
    """Where a file of an agency is put."""
    return f"exports/{agency}/{name}"


def put(desk: Desk, place: str, file: BinaryIO, content_type: str) -> None:
    """Put a file, streaming."""
    digest = hashlib.sha256()
    for piece in pieces(file):
        digest.update(piece)
    file.seek(0)
    desk.bucket.client.put_object(
        Bucket=desk.bucket.name,
        Key=place,
        Body=file,
        ContentType=content_type,
        ChecksumSHA256=b64encode(digest.digest()).decode(),
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=desk.now() + KEPT,
    )


def link(desk: Desk, place: str, file_name: str, content_type: str) -> str:
    """An address of the file, valid for five minutes."""
    url: str = desk.bucket.client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": desk.bucket.name,
            "Key": place,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition(file_name, inline=False),
        },
        ExpiresIn=LINK_S,
    )
    return url


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file from its start, in pieces."""
    file.seek(0)
    while piece := file.read(_CHUNK):
        yield piece
