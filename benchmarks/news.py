"""An article to thirty thousand readers through the simulated Zalo, with the senders killed on the way.

`python -m benchmarks.news [readers] [kills]`: the emulator of AWS, the simulator at its rate limit, and one process
that does what the functions do: pages of the run, the stream to the queue, the queue to Zalo. That process gets SIGKILL
in the middle and is started again. In the end the simulator's chats say who got the article never, once or twice.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.config import Config as BotoConfig

from desk.domain.clock import iso
from desk.domain.news import Reader
from desk.storage import keys, sendings
from desk.storage.held import release_due
from desk.storage.identity import Identities
from desk.storage.ledger import Ledger
from desk.storage.secrets import Secrets
from desk.storage.sendings import RUNNING, Run, Runs
from desk.storage.table import Table
from desk.zalo.api import ZaloApi
from desk.zalo.tokens import Tokens
from desk.zalo.transport import client as http_client
from dispatch.figures import Figures
from dispatch.relay import Relay
from local.cloud import Cloud
from local.config import ROOT
from local.zalo.server import running
from local.zalo.simulator import Simulator
from notification import app, send
from notification.files import Files
from notification.send import Desk
from schedule import sending
from tests.tables import create_table

AGENCY, ARTICLE = "bhxh", "n0000000000000000"
ZALO = {"oa_id": "388613280878808645", "app_id": "360846524940903967", "app_secret": "s", "oa_secret_key": "k",
        "access_token": "access-1", "refresh_token": "refresh-1"}  # fmt: skip
SENDERS = 8
# A little below Zalo's 4,000 calls a minute.
PER_SECOND, QUEUED = 64, 400


@dataclass(frozen=True)
class Place:
    """Where the emulator and the simulator are; given to the worker as JSON. `hasty` shortens its waits."""

    endpoint: str
    zalo: str
    table: str
    identity: str
    tokens: str
    queue: str
    stream: str
    checkpoint: str
    hasty: bool


def aws(endpoint: str, service: str) -> Any:
    """A client of the emulator."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name="ap-southeast-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=BotoConfig(max_pool_connections=32, retries={"max_attempts": 4}),
    )


# ── the worker: what the functions do ──


class Worker:
    """Threads that go on until the process is killed."""

    def __init__(self, place: Place) -> None:
        self.place = place
        dynamodb = aws(place.endpoint, "dynamodb")
        self.table = Table(dynamodb, place.table)
        self.identities = Identities(Table(dynamodb, place.identity))
        self.tokens = Table(dynamodb, place.tokens)
        self.sqs = aws(place.endpoint, "sqs")
        self.secrets = Secrets(aws(place.endpoint, "secretsmanager"), "bench")
        sending.is_night = lambda _now: False  # the benchmark does not wait for the morning
        if place.hasty:
            send.IN_FLIGHT = send.LOOK_AFTER = timedelta(seconds=1.5)

    def run(self) -> None:
        """Start all of it, and never end."""
        loops = [self.pages, self.relay, self.release, *[self.deliver] * SENDERS]
        for loop in loops:
            threading.Thread(target=self._for_ever, args=(loop,), daemon=True).start()
        threading.Event().wait()

    def _for_ever(self, loop: Callable[[], None]) -> None:
        while True:
            try:
                loop()
            except Exception as error:  # noqa: BLE001 - as a function that fails and is called again
                print(type(error).__name__, error, file=sys.stderr, flush=True)
                time.sleep(0.5)

    def pages(self) -> None:
        """As the schedule does each minute, but each second and for a sixtieth."""
        begun, run = time.monotonic(), Runs(self.table).find(AGENCY, ARTICLE)
        name = "ApproximateNumberOfMessages"
        answer = self.sqs.get_queue_attributes(QueueUrl=self.place.queue, AttributeNames=[name])
        waiting = int(answer["Attributes"][name])
        if run and run.state == RUNNING and waiting < QUEUED:
            sending.go_on(self.table, run, datetime.now(UTC), PER_SECOND)
        time.sleep(max(0.0, 1 - (time.monotonic() - begun)))

    def relay(self) -> None:
        """The stream, from where the last process stopped."""
        streams, checkpoint = aws(self.place.endpoint, "dynamodbstreams"), Path(self.place.checkpoint)
        relay = Relay(self.sqs, {"outgoing": self.place.queue})
        (shard, *_) = streams.describe_stream(StreamArn=self.place.stream)["StreamDescription"]["Shards"]
        begin = {"ShardIteratorType": "TRIM_HORIZON"}
        if checkpoint.exists():
            begin = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": checkpoint.read_text()}
        cursor = streams.get_shard_iterator(StreamArn=self.place.stream, ShardId=shard["ShardId"], **begin)
        iterator = cursor["ShardIterator"]
        while iterator:
            answer = streams.get_records(ShardIterator=iterator, Limit=200)
            if records := answer["Records"]:
                if relay.move(records):
                    raise RuntimeError("the queue refused some")
                if Figures(Runs(self.table)).take(records):
                    raise RuntimeError("the figures were not taken")
                draft = checkpoint.with_suffix(".new")
                draft.write_text(records[-1]["dynamodb"]["SequenceNumber"])
                draft.replace(checkpoint)
            else:
                time.sleep(0.1)
            iterator = answer.get("NextShardIterator")

    def release(self) -> None:
        """Held and unknown messages whose time has come."""
        release_due(Ledger(self.table), self.sqs, self.place.queue, [AGENCY], datetime.now(UTC))
        time.sleep(0.5 if self.place.hasty else 5)

    def deliver(self) -> None:
        """A batch of the outgoing queue, as the notification function takes it."""
        batch = self.sqs.receive_message(
            QueueUrl=self.place.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"]
        ).get("Messages", [])
        if not batch:
            return
        with http_client() as http:
            tokens = Tokens(self.tokens, self.secrets, http, self.place.zalo)
            api = ZaloApi(http, self.place.zalo, self.place.zalo)
            files = Files(self.table, None, "")
            desk = Desk(Ledger(self.table), self.identities, tokens, api, files, lambda: 60.0)
            failed = app.process({"Records": [_record(m) for m in batch]}, SimpleNamespace(), desk)
        bad = {f["itemIdentifier"] for f in failed["batchItemFailures"]}
        done = [m for m in batch if m["MessageId"] not in bad]
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(done)]
        if entries:
            self.sqs.delete_message_batch(QueueUrl=self.place.queue, Entries=entries)


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1", **message.get("Attributes", {})},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-1:000000000000:outgoing.fifo",
        "awsRegion": "ap-southeast-1",
    }


# ── the stage ──


def prepare(endpoint: str, zalo: Simulator, folder: Path, readers: int, *, hasty: bool) -> Place:
    """Tables, queue, secrets, and readers whom both the desk and the simulator know."""
    dynamodb = aws(endpoint, "dynamodb")
    number = f"{os.getpid()}-{time.monotonic_ns() % 10**6}"
    names = {
        r: create_table(dynamodb, r, f"{r}-{number}") for r in ("DeskTable", "IdentityTable", "TokensTable")
    }
    queue = aws(endpoint, "sqs").create_queue(
        QueueName=f"outgoing-{number}.fifo",
        Attributes={
            "FifoQueue": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
            "VisibilityTimeout": "3" if hasty else "30",
        },
    )["QueueUrl"]
    secrets = Secrets(aws(endpoint, "secretsmanager"), "bench")
    secrets.write(f"agency/{AGENCY}", {k: ZALO[k] for k in ("oa_id", "app_id", "app_secret")})
    expires = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    pair = {k: ZALO[k] for k in ("access_token", "refresh_token")}
    secrets.write(f"tokens/{AGENCY}", pair | {"expires_at": expires, "version": 1})
    table, identity = Table(dynamodb, names["DeskTable"]), Table(dynamodb, names["IdentityTable"])
    now, agency = iso(datetime.now(UTC)), zalo.config.agencies[AGENCY]
    zalo.webhooks.unsubscribed.add(agency.app_id)  # nobody listens
    people = [f"c_{n:020d}" for n in range(readers)]
    for citizen in people:
        zalo.world.save_citizen({"id": citizen})
        zalo.world.interact(agency, citizen, follows=True)
        # Who wrote once has a chat by which a message that nobody saw through can be judged.
        zalo.world.add_message(agency, citizen, "citizen", "text", text="nhận tin")
    identity.put_many(
        {"pk": keys.citizen_pk(AGENCY, c), "zalo_user_id": zalo.world.user_id(agency, c)} for c in people
    )
    table.put_many(keys.state(AGENCY, c) | {"version": 1, "last_interaction_at": now} for c in people)
    row = asdict(Reader(True, (), now[:10]))
    table.put_many(keys.reader(AGENCY, c) | row for c in people)
    transaction = table.transaction()
    read = {"title": "Đọc bài", "url": "https://zalo.me/d/1"}
    stop = {"title": "Hủy nhận tin", "payload": "#dung_nhan_tin"}
    text = "Điều chỉnh lương hưu từ 01/7\n\nMức tăng và cách nhận"
    run = Run(AGENCY, ARTICLE, RUNNING, "followers", now, text=text, buttons=(read, stop))
    sendings.begin(transaction, run)
    transaction.commit()
    stream = dynamodb.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
    return Place(
        endpoint, zalo.config.base_url, table.name, identity.name, names["TokensTable"], queue, stream,
        str(folder / "checkpoint"), hasty,
    )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What the chats of the simulator show in the end, and what the desk itself says."""

    readers: int
    sent: int
    doubled: int
    lost: int
    kills: int
    seconds: float
    said: sendings.Figures


def drive(
    place: Place, zalo: Simulator, readers: int, kills: int, *, limit_s: float, tell: Callable[[str], None]
) -> Outcome:
    """Let a worker send, kill it on the way, and look at the chats when nothing is waiting any more."""
    table, begun = Runs(Table(aws(place.endpoint, "dynamodb"), place.table)), time.monotonic()
    when = [readers * (n + 1) // (kills + 1) for n in range(kills)]
    worker, killed, shown = _start(place), 0, 0.0
    try:
        while time.monotonic() - begun < limit_s:
            time.sleep(0.2)
            got = sum(_chats(zalo).values())
            if killed < kills and got >= when[killed]:
                worker.kill()
                worker.wait()
                killed += 1
                tell(f"killed at {got:,} messages, started again")
                worker = _start(place)
            if time.monotonic() - shown > 15 or got >= readers:
                shown = time.monotonic()
                run, said = table.find(AGENCY, ARTICLE), table.figures(AGENCY, ARTICLE)
                tell(
                    f"{shown - begun:5.0f} s  {got:,} in the chats, {said.sent:,} noted, {said.waiting:,} waiting"
                )
                if run and run.state != RUNNING and not said.waiting and not said.unknown:
                    break
    finally:
        worker.kill()
        worker.wait()
    chats = _chats(zalo)
    return Outcome(
        readers=readers,
        sent=sum(chats.values()),
        doubled=sum(count - 1 for count in chats.values() if count > 1),
        lost=readers - len(chats),
        kills=killed,
        seconds=time.monotonic() - begun,
        said=table.figures(AGENCY, ARTICLE),
    )


def _start(place: Place) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_METRICS_NAMESPACE": "LangNghe",
        "POWERTOOLS_SERVICE_NAME": "bench",
    }
    command = [sys.executable, "-m", "benchmarks.news", "--worker", json.dumps(asdict(place))]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def _chats(zalo: Simulator) -> Counter[str]:
    """How many messages each citizen got."""
    return Counter(m["citizen"] for m in list(zalo.store.all("message").values()) if m["from"] == "oa")


@contextmanager
def simulated() -> Iterator[Simulator]:
    """A Zalo with the platform's own rate limit."""
    with running({"webhook_url": "", "agencies": {AGENCY: ZALO}}) as zalo:
        yield zalo


def main(readers: int, kills: int) -> int:
    """Run and print; 1 when somebody was left out or got it twice."""
    with tempfile.TemporaryDirectory() as name, simulated() as zalo:
        folder = Path(name)
        cloud = Cloud(folder / "cloud", 20_000 + os.getpid() % 20_000)
        cloud.start()
        try:
            print(f"preparing {readers:,} readers", flush=True)
            endpoint = f"http://127.0.0.1:{cloud.port}"
            place = prepare(endpoint, zalo, folder, readers, hasty=False)
            limit = 600 + readers / 10
            found = drive(
                place, zalo, readers, kills, limit_s=limit, tell=lambda text: print(text, flush=True)
            )
        finally:
            cloud.stop()
        over = sum(c.get("error") == -32 for c in zalo.gate.calls)
    print(
        f"\nreaders {found.readers:,}  sent {found.sent:,}  doubled {found.doubled}  lost {found.lost}  "
        f"kills {found.kills}\n{found.seconds:.0f} s, {found.sent / found.seconds * 60:,.0f} a minute "
        f"(Zalo's limit 4,000; {over} of the last calls over it)\nthe desk says: {found.said}"
    )
    return 1 if found.doubled or found.lost else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        Worker(Place(**json.loads(sys.argv[2]))).run()
    sizes = [int(a) for a in sys.argv[1:]]
    sys.exit(main(sizes[0] if sizes else 30_000, sizes[1] if len(sizes) > 1 else 2))
