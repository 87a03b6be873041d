"""Every sample event is taken by the deployed function of its trigger: no crash, and nothing comes back to a queue."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from events import make
from media.collect import LAST_ATTEMPT
from tests.driver import Driver
from tests.integration.test_connect_deployed import consent

pytestmark = pytest.mark.stack

# Signed with the sample OA's secret, which the stack does not have: tests/unit/test_samples.py feeds those.
NAMES = [name for name in make.files() if not name.startswith("webhook/")]

type Invoke = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def invoke(driver: Driver) -> Iterator[Invoke]:
    stack = driver.stack
    functions = boto3.client("lambda", endpoint_url=stack["aws_endpoint_url"], region_name=stack["region"])

    def call(name: str) -> dict[str, Any]:
        function = f"langnghe-local-{name.split('/', maxsplit=1)[0]}"
        event = make.files()[name]
        if name.startswith("media/"):
            # Zalo cannot be reached from a test: what matters is that the last attempt records it and ends.
            event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(LAST_ATTEMPT)
        answer = functions.invoke(FunctionName=function, Payload=json.dumps(event))
        found: dict[str, Any] = json.loads(answer["Payload"].read() or "{}")
        assert "FunctionError" not in answer, found
        return found

    yield call
    # One of the samples takes the consent of the OA back; what is tested next needs it.
    consent(driver, "csgt")


def test_every_other_trigger_has_a_sample() -> None:
    assert {name.split("/")[0] for name in NAMES} == {
        "conversation", "dispatch", "media", "classification", "lookup", "notification", "schedule", "staff",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_handled(invoke: Invoke, name: str) -> None:
    answer = invoke(name)
    assert not answer.get("batchItemFailures"), answer
    assert "error" not in answer
