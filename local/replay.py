"""`make replay IN=a.jsonl OUT=b.jsonl`: bursts through the real conversation code under a simulated clock.

Every line is a scenario. Messages arrive in the order of `arrival`, each at its own time or, when
that is past, right after the one before; timers fire as the timers queue would fire them.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from desk import agencies
from desk.domain import conversation as domain
from desk.domain.answer import Answer
from desk.domain.closing import assemble
from desk.domain.conversation import Conversation
from desk.domain.lookups.hearing import listen
from desk.domain.message import MEDIA_KINDS, Media, Message, see
from desk.domain.report import Report
from desk.domain.talk import answer
from desk.settings import Settings

# A working Tuesday at ten in Hanoi: scenarios count their seconds from here.
START_MS = 1_795_489_200_000
# What a webhook takes from Zalo to the desk.
TRANSIT_MS = 300


class Replay:
    """One citizen at one agency, in memory."""

    def __init__(self, agency: str) -> None:
        settings = Settings.from_env()
        self._quiet_s, self._longest_s = settings.quiet_s, settings.burst_max_s
        self.agency = agencies.agency(agency)
        self.state = Conversation(agency, "c_replay")
        self.reports: dict[str, Report] = {}
        self.answers = 0
        self.said: list[Answer] = []

    def run(self, messages: Mapping[str, Message], arrival: list[str]) -> None:
        """Let the messages arrive, then let the last burst fall quiet."""
        now = 0
        for name in arrival:
            message = messages[name]
            now = max(now + 1, message.at + TRANSIT_MS)
            self._let_time_pass(now)
            seen = see(message, self.agency.id)
            message, seen, _ = listen(message, seen, self.agency, self.state.dialogue, self.state.window)
            heard = domain.arrive(self.state, seen, now)
            if domain.needs_emergency_answer(heard, seen) and heard is not self.state:
                self.answers += 1
                heard = replace(heard, emergency_at=seen.at)
            self.state = heard
            self._close_if_due(now)
        self._let_time_pass(now + 3600_000)

    def _wait(self, now: int) -> int | None:
        return domain.wait_ms(self.state, now, quiet_s=self._quiet_s, longest_s=self._longest_s)

    def _let_time_pass(self, until: int) -> None:
        while self.state.open_since is not None and self.state.last_arrival is not None:
            wait = self._wait(self.state.last_arrival)
            assert wait is not None
            due = self.state.last_arrival + wait
            if due > until:
                return
            self._close(due)

    def _close_if_due(self, now: int) -> None:
        if self._wait(now) == 0:
            self._close(now)

    def _close(self, now: int) -> None:
        fresh = self.state.fresh
        mine = sorted(self.reports.values(), key=lambda r: r.created_at, reverse=True)[:5]
        outcome = assemble(self.state, self.agency, self.reports, mine, now)
        said = answer(outcome, fresh, self.agency, self.reports, mine, now)
        self.reports |= {report.code: report for report, _ in outcome.filed}
        self.reports |= {code: report for code, (report, _) in outcome.changed.items()}
        self.state = outcome.state
        self.said.append(said)
        self.answers += bool(said.text or said.tasks)


def messages_of(scenario: Mapping[str, Any]) -> dict[str, Message]:
    """The scenario's events as messages."""
    found: dict[str, Message] = {}
    for event in scenario["events"]:
        at = START_MS + round(float(event["t"]) * 1000)
        kind = event["kind"]
        pin = (float(event["lat"]), float(event["lon"])) if event.get("lat") is not None else None
        media = (Media(kind, f"https://example.zdn.vn/{event['msg']}"),) if kind in MEDIA_KINDS else ()
        found[event["msg"]] = Message(
            id=event["msg"],
            at=at,
            arrived=at,
            kind=kind,
            text=event.get("text") or "",
            quote=event.get("quote"),
            location=pin,
            media=media,
        )
    return found


def _is_matter(report: Report) -> bool:
    """Not taken back, and not a mere request to speak to a person (staff see those in the inbox as well)."""
    return report.reason != "withdrawn_by_citizen" and report.category != "human_agent"


def replay(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """What the desk makes of a scenario."""
    run = Replay(scenario["agency"])
    messages = messages_of(scenario)
    run.run(messages, list(scenario.get("arrival") or messages))
    standing = [r for r in run.reports.values() if not r.merged_into and _is_matter(r)]
    order = {name: n for n, name in enumerate(sorted(messages, key=lambda m: (messages[m].at, m)))}
    reports = [
        {"msgs": sorted(r.messages, key=order.__getitem__), "category": r.category}
        for r in sorted(standing, key=lambda r: min((order[m] for m in r.messages), default=0))
        if r.messages
    ]
    inside = {m for r in reports for m in r["msgs"]}
    left = [m for m in order if m not in inside]
    return {"id": scenario["id"], "reports": reports, "not_reports": left, "answers": run.answers}


def main(source: str, target: str) -> int:
    """Replay a file of scenarios."""
    lines = [line for line in Path(source).read_text("utf-8").splitlines() if line.strip()]
    with open(target, "w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(replay(json.loads(line)), ensure_ascii=False) + "\n")
    print(f"{len(lines)} scenarios replayed")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or not all(sys.argv[1:]):
        sys.exit("usage: make replay IN=a.jsonl OUT=b.jsonl")
    sys.exit(main(sys.argv[1], sys.argv[2]))
