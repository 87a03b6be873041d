"""What officers' corrections would change: `python -m training.corrections export.jsonl`.

The export has a line {"text", "category", "agency"} for each corrected report and no identity. Its rows are
split in two by a checksum; a model trained on the corpus plus one half is compared with the shipped one on
the other half, both ways round, so that no row is judged by a model that saw it. `--adopt` copies the export
into the corpus; then train and report as usual.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from desk.language.categories import load
from training.evaluate import Judged, confusions, halves, judge, top1, top3
from training.prepare import CORPUS, Row, distinct, labels, read
from training.train import build

STYLE = "correction"


def corrections(path: Path) -> list[Row]:
    """The rows of an export. Raises ValueError on a class that the taxonomy does not have."""
    known = set(labels())
    rows = []
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            if row["category"] not in known:
                raise ValueError(f"unknown class {row['category']!r}")
            rows.append(Row(row["text"], row["category"], row.get("agency", ""), STYLE))
    return distinct(rows)


def compare(rows: Sequence[Row]) -> tuple[list[Judged], list[Judged]]:
    """The corrected messages as judged before (shipped model) and after (trained with the other half)."""
    corpus = read(CORPUS)
    first, second = halves(rows)
    after: list[Judged] = []
    for learned, held_out in ((first, second), (second, first)):
        model = build([*corpus, *learned])
        after += judge(held_out, model)
    return judge(rows, load()), after


def adopt(rows: Sequence[Row], path: Path = CORPUS / "corrections.jsonl") -> None:
    """Appends the rows to the corpus."""
    with path.open("a", encoding="utf-8") as corpus:
        for row in rows:
            line = {"text": row.text, "class": row.label, "agency": row.agency, "style": row.style}
            corpus.write(json.dumps(line, ensure_ascii=False) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Report what officers' corrections would change.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--adopt", action="store_true", help="add the rows to the corpus")
    arguments = parser.parse_args()
    rows = corrections(arguments.export)
    before, after = compare(rows)
    print(f"{len(rows)} corrections        top-1   top-3")
    print(f"before               {top1(before):6.1%}  {top3(before):6.1%}")
    print(f"after                {top1(after):6.1%}  {top3(after):6.1%}")
    for true, given, count in confusions(after, 10):
        print(f"still {count:3d} × {true} taken for {given}")
    if arguments.adopt:
        adopt(rows)


if __name__ == "__main__":
    main()
