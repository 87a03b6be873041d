"""Training rows: near-duplicates go, ways of typing come, always the same."""

import json
import random
from pathlib import Path

import pytest

from desk.language.normalize import fold, has_marks
from training.prepare import CORPUS, SEED, VALIDATION, Row, chat_spelled, distinct, labels, read, variants


def row(text: str) -> Row:
    return Row(text, "red_light", "csgt", "full")


def test_a_text_that_differs_in_numbers_marks_and_points_only_is_dropped() -> None:
    first = row("Xe 29A-123.45 vượt đèn đỏ ở ngã tư Sở lúc 7h30.")
    second = row("xe 29A-678.90 vuot den do o nga tu So luc 8h15")
    third = row("Taxi chạy ngược chiều trên đường Láng cả buổi sáng")
    assert distinct([first, second, third]) == [first, third]


def test_the_variants_of_a_text_are_bare_half_marked_and_in_chat_spelling() -> None:
    styles = {v.style: v.text for v in variants(row("Không được đỗ xe trước cổng"), random.Random(SEED))}
    assert styles["full"] == "Không được đỗ xe trước cổng"
    assert styles["bare"] == fold(styles["full"])
    assert fold(styles["half"]) == styles["bare"]
    assert styles["slang"] != styles["full"]


def test_the_same_seed_gives_the_same_variants() -> None:
    text = row("Xe tải rơi vãi đất cát khắp đường, không ai dọn")
    assert list(variants(text, random.Random(1))) == list(variants(text, random.Random(1)))


def test_chat_spelling_replaces_words_by_their_short_forms() -> None:
    spelled = chat_spelled("không " * 20, random.Random(SEED))
    assert "ko" in spelled.split() or "k" in spelled.split()


def test_an_unknown_class_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(json.dumps({"text": "a", "class": "nope"}) + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"bad.jsonl:1: unknown class 'nope'"):
        read(tmp_path)


def test_the_corpus_is_broad_and_apart_from_the_validation_split() -> None:
    corpus, validation = read(CORPUS), read(VALIDATION)
    assert len(corpus) >= 6000
    assert {r.label for r in corpus} == set(labels()) == {r.label for r in validation}
    assert min(sum(r.label == label for r in corpus) for label in labels()) >= 60
    assert sum(not has_marks(r.text) for r in corpus) >= len(corpus) / 5
    assert not {fold(r.text) for r in corpus} & {fold(r.text) for r in validation if len(r.text) > 25}
