"""`make dev`: the whole product on this machine. Stays in the foreground; Ctrl-C stops all of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from desk import agencies
from desk.logs import logger
from local import front, resume, sample, sample_news, seed, templates
from local.cloud import Cloud
from local.config import ENVIRONMENT, REGION, ROOT, Config
from local.deploy import aws, deploy, warm_up, was_deployed
from local.gateway.people import files, people


def main() -> int:
    """Run, or stop what runs (`--stop`)."""
    # Sample data runs some of the desk's code right here: its log belongs to no terminal.
    logger.setLevel("ERROR")
    config = Config.from_env()
    config.folder.mkdir(parents=True, exist_ok=True)
    if "--stop" in sys.argv:
        return _stop(config)
    if running := _running(config):
        print(
            f"The local stack is running already (process {running}). `make down` stops it.", file=sys.stderr
        )
        return 1
    for port in range(config.port, config.port + 4):
        if _taken(port):
            print(f"Port {port} is taken. Name another base: make dev PORT_BASE=5000", file=sys.stderr)
            return 1
    _pid_file(config).write_text(str(os.getpid()))
    stack = Stack(config)
    signal.signal(signal.SIGTERM, _interrupt)
    # A shell starts what it puts in the background deaf to Ctrl-C; whoever sends one means it.
    signal.signal(signal.SIGINT, _interrupt)
    try:
        stack.start()
        stack.wait()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    except RuntimeError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        stack.stop()
        _pid_file(config).unlink(missing_ok=True)
    return 0


class Stack:
    """The emulator with the deployed template, the Zalo simulator and the plain address of the API."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.cloud = Cloud(config.folder / "cloud", config.port)
        self.simulator: subprocess.Popen[bytes] | None = None
        self.gateway: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Bring everything up and write stack.json. Raises RuntimeError when something does not start."""
        begun = time.monotonic()
        config = self.config
        config.stack_file.unlink(missing_ok=True)
        zalo = seed.credentials(config)
        _say("starting the emulator of AWS")
        resumed = was_deployed(config)
        if not resumed:
            # A first start that was broken off leaves half a stack, which nothing can be deployed over.
            self.cloud.forget()
        self.cloud.start()
        _say("building and deploying template.yaml with SAM")
        outputs = deploy(config)
        if not config.zalo_url:
            _say("starting the Zalo simulator")
            self._start_simulator(zalo, outputs["ApiId"])
        _say("starting the look-up service with its invented people")
        self._start_gateway()
        front.run_in_thread(outputs["ApiId"], config.port, config.port + 2)
        _say("warming up the functions")
        warm_up(config)
        _say("seeding agencies and staff")
        people = seed.seed(config, outputs, zalo)
        if resumed:
            self._resume(outputs)
        stack = self._describe(outputs, people)
        if config.sample_reports and not config.zalo_url:
            _say("writing a few messages as citizens do")
            sample.send(config, stack, _say)
            sample_news.publish(config, stack)
        _publish(config.stack_file, stack)
        _say(f"ready after {time.monotonic() - begun:.0f} s")
        _print_addresses(stack)
        if config.sample_reports > sample.AT_ONCE and not config.zalo_url:
            _say("more sample reports are coming in, with pictures and a past; it takes a few minutes")

    def _resume(self, outputs: dict[str, str]) -> None:
        dispatch = f"langnghe-{ENVIRONMENT}-dispatch"
        dynamodb, functions = aws(self.config, "dynamodb"), aws(self.config, "lambda")
        count = resume.hand_over(dynamodb, functions, table=outputs["Table"], dispatch=dispatch)
        _say(f"going on where it stopped ({count} tasks looked at again)")

    def _describe(self, outputs: dict[str, str], people: dict[str, Any]) -> dict[str, Any]:
        api = f"http://127.0.0.1:{self.config.port + 2}"
        return {
            "ready": True,
            "api_url": api,
            "webhook_url": f"{api}/webhooks/zalo",
            "console_url": f"{api}/",
            "simulator_url": self.config.simulator_url,
            "aws_endpoint_url": self.config.aws_url,
            "region": REGION,
            "table": outputs["Table"],
            "identity_table": outputs["IdentityTable"],
            "tokens_table": outputs["TokensTable"],
            "evidence_bucket": outputs["EvidenceBucket"],
            "api_id": outputs["ApiId"],
            "gateway_url": self.config.gateway_url,
            "agencies": people,
        }

    def _start_simulator(self, zalo: dict[str, dict[str, str]], api_id: str) -> None:
        config = self.config
        own = config.folder / "zalo-config.json"
        settings = {
            "webhook_url": f"{config.aws_url}/webhooks/zalo",
            "webhook_host": f"{api_id}.execute-api.localhost:{config.port}",
            "agencies": {
                n: {**v, "name": agencies.agency(n).name, "templates": list(templates.of(n))}
                for n, v in zalo.items()
            },
        }
        own.write_text(json.dumps(settings, ensure_ascii=False))
        command = [sys.executable, "-m", "local.zalo", "--port", str(config.port + 1),
                   "--state", str(config.folder / "zalo.sqlite"), "--config", str(own)]  # fmt: skip
        self.simulator = self._serve(command, config.port + 1, "zalo.log", "the Zalo simulator")

    def _start_gateway(self) -> None:
        config = self.config
        key_id, key_file = seed.gateway_key(config)
        command = [sys.executable, "-m", "local.gateway", "--port", str(config.port + 3),
                   "--key-id", key_id, "--key-file", str(key_file)]  # fmt: skip
        self.gateway = self._serve(command, config.port + 3, "gateway.log", "the look-up service")

    def _serve(self, command: list[str], port: int, log_name: str, what: str) -> subprocess.Popen[bytes]:
        """Start a server of ours and wait until it listens. Raises RuntimeError."""
        file = self.config.folder / log_name
        with open(file, "ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 15
        while not _taken(port):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(f"{what} did not start; see {file}")
            time.sleep(0.1)
        return process

    def wait(self) -> None:
        """Until a child dies or somebody interrupts."""
        while True:
            time.sleep(0.5)
            if self.cloud.process and self.cloud.process.poll() is not None:
                raise RuntimeError(f"the emulator stopped; see {self.cloud.folder / 'log'}")
            if self.simulator and self.simulator.poll() is not None:
                raise RuntimeError(f"the Zalo simulator stopped; see {self.config.folder / 'zalo.log'}")
            if self.gateway and self.gateway.poll() is not None:
                raise RuntimeError(f"the look-up service stopped; see {self.config.folder / 'gateway.log'}")

    def stop(self) -> None:
        """Stop everything; the state stays."""
        self.config.stack_file.unlink(missing_ok=True)
        for process in (self.simulator, self.gateway):
            if process and process.poll() is None:
                process.terminate()
                process.wait(10)
        self.cloud.stop()


def _publish(file: Path, stack: dict[str, Any]) -> None:
    """Write the file at once: a program that waits for it must never read half of it."""
    unfinished = file.with_suffix(".tmp")
    unfinished.write_text(json.dumps(stack, indent=1))
    unfinished.replace(file)


def _print_addresses(stack: dict[str, Any]) -> None:
    print(f"\n  Phone (citizens)   {stack['simulator_url']}/")
    print(f"  Console (staff)    {stack['console_url']}")
    print(f"  Staff API          {stack['api_url']}/staff/openapi.json\n")
    for name, agency in stack["agencies"].items():
        officer = agency["staff"]["officer"]
        print(f"  {name:<6} officer     {officer['username']}  {officer['password']}")
    print(
        '\n  Look-ups (bhxh): write "hạn thẻ BHYT", tap the button, give name, birth date and number; the code comes to'
    )
    print("  the phone of whoever has that number on the phone page. Invented people:")
    for person in people(date.today()):
        birth = date.fromisoformat(person.birth).strftime("%d/%m/%Y")
        print(f"    {person.name:<17} {birth}  {person.social}  ({person.phone})  {person.shows}")
    print(f"    their cards, to send as photos in place of writing: {stack['gateway_url']}/cards")
    print("    files: " + ", ".join(f.code for f in files(date.today())))
    print("\n  All of it, for programs: .local/stack.json. Ctrl-C stops.\n", flush=True)


def _say(what: str) -> None:
    print(f"• {what}", flush=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _pid_file(config: Config) -> Path:
    return config.folder / "dev.pid"


def _running(config: Config) -> int | None:
    """Process id of a living `make dev` with the same folder."""
    try:
        pid = int(_pid_file(config).read_text())
        command = Path(f"/proc/{pid}/cmdline")
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    # A process id is used again after a restart of the machine: look at what runs, where that can be seen.
    return (
        pid
        if not command.parent.parent.joinpath("self").exists() or b"local.dev" in command.read_bytes()
        else None
    )


def _stop(config: Config) -> int:
    pid = _running(config)
    if pid is None:
        return 0
    os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if _running(config) is None:
            return 0
        time.sleep(0.1)
    print(f"process {pid} does not stop", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
