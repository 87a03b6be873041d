"""`python -m local.gateway --port N --key-id ID --key-file F`: the service alone."""

import argparse
from pathlib import Path

import uvicorn

from local.gateway.server import Service


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key-id", required=True)
    parser.add_argument("--key-file", type=Path, required=True)
    options = parser.parse_args()
    service = Service(options.key_id, options.key_file.read_text().strip())
    # No access log: this stands for a service that must not write down who was asked about.
    uvicorn.run(service.app(), host="127.0.0.1", port=options.port, log_level="warning", access_log=False)


main()
