"""Machines that read what citizens show and say: plates in pictures, words in recordings.

They cost money for each picture and second, and send what citizens sent to another service of the same cloud region. So
they are off unless the stack is deployed with them, and then read only what an officer asks for, or the pictures of a
report without a plate where the agency wants that (docs/decisions).
"""

from dataclasses import dataclass
from typing import Protocol

from desk.language.plates import Plate


@dataclass(frozen=True, slots=True)
class ReadPlate:
    """A plate that a machine read in a picture; `confidence` from 0 to 1 is how sure it is of the characters."""

    plate: Plate
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What a machine heard in a recording, how sure it is (0 to 1), and how long the recording is (what it costs)."""

    text: str
    confidence: float
    seconds: float


class PlateReader(Protocol):
    """Reads plates in one stored picture."""

    def plates(self, key: str, version_id: str) -> tuple[ReadPlate, ...]:
        """The plates in an original of the evidence bucket, surest first.

        Raises Invalid for a picture that the service does not take, Unavailable when it does not answer.
        """
        ...


class VoiceReader(Protocol):
    """Writes down one stored recording; that takes a while."""

    def hear(self, evidence_id: str, key: str, extension: str) -> Heard | None:
        """What is said in an original of the evidence bucket; None while the service is at work: ask again.

        Raises Invalid for a recording that the service does not take, Unavailable when it does not answer.
        """
        ...
