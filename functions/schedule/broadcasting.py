"""Handing broadcasts to Zalo: once, by day, and never a second time after an answer that was lost."""

from datetime import datetime, timedelta

from desk.domain.broadcast import Broadcast, State
from desk.domain.news import State as ArticleState
from desk.errors import Conflict
from desk.logs import count, log, warn
from desk.storage.broadcasts import Broadcasts
from desk.storage.news import News
from desk.storage.table import Table
from desk.zalo.errors import Action, NoAnswer, ZaloError
from desk.zalo.plan import is_night, next_morning
from schedule.publishing import Zalo

# How long a refusal of each kind lasts at first; plain "soon" where Zalo could not be reached or counts calls.
_PAUSES = {"hour": timedelta(hours=1), "tomorrow": timedelta(hours=12), "morning": timedelta(hours=8)}
_SOON = timedelta(minutes=2)


def hand_over(table: Table, zalo: Zalo, article_id: str, now: datetime) -> str:
    """Do what is due about a broadcast; returns what came of it: its state, busy, or nothing.

    Killed at any point it leaves either a broadcast that nobody has, or an attempt that becomes `unknown`.
    """
    broadcasts = Broadcasts(table)
    found = broadcasts.find(zalo.agency, article_id)
    # The index lags: what is due there may be in another worker's hands.
    if found is None or not found.is_due(now):
        return "nothing"
    try:
        if found.state == State.SENDING:
            return _say(broadcasts.save(_sure(found.lost("killed"))))
        article = News(table).load(zalo.agency, article_id, body=False)
        if is_night(now):
            return _say(broadcasts.save(_sure(found.held("night", next_morning(now)))))
        if article.state != ArticleState.PUBLISHED:
            # It is being changed. Hiding it calls the broadcast off.
            return _say(broadcasts.save(_sure(found.put_off("article_not_published", _SOON, now))))
        taken = broadcasts.save(_sure(found.taken(now)))
        return _say(broadcasts.save(_call(zalo, article.zalo_id, taken, now)))
    except Conflict:
        return "busy"  # another worker has it, or staff cancelled it


def _call(zalo: Zalo, article: str, taken: Broadcast, now: datetime) -> Broadcast:
    try:
        message_id = zalo.broadcast(article, taken.segment.target())
    except NoAnswer as error:
        return _sure(taken.lost(error.reason))
    except ZaloError as error:
        if _passes(error):
            return _sure(taken.put_off(error.reason, _PAUSES.get(error.wait, _SOON), now))
        # A code that no table explains is shown as it is.
        return _sure(taken.refused(str(error.code) if error.reason == "unknown_code" else error.reason))
    return _sure(taken.sent(message_id, now))


def _passes(error: ZaloError) -> bool:
    """Whether a later try may succeed and certainly is the first that does. A plain "send failed" (-200) of one
    message is repeated elsewhere; of a broadcast it says too little."""
    not_done = error.action is Action.RETRY and error.reason in {"unreachable", "service_unavailable"}
    return error.action is Action.LATER or error.wait == "soon" or not_done


def _sure(moved: Broadcast | None) -> Broadcast:
    assert moved is not None  # the state was looked at
    return moved


def _say(done: Broadcast) -> str:
    tell = warn if done.state in (State.UNKNOWN, State.REFUSED) else log
    tell(
        "broadcast", agency=done.agency, code=done.article, state=str(done.state), reason=done.error,
        attempts=done.attempts,
    )  # fmt: skip
    if done.state != State.WAITING:
        count(f"Broadcast{done.state.title()}")
    return str(done.state)
