"""A stored file as a message to the citizen: read from the evidence bucket, uploaded to Zalo."""

import io
from dataclasses import dataclass
from typing import Any

from desk.storage import keys
from desk.storage.table import Table
from desk.zalo import messages
from desk.zalo.api import Access, Upload, ZaloApi
from desk.zalo.errors import Action, Rule, ZaloError
from desk.zalo.messages import Message

_MIB = 1024 * 1024
# Zalo's limits (upload pages of the Open API): kind of upload, largest size, file name ending.
_KINDS: dict[str, tuple[Upload, int, str]] = {
    "image/jpeg": ("image", _MIB, ".jpg"),
    "image/png": ("image", _MIB, ".png"),
    "image/gif": ("gif", 5 * _MIB, ".gif"),
    "application/pdf": ("file", 5 * _MIB, ".pdf"),
    "application/msword": ("file", 5 * _MIB, ".doc"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("file", 5 * _MIB, ".docx"),
    "text/csv": ("file", 5 * _MIB, ".csv"),
}


@dataclass(frozen=True, slots=True)
class Files:
    """Files of the evidence bucket. `s3` is a boto3 S3 client."""

    table: Table
    s3: Any
    bucket: str

    def message(self, api: ZaloApi, access: Access, evidence_id: str) -> Message:
        """Upload a file and return the message that shows it. Uploading twice harms nobody.

        Raises ZaloError with action DROP when there is no such file or Zalo takes none of its kind or size.
        """
        item = self.table.get(keys.evidence(evidence_id)) or {}
        found = _KINDS.get(item.get("content_type", ""))
        if item.get("state") != "stored" or found is None or int(item.get("bytes", 0)) > found[1]:
            raise ZaloError("oa", 0, Rule(Action.DROP, "file_not_sendable"))
        kind, _, ending = found
        content = self.s3.get_object(Bucket=self.bucket, Key=item["key"])["Body"].read()
        name = item.get("file_name") or evidence_id
        if not name.lower().endswith(ending):
            name += ending
        reference = api.upload(access, kind, name, io.BytesIO(content), item["content_type"])
        return messages.file(reference) if kind == "file" else messages.image(attachment_id=reference)
