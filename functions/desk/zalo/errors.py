"""What went wrong at Zalo, and what follows from it.

DeskError
└── ZaloError           `action` says what to do; the family and code say why
    ├── NoAnswer        the request left and nothing (usable) came back: it may or may not have been done
    └── ReconnectNeeded the OA's grant is gone: a person must consent again

The same number means different things in different API families (-118 is a dead account in ZBS and a
dead grant in OAuth; -100 an expired attachment in the Open API and "unknown" in ZBS), so every look-up
names the family. Sources: Zalo's error code pages (Open API: phu-luc/ma-loi; ZBS: ma-loi) as quoted by
public integrations. A code that no page explains is for a person to look at.
"""

from enum import StrEnum
from typing import Literal, NamedTuple

from desk.errors import DeskError

type Family = Literal["oa", "zbs", "oauth"]
type Wait = Literal["", "soon", "hour", "morning", "tomorrow"]


class Action(StrEnum):
    """What the caller does about an error."""

    RETRY = "retry"  # nothing was done: try again at once, a few times
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - get a newer access token, then once more
    LATER = "later"  # nothing was done: try again when `wait` is over
    DROP = "drop"  # this request will never succeed
    HUMAN = "human"  # somebody must change a setting, a contract or the code
    AMBIGUOUS = "ambiguous"  # it may have been done: never repeat it blindly


class Rule(NamedTuple):
    """Meaning of one code: the action, a stable reason for the ledger, and how long LATER is."""

    action: Action
    reason: str
    wait: Wait = ""


_RETRY, _TOKEN, _LATER, _DROP, _HUMAN = (
    Action.RETRY,
    Action.REFRESH_TOKEN,
    Action.LATER,
    Action.DROP,
    Action.HUMAN,
)

OA: dict[int, Rule] = {
    -32: Rule(_LATER, "rate_limit", "soon"),
    -100: Rule(_DROP, "attachment_expired"),  # uploads live 7 days
    -200: Rule(_RETRY, "send_failed"),
    -201: Rule(_DROP, "invalid_parameter"),
    -204: Rule(_HUMAN, "oa_disabled"),
    -205: Rule(_HUMAN, "oa_unknown"),
    -209: Rule(_HUMAN, "app_not_active"),
    -210: Rule(_DROP, "parameter_too_long"),
    -211: Rule(_LATER, "oa_quota", "hour"),
    -212: Rule(_HUMAN, "api_not_registered"),
    -213: Rule(_DROP, "not_a_follower"),
    -214: Rule(_LATER, "article_in_progress", "soon"),
    -216: Rule(_TOKEN, "token_invalid"),
    -217: Rule(_DROP, "blocked_by_citizen"),
    -218: Rule(_LATER, "recipient_quota", "tomorrow"),
    -219: Rule(_HUMAN, "app_removed"),
    -220: Rule(_TOKEN, "token_expired"),
    -221: Rule(_HUMAN, "oa_not_verified"),
    -223: Rule(_HUMAN, "api_not_authorised"),
    -224: Rule(_HUMAN, "package_too_low"),
    -227: Rule(_DROP, "recipient_inactive"),
    -230: Rule(_DROP, "window_closed"),
    -232: Rule(_DROP, "window_closed"),
    -233: Rule(_DROP, "type_not_supported"),
    -234: Rule(_LATER, "night", "morning"),
    -235: Rule(_HUMAN, "wrong_oa_type"),
    -237: Rule(_HUMAN, "group_disabled"),
    -238: Rule(_HUMAN, "asset_disabled"),
    -240: Rule(_HUMAN, "endpoint_shut"),
    -241: Rule(_HUMAN, "asset_used"),
    -242: Rule(_HUMAN, "appsecret_proof"),
    -244: Rule(_DROP, "restricted_by_citizen"),
    -248: Rule(_DROP, "platform_rules"),
    -249: Rule(_DROP, "template_not_by_uid"),
    -320: Rule(_HUMAN, "no_cloud_account"),
    -321: Rule(_HUMAN, "cloud_account_unpaid"),
    -403: Rule(_DROP, "not_in_group"),
    -1340: Rule(_DROP, "form_unknown"),
    -1341: Rule(_DROP, "form_forbidden"),
    # Not in Zalo's table, seen in the field for a bad token.
    216: Rule(_TOKEN, "token_invalid"),
    401: Rule(_TOKEN, "token_invalid"),
    -401: Rule(_TOKEN, "token_invalid"),
}


def _each(rule: Rule, *codes: int) -> dict[int, Rule]:
    return dict.fromkeys(codes, rule)


ZBS: dict[int, Rule] = {
    -32: Rule(_LATER, "rate_limit", "soon"),
    -100: Rule(_RETRY, "send_failed"),
    **_each(Rule(_HUMAN, "app_invalid"), -101, -102, -103, -104, -105),
    -106: Rule(_HUMAN, "method_not_supported"),
    -107: Rule(_DROP, "message_unknown"),
    -108: Rule(_DROP, "phone_invalid"),
    -109: Rule(_HUMAN, "template_unknown"),
    **_each(Rule(_DROP, "recipient_cannot_receive"), -110, -114, -118, -119),
    **_each(Rule(_DROP, "template_data"), -111, -112, -1121, -1122, -1123, -1124),
    **_each(Rule(_DROP, "template_buttons"), -113, -1131, -1132),
    -115: Rule(_HUMAN, "out_of_balance"),
    -116: Rule(_DROP, "text_invalid"),
    -117: Rule(_HUMAN, "template_forbidden"),
    -120: Rule(_HUMAN, "api_not_authorised"),
    -1202: Rule(_HUMAN, "media_forbidden"),
    **_each(Rule(_DROP, "body_invalid"), -121, -122, -132, -153),
    **_each(Rule(_HUMAN, "rsa_key"), -123, -142, -143),
    -124: Rule(_TOKEN, "token_invalid"),
    -1241: Rule(_HUMAN, "appsecret_proof"),
    -125: Rule(_HUMAN, "oa_unknown"),
    -126: Rule(_LATER, "development_quota", "tomorrow"),
    -127: Rule(_HUMAN, "template_in_test"),
    -130: Rule(_DROP, "parameter_too_long"),
    -131: Rule(_HUMAN, "template_not_approved"),
    -133: Rule(_LATER, "night", "morning"),
    **_each(Rule(_HUMAN, "oa_may_not_send"), -135, -1351),
    **_each(Rule(_HUMAN, "billing"), -136, -137, -138, -1381),
    **_each(Rule(_DROP, "refused_by_citizen"), -139, -140, -141),
    **_each(Rule(_LATER, "daily_limit", "tomorrow"), -144, -147, -1472),
    **_each(Rule(_DROP, "monthly_limit"), -1441, -1471),
    -145: Rule(_HUMAN, "content_type_forbidden"),
    -146: Rule(_HUMAN, "template_low_quality"),
    **_each(Rule(_HUMAN, "journey_token"), -148, -149, -150, -1491),
    **_each(Rule(_HUMAN, "e2ee"), -151, -152),
    **_each(Rule(_DROP, "upload_invalid"), -158, -159),
    -160: Rule(_LATER, "template_quota", "tomorrow"),
    **_each(Rule(_HUMAN, "sending_mode"), -161, -162),
    -249: Rule(_DROP, "template_not_by_uid"),
}

OAUTH: dict[int, Rule] = {
    -14002: Rule(_HUMAN, "app_id_invalid"),
    -14003: Rule(_HUMAN, "redirect_uri_differs"),
    -14014: Rule(_HUMAN, "grant_dead"),
    -118: Rule(_HUMAN, "grant_dead"),
    -14029: Rule(_HUMAN, "app_not_approved"),
}

_TABLES: dict[Family, dict[int, Rule]] = {"oa": OA, "zbs": ZBS, "oauth": OAUTH}


def classify(family: Family, code: int) -> Rule:
    """The rule of one code. A code that is not in the family's table is for a person to look at."""
    return _TABLES[family].get(code, Rule(_HUMAN, "unknown_code"))


class ZaloError(DeskError):
    """A call to Zalo did not do what was asked.

    `code` is Zalo's number, or the HTTP status when the answer held none. Zalo's own message is not
    kept: it may repeat parameters.
    """

    def __init__(self, family: Family, code: int, rule: Rule | None = None) -> None:
        self.family: Family = family
        self.code = code
        self.action, self.reason, self.wait = rule or classify(family, code)
        super().__init__(f"zalo {family} {code}: {self.reason}")


class NoAnswer(ZaloError):
    """The request may have been carried out: the connection broke, timed out or answered nonsense."""

    def __init__(self, family: Family, reason: str) -> None:
        super().__init__(family, 0, Rule(Action.AMBIGUOUS, reason))


class ReconnectNeeded(ZaloError):
    """The OA's grant is spent or withdrawn. Nothing helps but an administrator's new consent."""

    def __init__(self, code: int = -14014) -> None:
        super().__init__("oauth", code, Rule(Action.HUMAN, "reconnect_needed", "soon"))


def unreachable(family: Family, reason: str = "unreachable") -> ZaloError:
    """Zalo could not be reached, or a question (which changes nothing) got no answer."""
    return ZaloError(family, 0, Rule(Action.RETRY, reason))
