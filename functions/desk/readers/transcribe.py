"""Words in recordings by Amazon Transcribe (vi-VN, in batch).

A job has the name of its evidence, so that a task that comes again finds the job of the first. The result is fetched
once and the job deleted with it: no copy of what a citizen said stays behind.
"""

import re
from dataclasses import dataclass
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Invalid, Unavailable
from desk.readers import Heard

LANGUAGE = "vi-VN"
# What the service takes, by the extension that the media function found (Transcribe developer guide, "Data input").
_FORMATS = {
    "amr": "amr",
    "m4a": "m4a",
    "mp3": "mp3",
    "mp4": "mp4",
    "ogg": "ogg",
    "wav": "wav",
    "webm": "webm",
}
_ABSENT = {"BadRequestException", "NotFoundException"}


@dataclass(frozen=True, slots=True)
class TranscribeVoice:
    """See `desk.readers.VoiceReader`. `client` is a boto3 Transcribe client, `http` fetches the result."""

    client: Any
    http: httpx.Client
    bucket: str

    def hear(self, evidence_id: str, key: str, extension: str) -> Heard | None:
        """See `desk.readers.VoiceReader`."""
        if extension not in _FORMATS:
            raise Invalid("the recording cannot be read", code="unreadable")
        name = "langnghe-" + re.sub(r"[^0-9A-Za-z._-]", "-", evidence_id)
        try:
            job = self._job(name) or self._start(name, key, _FORMATS[extension])
            if job["TranscriptionJobStatus"] == "FAILED":
                self.client.delete_transcription_job(TranscriptionJobName=name)
                raise Invalid("the recording cannot be read", code="unreadable")
            if job["TranscriptionJobStatus"] != "COMPLETED":
                return None
            heard = self._result(job["Transcript"]["TranscriptFileUri"])
            self.client.delete_transcription_job(TranscriptionJobName=name)
        except (BotoCoreError, ClientError, httpx.HTTPError) as error:
            raise Unavailable("Transcribe does not answer") from error
        return heard

    def _job(self, name: str) -> dict[str, Any] | None:
        try:
            answer = self.client.get_transcription_job(TranscriptionJobName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        found: dict[str, Any] = answer["TranscriptionJob"]
        return found

    def _start(self, name: str, key: str, media_format: str) -> dict[str, Any]:
        try:
            answer = self.client.start_transcription_job(
                TranscriptionJobName=name,
                LanguageCode=LANGUAGE,
                MediaFormat=media_format,
                Media={"MediaFileUri": f"s3://{self.bucket}/{key}"},
            )
        except ClientError as error:
            # Somebody started it between our look and now.
            if error.response["Error"]["Code"] == "ConflictException":
                return {"TranscriptionJobStatus": "IN_PROGRESS"}
            raise
        started: dict[str, Any] = answer["TranscriptionJob"]
        return started

    def _result(self, url: str) -> Heard:
        answer = self.http.get(url)
        answer.raise_for_status()
        results = answer.json()["results"]
        items = results.get("items", [])
        sure = [
            float(i["alternatives"][0]["confidence"])
            for i in items
            if i["type"] == "pronunciation" and i["alternatives"][0].get("confidence")
        ]
        text = " ".join(t["transcript"] for t in results["transcripts"]).strip()
        seconds = max((float(i["end_time"]) for i in items if i.get("end_time")), default=0.0)
        return Heard(text, round(sum(sure) / len(sure), 3) if sure else 0.0, seconds)
