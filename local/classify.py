"""`make classify IN=a.jsonl OUT=b.jsonl`: what the desk reads in each message, without a stack.

Lines in: {"id", "agency", "text", "sent_at"?}. Lines out, in the same order: {"id", "category", "confidence",
"alternatives", "plates", "when", "place", "ward"}. Without `sent_at` a message counts as sent now.
"""

import argparse
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from desk.language.understanding import understand

HANOI = timezone(timedelta(hours=7))


def classified(line: dict[str, Any]) -> dict[str, Any]:
    """The output row of one input row. Raises KeyError when it lacks id, agency or text."""
    sent_at = datetime.fromisoformat(line["sent_at"]) if line.get("sent_at") else datetime.now(HANOI)
    if sent_at.tzinfo is None:
        sent_at = sent_at.replace(tzinfo=HANOI)
    found = understand(line["text"], sent_at=sent_at.astimezone(HANOI), agency=line["agency"])
    return {
        "id": line["id"],
        "category": found.category,
        "confidence": found.confidence,
        "alternatives": [list(alternative) for alternative in found.alternatives],
        "plates": [plate.compact for plate in found.plates],
        "when": found.when.iso if found.when else None,
        "place": found.place.text if found.place else None,
        "ward": found.ward,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Classify messages of a JSON Lines file.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    lines = (json.loads(line) for line in arguments.source.read_text("utf-8").splitlines() if line.strip())
    with arguments.target.open("w", encoding="utf-8") as target:
        for line in lines:
            target.write(json.dumps(classified(line), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
