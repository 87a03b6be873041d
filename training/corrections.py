"""What officers' corrections would change: `python -m training.corrections export.jsonl`.

The export has a line {"text", "category", "agency"} for each corrected report and no identity; `--from-table NAME`
makes it from the desk's table first (one Query an agency, with the AWS credentials of who runs it). Its rows are
split in two by a checksum; a model trained on the corpus plus one half is compared with the shipped one on
the other half, both ways round, so that no row is judged by a model that saw it. `--adopt` copies the export
into the corpus; then train and report as usual.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import boto3

from desk import agencies
from desk.language.categories import load
from desk.storage import keys
from desk.storage.table import Table
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


def export(table: Table, path: Path) -> int:
    """Write what officers corrected to a file, oldest first; returns how many rows there are."""
    items = [
        item
        for name in agencies.names()
        for item in table.query_all(keys.correction_pk(name), consistent=True)
    ]
    lines = [{"text": i["text"], "category": i["now"], "was": i["was"], "agency": i["agency"]} for i in items]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return len(lines)


def compare(rows: Sequence[Row], corpus: Sequence[Row] | None = None) -> tuple[list[Judged], list[Judged]]:
    """The corrected messages as judged before (shipped model) and after (trained with the other half)."""
    corpus = read(CORPUS) if corpus is None else corpus
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
    parser.add_argument("--from-table", metavar="NAME", help="make the export from this table first")
    arguments = parser.parse_args()
    if arguments.from_table:
        export(Table(boto3.client("dynamodb"), arguments.from_table), arguments.export)
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
