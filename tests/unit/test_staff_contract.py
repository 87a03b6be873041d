"""The staff API against its own document: whatever schemathesis makes up from it gets an answer that the document
describes, and never a fault.

A short run; `EXAMPLES=200 python -m pytest tests/unit/test_staff_contract.py` asks each operation so many times.
"""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from staff.app import app
from staff.openapi import document
from tests.staff_server import served
from tests.staff_site import CODES, fill, make_site

EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
WHO = {"Authorization": "Bearer csgt.administrator"}
OPERATIONS: dict[str, Any] = {
    found.ok().label: found.ok()
    for found in schemathesis.openapi.from_dict(document(app)).get_all_operations()
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A site with twenty reports that requests may change as they like."""
    with pytest.MonkeyPatch.context() as monkeypatch, make_site(monkeypatch) as site:
        fill(site)
        site.chat()
        with served(site) as found:
            yield found


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_document_describes(label: str, address: str) -> None:
    operation = OPERATIONS[label]
    made_up = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], derandomize=EXAMPLES < 10,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made_up)
    def ask(case: schemathesis.Case) -> None:
        code = case.path_parameters.get("code", "")
        if re.fullmatch(r"[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}", str(code)):
            # A code that is made up is of no report: most of them become one that exists.
            case.path_parameters["code"] = CODES[sum(map(ord, code)) % 24]
        # What the document cannot say: which topics an agency's news have, and what is a picture.
        unsure = [positive_data_acceptance] if "/news" in label or label.endswith("/evidence") else []
        case.call_and_validate(base_url=address, headers=WHO, excluded_checks=unsure, timeout=60)

    ask()
