"""Closing a burst: reports are filed or added to, everything is answered, once.

Pure: the conversation, the time and the reports it needs go in; what is to be written comes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desk import agencies
from desk.agencies import Agency
from desk.domain import code, facts
from desk.domain.clock import iso, utc
from desk.domain.conversation import Conversation
from desk.domain.grouping import Group
from desk.domain.message import Seen
from desk.domain.report import CLOSED, Report, Status
from desk.domain.timeline import Step
from desk.language.acts import Act
from desk.language.features import agency_of

FLOOD_MS = 3600_000
FLOOD_MESSAGES = 40
FLOOD_REPORTS = 6
WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Outcome:
    """What becomes of a burst. `evidence` maps evidence to the report it belongs to now ("" = taken back);
    `told` are reports of other citizens, and the name of the text that these get."""

    state: Conversation
    filed: list[tuple[Report, list[Step]]] = field(default_factory=list)
    changed: dict[str, tuple[Report, list[Step]]] = field(default_factory=dict)
    added: dict[str, list[Seen]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    cancelled: list[Seen] = field(default_factory=list)
    erase: bool = False
    told: list[tuple[Report, str]] = field(default_factory=list)

    def change(self, report: Report, *steps: Step) -> None:
        """Note a report as changed, after what was noted before."""
        before = self.changed[report.code][1] if report.code in self.changed else []
        self.changed[report.code] = (report, [*before, *steps])

    def current(self, known: Mapping[str, Report], wanted: str) -> Report | None:
        """A report as it will be after what was decided so far."""
        return self.changed[wanted][0] if wanted in self.changed else known.get(wanted)


def assemble(
    state: Conversation,
    agency: Agency,
    reports: Mapping[str, Report],
    mine: Sequence[Report],
    now: int,
    attempt: int = 0,
) -> Outcome:
    """File and extend reports from the messages remembered. `attempt` counts up when a code was taken."""
    outcome = Outcome(state)
    sorted_out = state.grouping
    groups = list(sorted_out.groups)
    for message in state.fresh:
        if message.act == Act.HUMAN:
            _ask_for_person(groups, message, mine)
    owned: dict[str, str] = {}
    claimed: set[str] = set()
    by_key = {m.key: m for m in state.window}
    for one in groups:
        if not any(m.new or m.report is None for m in one.messages):
            claimed |= {m.report for m in one.messages if m.report}
            continue
        target = _target(one, reports, state.citizen, claimed)
        if target is None:
            report, step = _file(one, state, agency, now, attempt)
            outcome.filed.append((report, [step]))
            owned |= {m.key: report.code for m in one.messages}
            outcome.evidence |= {e: report.code for m in one.messages for e in m.evidence}
            claimed.add(report.code)
        else:
            claimed.add(target.code)
            owned |= {m.key: target.code for m in one.messages}
            _extend(outcome, target, one, agency, now)
    _leave(outcome, state, owned, reports, now)
    for key in sorted_out.cancelled:
        message = by_key[key]
        outcome.cancelled.append(message)
        if message.report:
            _withdraw(outcome, message, reports, now)
        outcome.evidence |= dict.fromkeys(message.evidence, "")
    window = tuple(
        replace(m, new=False, report=None if m.key in sorted_out.cancelled else owned.get(m.key, m.report))
        for m in state.window
        if m.key not in sorted_out.cancelled
    )
    if _floods(window, now):
        outcome.filed = [(report.flagged("flood"), steps) for report, steps in outcome.filed]
    outcome.state = replace(state, window=window, open_since=None, last_arrival=None)
    return outcome


def _floods(window: Sequence[Seen], now: int) -> bool:
    """One sender with more messages or more reports in an hour than a person has: marked for staff, kept like any."""
    recent = [m for m in window if m.at >= now - FLOOD_MS]
    return len(recent) > FLOOD_MESSAGES or len({m.report for m in recent if m.report}) > FLOOD_REPORTS


def _ask_for_person(groups: list[Group], message: Seen, mine: Sequence[Report]) -> None:
    """Whoever asks for a person is put before one: with the matter just told, the last open report, or alone."""
    if groups:
        groups[-1].messages.append(message)
    elif still_open := next((r for r in mine if r.is_open), None):
        groups.append(Group([message], code=still_open.code))
    else:
        groups.append(Group([message]))


def _target(one: Group, reports: Mapping[str, Report], citizen: str, claimed: set[str]) -> Report | None:
    """The report that a group continues: one of this citizen's, not taken by another group."""
    candidates = [one.code] if one.code else []
    candidates += [m.report for m in one.messages if m.report]
    for wanted in candidates:
        report = reports.get(wanted)
        joined = reports.get(report.merged_into) if report and report.merged_into else None
        # Merged with somebody else's: what they add stays with their own.
        report = joined if joined and joined.citizen == citizen else report
        if report and report.citizen == citizen and report.code not in claimed:
            return report
    return None


def texts_of(messages: Sequence[Seen]) -> str:
    """What was written, in the order in which it was written."""
    return "\n".join(m.text for m in sorted(messages, key=lambda m: m.order) if m.text)


def _ids(messages: Sequence[Seen]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.id for m in messages))


def _file(one: Group, state: Conversation, agency: Agency, now: int, attempt: int) -> tuple[Report, Step]:
    messages = sorted(one.messages, key=lambda m: m.order)
    made = code.make(agency.prefix, f"{agency.id}|{state.citizen}|{messages[0].key}", attempt)
    at = iso(utc(now))
    evidence = tuple(e for m in messages for e in m.evidence)
    report = Report(
        code=made,
        agency=agency.id,
        citizen=state.citizen,
        created_at=at,
        updated_at=at,
        text=texts_of(messages),
        messages=_ids(messages),
        evidence=evidence,
        first_message_at=iso(utc(messages[0].at)),
    )
    report = refresh_facts(report, messages, agency)
    data = {"messages": list(report.messages), "evidence": list(evidence), "channel": report.channel}
    return report, Step("received", at, state.citizen, data)


def _extend(outcome: Outcome, target: Report, one: Group, agency: Agency, now: int) -> None:
    """Add the group's messages that the report does not have yet."""
    known = set(target.messages)
    messages = [m for m in sorted(one.messages, key=lambda m: m.order) if m.id not in known]
    outcome.added[target.code] = [m for m in one.messages if m.new]
    if not messages:
        return
    evidence = [e for m in messages for e in m.evidence]
    outcome.evidence |= dict.fromkeys(evidence, target.code)
    at = iso(utc(now))
    whole = known <= {m.id for m in one.messages}
    report = replace(
        target,
        updated_at=at,
        text=texts_of(one.messages)
        if whole
        else "\n".join(t for t in (target.text, texts_of(messages)) if t),
        messages=(*target.messages, *_ids(messages)),
        evidence=(*target.evidence, *(e for e in evidence if e not in target.evidence)),
    )
    if whole or target.category in {"other", "human_agent"}:
        report = refresh_facts(report, one.messages, agency)
    else:
        report = add_facts(report, messages, agency)
    if target.status == Status.NEEDS_INFO:
        report = report.flagged("answered")
    data = {"messages": list(_ids(messages)), "evidence": evidence}
    outcome.change(report, Step("added", at, target.citizen, data))


def refresh_facts(report: Report, messages: Sequence[Seen], agency: Agency) -> Report:
    """Read the facts again from all messages of a report."""
    found = facts.of_messages(messages, agency.id)
    if all(m.act == Act.HUMAN for m in messages):
        found = replace(found, category="human_agent", confidence=1.0)
    return complete(replace(facts.apply(report, found), language="en" if found.english else "vi"))


def add_facts(report: Report, messages: Sequence[Seen], agency: Agency) -> Report:
    """Add what later messages say to a report whose first messages are not remembered any more."""
    found = facts.of_messages(messages, agency.id)
    corrects = any(m.act == Act.CORRECTION for m in messages)
    merged = facts.Facts(
        category=found.category if corrects and found.category != "other" else report.category,
        confidence=found.confidence if corrects and found.category != "other" else report.confidence,
        alternatives=report.alternatives,
        words=report.words,
        plates=facts.with_plates(report.plates, found.plates, corrects=corrects),
        when=(found.when or report.when) if corrects else (report.when or found.when),
        place=(found.place or report.place) if corrects else (report.place or found.place),
        ward=found.ward or report.ward,
        location=found.location or report.location,
        urgent=found.urgent or report.urgency == "urgent",
        flags=report.flags,
    )
    return complete(facts.apply(report, merged))


def complete(report: Report) -> Report:
    """Fill in what follows from the facts by the rules of the agency that holds the report: what is missing, and
    which agency it seems to belong to."""
    agency = agencies.agency(report.agency)
    only_of = agency.data["facts"].get("only_of", {})
    wanted = [f for f in agency.data["facts"]["ask"] if report.category in only_of.get(f, (report.category,))]
    no_plate = frozenset(agency.data["facts"].get("no_plate", ()))
    owner = agency_of(report.category)
    elsewhere = owner if owner not in {agency.id, "common", ""} else None
    if elsewhere:
        no_plate |= {report.category}
    lacks = () if report.category == "human_agent" else facts.missing(report, wanted, no_plate=no_plate)
    return replace(report, missing=lacks, suggested_agency=elsewhere)


def _leave(
    outcome: Outcome,
    state: Conversation,
    owned: Mapping[str, str],
    reports: Mapping[str, Report],
    now: int,
) -> None:
    """Messages that turned out to belong to another report leave the one they were in."""
    leaving: dict[str, list[Seen]] = {}
    for message in state.window:
        if message.report and message.key in owned and owned[message.key] != message.report:
            leaving.setdefault(message.report, []).append(message)
    for left, messages in leaving.items():
        report = outcome.current(reports, left)
        if report is None:
            continue
        remaining = [m for m in state.window if m.report == left and m not in messages]
        gone = {m.id for m in messages} - {m.id for m in remaining}
        moved = {e for m in messages for e in m.evidence}
        at = iso(utc(now))
        slimmer = replace(
            report,
            updated_at=at,
            messages=tuple(m for m in report.messages if m not in gone),
            evidence=tuple(e for e in report.evidence if e not in moved),
            text=texts_of(remaining)
            if {m.id for m in remaining} >= set(report.messages) - gone
            else report.text,
        )
        to = owned[messages[0].key]
        if not slimmer.messages:
            slimmer = replace(slimmer, merged_into=to)
        outcome.change(complete(slimmer), Step("moved", at, "desk", {"messages": sorted(gone), "to": to}))


def _withdraw(outcome: Outcome, message: Seen, reports: Mapping[str, Report], now: int) -> None:
    """Take a message back out of a report that has it; a report left without messages is withdrawn."""
    report = outcome.current(reports, message.report or "")
    if report is None or message.id not in report.messages:
        return
    at = iso(utc(now))
    slimmer = replace(
        report,
        updated_at=at,
        messages=tuple(m for m in report.messages if m != message.id),
        evidence=tuple(e for e in report.evidence if e not in message.evidence),
    )
    outcome.change(
        complete(slimmer),
        Step("taken_back", at, report.citizen, {"message": message.id, "evidence": list(message.evidence)}),
    )
    if not slimmer.messages:
        withdraw(outcome, slimmer, now)


def withdraw(outcome: Outcome, report: Report, now: int) -> None:
    """Close a report because its reporter takes it back. It is kept, as everything that was filed.

    One that others reported as well goes on for them; its reporter hears no more of it.
    """
    if report.status in CLOSED:
        return
    at = iso(utc(now))
    if report.merged or report.merged_into:
        left = replace(report.flagged(WITHDRAWN), updated_at=at)
        outcome.change(left, Step("withdrawn", at, report.citizen, {"with": report.merged_into}))
        return
    data = {"from": report.status, "to": Status.REJECTED, "reason": "withdrawn_by_citizen"}
    closed = replace(
        report, status=Status.REJECTED, reason="withdrawn_by_citizen", updated_at=at, closed_at=at
    )
    outcome.change(closed, Step("status", at, report.citizen, data))
