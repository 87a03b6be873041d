"""`python -m local.zalo --port 8090 --state .local/zalo.sqlite --config .local/zalo-config.json`."""

import argparse
from pathlib import Path

from local.zalo.server import build_app, listen, serve


def main() -> None:
    """Run the simulator in the foreground until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m local.zalo", description="A simulated Zalo OA platform")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; loopback unless you say so"
    )
    parser.add_argument("--state", type=Path, help="SQLite file that keeps the world; media lie beside it")
    parser.add_argument("--config", type=Path, required=True, help="JSON: webhook_url, agencies …")
    given = parser.parse_args()
    app = build_app(given.config, given.state)
    listening = listen(given.port, given.host)
    server = serve(app, listening)
    print(f"Zalo simulator: {app.state.simulator.config.base_url}", flush=True)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
