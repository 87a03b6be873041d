"""Files made for staff: put into a bucket of their own, which forgets them after a day, and given out by a
short-lived address."""

from base64 import b64encode
from typing import Any, BinaryIO

from aws_lambda_powertools.event_handler import Response

from desk.settings import settings
from desk.storage.evidence import LINK_S, disposition
from staff.desk import Desk


def key(agency: str, name: str) -> str:
    """Where a file of an agency is put."""
    return f"{agency}/{name}"


def put(desk: Desk, place: str, file: BinaryIO, content_type: str) -> None:
    """Put a file, in parts when it is large."""
    file.seek(0)
    desk.bucket.client.upload_fileobj(
        file, settings().exports_bucket, place, ExtraArgs={"ContentType": content_type}
    )


def link(desk: Desk, place: str, file_name: str, content_type: str) -> str:
    """An address of the file, valid for five minutes."""
    url: str = desk.bucket.client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings().exports_bucket,
            "Key": place,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition(file_name, inline=False),
        },
        ExpiresIn=LINK_S,
    )
    return url


def download(file_name: str, content_type: str, data: bytes) -> Response[str]:
    """The file as an answer of its own."""
    headers: dict[str, Any] = {
        "Content-Disposition": disposition(file_name, inline=False),
        "Cache-Control": "no-store",
    }
    # As text: the check of answers knows no bytes.
    answer = Response(200, content_type, b64encode(data).decode(), headers)
    answer.base64_encoded = True
    return answer
