"""Every key of the desk table, in one place. ARCHITECTURE.md lists the access patterns beside their Query.

pk                           sk                        what
CITIZEN#agency#citizen       STATE                     the conversation (versioned)
CITIZEN#agency#citizen       CHAT#ms#id                one message, in or out (out: the delivery ledger)
CITIZEN#agency#citizen       REPORT#ms#code            pointer to a report of this citizen
CITIZEN#agency#citizen       WATCH#id                  something this citizen is told of (versioned)
DUE#agency#day#shard         citizen#id                a watch whose next look is due on that day
RUN#agency                   LOOKS                     how far the run of the day's looks has come (versioned)
LOOKED#agency#watch#day      LOOKED                    a look that said nothing, for the figures (TTL)
LOOKS#agency#day             PAGE#page                 what became of a part of the day's looks, by place (TTL)
EVENT#agency#event           EVENT                     mark of an event that was handled (TTL)
REPORT#code                  REPORT                    a report (versioned)
REPORT#code                  TIMELINE#seq              one step of its hash-chained timeline
REPORT#code                  INDEX#kind#term           search row: plate or word (gsi1)
REPORT#code                  DEADLINE                  when the running step of a report is due (gsi1: DUE)
EVIDENCE#id                  EVIDENCE                  one piece of evidence (versioned)
OUTBOX#id                    OUTBOX                    a task for a queue, committed with its cause (TTL)
SENT#agency#zalo message     SENT                      which ledger row or report a message of ours belongs to
CANNED#agency                CANNED                    replies that the agency wrote for its officers (versioned)
CALENDAR#agency              CALENDAR                  days off and days worked beside the holidays (versioned)
BUDGET#agency                month                     what messages cost so far
FALLBACK#shard               event                     a webhook event that the queue refused
PARKED#agency                ms#id                     an event nobody could read, kept for inspection (TTL)
IDEMPOTENCY#agency#hash      IDEMPOTENCY               a request of staff and the answer it got (TTL)
AUDIT#agency                 ms#id                     what staff saw or took away, and why
LIKENESS#agency#band#bits    LIKENESS                  pictures whose hashes agree in a band (versioned)
CORRECTION#agency            ms#code                   a category that an officer corrected, for training
LOOKUP#task                  DONE, ATTEMPT#n           a look-up that was answered, or tried in vain (TTL)
LIMIT#agency#kind#who        window                    attempts to link in a day or hour (TTL); numbers as a keyed hash
EXPORT#agency#id             EXPORT                    a file that is being made (TTL)
PUBLIC#agency                day                       what the public page counts, made once a day (TTL)
STATISTICS#agency            DAY#day, DAY#NOW          counters of the reports filed on a day, and of the open ones
STATISTICS#REPORTS#day       code                      what of a report is counted (versioned)
KNOWLEDGE#agency             HEAD                      counts up with every change of the knowledge below
KNOWLEDGE#agency             ENTRY#id                  an entry that staff wrote, over the packaged one
KNOWLEDGE#agency             WAS#id#version            an entry as it was in an earlier version
KNOWLEDGE#agency             FACILITIES, OFFICES       the list of health facilities, or of offices, that was imported
CITIZEN#agency#citizen       QUESTION#ms#id            a question without an answer (TTL; gsi1: QUESTION)
NEWS#agency                  ARTICLE#id                an article (versioned; gsi1: NEWSDUE); ids sort by time
NEWS#agency                  BODY#id                   its text
NEWS#agency                  FEED#hash                 mark of a feed's entry that was imported
NEWS#agency                  FEEDS                     the feeds an agency reads (versioned)
SHELF#agency                 ms#id                     a published article as citizens are told of it
READERS#agency#shard         citizen                   who may get news, and of which topics
NEWSRUN#agency#article       RUN                       sending an article (versioned; gsi1: NEWSDUE)
NEWSRUN#agency#article       PAGE#shard#number         up to a hundred recipients, and how far each message came
NEWSRUN#agency#article       BROADCAST                 its broadcast by Zalo (versioned; gsi1: NEWSDUE)

gsi1  overloaded: ALL, PLATE, WORD of an agency; DRAFTS; DUE; HELD; NEWSDUE
gsi2  agency#STATUS#status      gsi3  agency#CATEGORY#category
gsi4  agency#WARD#code          gsi5  agency#ASSIGNEE#staff        sort key of all: created_ms#code
gsi6  agency#OPEN               sort key: deadline_ms#code, what has no deadline last
"""

import hashlib
from typing import Any

type Key = dict[str, Any]

FALLBACK_SHARDS = 8
# 30,000 looks of one day lie in so many partitions; each is read by one Query of a megabyte or less.
WATCH_SHARDS = 16


def citizen_pk(agency: str, citizen: str) -> str:
    """Partition of one citizen at one agency."""
    return f"CITIZEN#{agency}#{citizen}"


def state(agency: str, citizen: str) -> Key:
    """The conversation."""
    return {"pk": citizen_pk(agency, citizen), "sk": "STATE"}


def chat(agency: str, citizen: str, at_ms: int, message_id: str) -> Key:
    """One message of the conversation, in either direction."""
    return {"pk": citizen_pk(agency, citizen), "sk": f"CHAT#{at_ms:013d}#{message_id}"}


def citizen_report(agency: str, citizen: str, created_ms: int, code: str) -> Key:
    """Pointer from a citizen to a report."""
    return {"pk": citizen_pk(agency, citizen), "sk": f"REPORT#{created_ms:013d}#{code}"}


def event(agency: str, event_id: str) -> Key:
    """Mark of a handled event."""
    return {"pk": f"EVENT#{agency}#{event_id}", "sk": "EVENT"}


def report_pk(code: str) -> str:
    """Partition of a report."""
    return f"REPORT#{code}"


def report(code: str) -> Key:
    """A report."""
    return {"pk": report_pk(code), "sk": "REPORT"}


def timeline(code: str, seq: int) -> Key:
    """A step of a report's timeline."""
    return {"pk": report_pk(code), "sk": f"TIMELINE#{seq:06d}"}


def index_row(code: str, kind: str, term: str) -> Key:
    """A search row of a report; kind is PLATE or WORD."""
    return {"pk": report_pk(code), "sk": f"INDEX#{kind}#{term}"}


def deadline(code: str) -> Key:
    """When the running step of a report is due."""
    return {"pk": report_pk(code), "sk": "DEADLINE"}


def due_pk(agency: str) -> str:
    """Partition (gsi1) of an agency's deadlines that are watched; sort key: due_ms#code."""
    return f"DUE#{agency}"


def evidence(evidence_id: str) -> Key:
    """A piece of evidence."""
    return {"pk": f"EVIDENCE#{evidence_id}", "sk": "EVIDENCE"}


def outbox(outbox_id: str) -> Key:
    """A task for a queue."""
    return {"pk": f"OUTBOX#{outbox_id}", "sk": "OUTBOX"}


def sent(agency: str, zalo_msg_id: str) -> Key:
    """Which ledger row a message of ours, known by Zalo's id, belongs to."""
    return {"pk": f"SENT#{agency}#{zalo_msg_id}", "sk": "SENT"}


def held_pk(agency: str) -> str:
    """Partition (gsi1) of an agency's messages that wait; sort key: when they are due."""
    return f"HELD#{agency}"


def budget(agency: str, month: str) -> Key:
    """What an agency spent on messages in a month (YYYY-MM)."""
    return {"pk": f"BUDGET#{agency}", "sk": month}


def calendar(agency: str) -> Key:
    """What an agency decided about single days."""
    return {"pk": f"CALENDAR#{agency}", "sk": "CALENDAR"}


def canned(agency: str) -> Key:
    """Replies that an agency wrote for its officers."""
    return {"pk": f"CANNED#{agency}", "sk": "CANNED"}


def fallback(shard: int, event_id: str) -> Key:
    """A webhook event that the queue refused."""
    return {"pk": f"FALLBACK#{shard}", "sk": event_id}


def parked(agency: str, at_ms: int, event_id: str) -> Key:
    """An event that nobody could read."""
    return {"pk": f"PARKED#{agency}", "sk": f"{at_ms:013d}#{event_id}"}


def by_time(created_ms: int, code: str) -> str:
    """Sort key of the report indexes, and with the due time of the deadlines."""
    return f"{created_ms:013d}#{code}"


def idempotency(agency: str, name: str) -> Key:
    """The mark of a request of staff; `name` is a hash of who sent it and its Idempotency-Key."""
    return {"pk": f"IDEMPOTENCY#{agency}#{name}", "sk": "IDEMPOTENCY"}


def audit_pk(agency: str) -> str:
    """Partition of an agency's audit."""
    return f"AUDIT#{agency}"


def audit(agency: str, at_ms: int, name: str) -> Key:
    """A row of the audit."""
    return {"pk": audit_pk(agency), "sk": f"{at_ms:013d}#{name}"}


def correction_pk(agency: str) -> str:
    """Partition of an agency's corrected categories."""
    return f"CORRECTION#{agency}"


def correction(agency: str, at_ms: int, code: str) -> Key:
    """A corrected category."""
    return {"pk": correction_pk(agency), "sk": f"{at_ms:013d}#{code}"}


def lookup(task: str, what: str) -> Key:
    """A step of a look-up: DONE, or ATTEMPT#n."""
    return {"pk": f"LOOKUP#{task}", "sk": what}


def limit(agency: str, kind: str, who: str, window: str) -> Key:
    """Attempts of somebody (kind citizen, number or all) in a window of time."""
    return {"pk": f"LIMIT#{agency}#{kind}#{who}", "sk": window}


def likeness(agency: str, band: int, bits: str) -> Key:
    """The pictures sent to an agency whose perceptual hashes have the same bits (hex) in one band."""
    return {"pk": f"LIKENESS#{agency}#{band}#{bits}", "sk": "LIKENESS"}


def export(agency: str, export_id: str) -> Key:
    """A file that is being made for staff."""
    return {"pk": f"EXPORT#{agency}#{export_id}", "sk": "EXPORT"}


def public(agency: str, day: str) -> Key:
    """What the public page counts, as of a day (YYYY-MM-DD)."""
    return {"pk": f"PUBLIC#{agency}", "sk": day}


def watch(agency: str, citizen: str, watch_id: str) -> Key:
    """Something that a citizen wants to be told of."""
    return {"pk": citizen_pk(agency, citizen), "sk": f"WATCH#{watch_id}"}


def look(agency: str, day: str, citizen: str, watch_id: str) -> Key:
    """The next look of a watch, in the bucket of its day (YYYY-MM-DD)."""
    return {"pk": look_pk(agency, day, watch_shard(watch_id)), "sk": f"{citizen}#{watch_id}"}


def watch_shard(watch_id: str) -> int:
    """The shard of a watch. Ids are hashes, evenly spread."""
    return int(watch_id[:8], 16) % WATCH_SHARDS


def look_pk(agency: str, day: str, shard: int) -> str:
    """Partition of one shard of a day's looks."""
    return f"DUE#{agency}#{day}#{shard:02d}"


def looks_run(agency: str) -> Key:
    """How far the run of an agency's looks has come."""
    return {"pk": f"RUN#{agency}", "sk": "LOOKS"}


def looked(agency: str, watch_id: str, day: str) -> Key:
    """A look that was due on `day` and said nothing."""
    return {"pk": f"LOOKED#{agency}#{watch_id}#{day}", "sk": "LOOKED"}


def looks_pk(agency: str, day: str) -> str:
    """Partition of what became of a day's looks."""
    return f"LOOKS#{agency}#{day}"


def looks_page(agency: str, day: str, page: str) -> Key:
    """A part of them."""
    return {"pk": looks_pk(agency, day), "sk": f"PAGE#{page}"}


def open_pk(agency: str) -> str:
    """Partition (gsi6) of an agency's open reports; sort key: deadline_ms#code."""
    return f"{agency}#OPEN"


def counters_pk(agency: str) -> str:
    """Partition of an agency's counters."""
    return f"STATISTICS#{agency}"


def counters(agency: str, day: str) -> Key:
    """The counters of a day (YYYY-MM-DD), or NOW."""
    return {"pk": counters_pk(agency), "sk": f"DAY#{day}"}


def counted_pk(day: str) -> str:
    """Partition of what is counted of the reports filed on a day."""
    return f"STATISTICS#REPORTS#{day}"


def counted(code: str, day: str) -> Key:
    """What of a report, filed on `day`, is counted."""
    return {"pk": counted_pk(day), "sk": code}


def knowledge_pk(agency: str) -> str:
    """Partition of what an agency knows."""
    return f"KNOWLEDGE#{agency}"


def knowledge_head(agency: str) -> Key:
    """What counts up with every change."""
    return {"pk": knowledge_pk(agency), "sk": "HEAD"}


def knowledge_entry(agency: str, entry_id: str) -> Key:
    """An entry of the knowledge base."""
    return {"pk": knowledge_pk(agency), "sk": f"ENTRY#{entry_id}"}


def knowledge_was(agency: str, entry_id: str, version: int) -> Key:
    """An entry as it was."""
    return {"pk": knowledge_pk(agency), "sk": f"WAS#{entry_id}#{version:06d}"}


def facilities(agency: str) -> Key:
    """The imported list of health facilities."""
    return {"pk": knowledge_pk(agency), "sk": "FACILITIES"}


def offices(agency: str) -> Key:
    """The imported list of the agency's offices."""
    return {"pk": knowledge_pk(agency), "sk": "OFFICES"}


def question(agency: str, citizen: str, at_ms: int, message_id: str) -> Key:
    """A question without an answer."""
    return {"pk": citizen_pk(agency, citizen), "sk": f"QUESTION#{at_ms:013d}#{message_id}"}


def questions_pk(agency: str) -> str:
    """Partition (gsi1) of an agency's questions without an answer; sort key: ms#citizen#message."""
    return f"QUESTION#{agency}"


READER_SHARDS = 16


def news_pk(agency: str) -> str:
    """Partition of an agency's articles."""
    return f"NEWS#{agency}"


def article(agency: str, article_id: str) -> Key:
    """An article without its text."""
    return {"pk": news_pk(agency), "sk": f"ARTICLE#{article_id}"}


def article_body(agency: str, article_id: str) -> Key:
    """The text of an article."""
    return {"pk": news_pk(agency), "sk": f"BODY#{article_id}"}


def feed_mark(agency: str, name: str) -> Key:
    """The mark of an imported entry; `name` is a hash of what tells it from others."""
    return {"pk": news_pk(agency), "sk": f"FEED#{name}"}


def feeds(agency: str) -> Key:
    """The feeds that an agency reads."""
    return {"pk": news_pk(agency), "sk": "FEEDS"}


def news_due_pk(agency: str) -> str:
    """Partition (gsi1) of articles, runs and broadcasts that wait for the desk; sort key: due_ms#id."""
    return f"NEWSDUE#{agency}"


def shelf_pk(agency: str) -> str:
    """Partition of an agency's published articles, by time of publication."""
    return f"SHELF#{agency}"


def shelf(agency: str, published_ms: int, article_id: str) -> Key:
    """A published article as citizens are told of it."""
    return {"pk": shelf_pk(agency), "sk": f"{published_ms:013d}#{article_id}"}


def readers_pk(agency: str, shard: int) -> str:
    """Partition of a sixteenth of an agency's readers."""
    return f"READERS#{agency}#{shard:02d}"


def reader(agency: str, citizen: str) -> Key:
    """A citizen who may get news. Pseudonyms are evenly spread, so are the shards."""
    shard = int.from_bytes(hashlib.sha256(citizen.encode()).digest()[:2]) % READER_SHARDS
    return {"pk": readers_pk(agency, shard), "sk": citizen}


def run_pk(agency: str, article_id: str) -> str:
    """Partition of the sending of an article."""
    return f"NEWSRUN#{agency}#{article_id}"


def run(agency: str, article_id: str) -> Key:
    """The sending of an article."""
    return {"pk": run_pk(agency, article_id), "sk": "RUN"}


def run_page(agency: str, article_id: str, shard: int, number: int) -> Key:
    """A page of its recipients."""
    return {"pk": run_pk(agency, article_id), "sk": f"PAGE#{shard:02d}#{number:05d}"}


def broadcast(agency: str, article_id: str) -> Key:
    """The broadcast of an article by Zalo."""
    return {"pk": run_pk(agency, article_id), "sk": "BROADCAST"}
