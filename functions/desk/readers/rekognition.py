"""Plates in pictures by Amazon Rekognition's DetectText, which finds printed lines in a picture.

It takes JPEG and PNG of at most 15 MB from a bucket of the same region (Rekognition developer guide, "Guidelines and
quotas"). The plate of a motorbike stands on two lines: neighbours are read together as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.errors import Invalid, Unavailable
from desk.language.plates import find_plates
from desk.readers import ReadPlate

# Per cent: what the service is less sure of is noise.
_LEAST = 60
_REFUSED = {
    "InvalidImageFormatException",
    "ImageTooLargeException",
    "InvalidS3ObjectException",
    "InvalidParameterException",
}


@dataclass(frozen=True, slots=True)
class RekognitionPlates:
    """See `desk.readers.PlateReader`. `client` is a boto3 Rekognition client."""

    client: Any
    bucket: str

    def plates(self, key: str, version_id: str) -> tuple[ReadPlate, ...]:
        """See `desk.readers.PlateReader`."""
        image = {"S3Object": {"Bucket": self.bucket, "Name": key, "Version": version_id}}
        try:
            answer = self.client.detect_text(
                Image=image, Filters={"WordFilter": {"MinConfidence": float(_LEAST)}}
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _REFUSED:
                raise Invalid("the picture cannot be read", code="unreadable") from error
            raise Unavailable("Rekognition does not answer") from error
        except BotoCoreError as error:
            raise Unavailable("Rekognition does not answer") from error
        found: dict[str, ReadPlate] = {}
        for text, confidence in _lines(answer["TextDetections"]):
            for plate in find_plates(text):
                known = found.get(plate.compact)
                if not plate.partial and (known is None or known.confidence < confidence):
                    found[plate.compact] = ReadPlate(plate, confidence)
        return tuple(sorted(found.values(), key=lambda read: -read.confidence))


def _lines(detections: list[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    lines = [(d["DetectedText"], d["Confidence"] / 100) for d in detections if d["Type"] == "LINE"]
    yield from lines
    for (one, sure), (two, surer) in pairwise(lines):
        yield f"{one} {two}", min(sure, surer)
