"""`make job JOB=looks DAY=2026-12-24`: run a scheduled job of the running local stack now."""

import json
import sys

from local.config import ENVIRONMENT, Config
from local.deploy import aws


def main(name: str, arguments: dict[str, str]) -> int:
    """Call the schedule function as EventBridge Scheduler does, and print what it did."""
    event = {"job": name, **arguments}
    answer = aws(Config.from_env(), "lambda").invoke(
        FunctionName=f"langnghe-{ENVIRONMENT}-schedule", Payload=json.dumps(event)
    )
    print(answer["Payload"].read().decode())
    return 1 if answer.get("FunctionError") else 0


if __name__ == "__main__":
    pairs = (argument.split("=", 1) for argument in sys.argv[2:])
    sys.exit(main(sys.argv[1], {key.lower(): value for key, value in pairs if value}))
