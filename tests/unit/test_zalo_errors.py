"""Every code of Zalo's error tables, by API family."""

import pytest

from desk.zalo.errors import OA, OAUTH, ZBS, Action, NoAnswer, ReconnectNeeded, ZaloError, classify

# As Zalo's pages list them; "back off", "upload again", "fix code" read as later, drop, human.
OA_ACTIONS = {
    "later": [-32, -211, -214, -218, -234],
    "retry": [-200],
    "refresh_token": [-216, -220, 216, 401, -401],
    "drop": [
        *(-100, -201, -210, -213, -217, -227, -230, -232, -233, -244, -248, -249, -403, -1340, -1341),
    ],
    "human": [
        *(-204, -205, -209, -212, -219, -221, -223, -224, -235, -237, -238, -240, -241, -242, -320, -321),
    ],
}
ZBS_ACTIONS = {
    "later": [-32, -126, -133, -144, -147, -1472, -160],
    "retry": [-100],
    "refresh_token": [-124],
    "drop": [
        *(-107, -108, -110, -111, -112, -1121, -1122, -1123, -1124, -113, -1131, -1132, -114, -116, -118),
        *(-119, -121, -122, -130, -132, -139, -140, -141, -1441, -1471, -153, -158, -159, -249),
    ],
    "human": [
        *(-101, -102, -103, -104, -105, -106, -109, -115, -117, -120, -1202, -123, -1241, -125, -127, -131),
        *(-135, -1351, -136, -137, -138, -1381, -142, -143, -145, -146, -148, -149, -150, -1491, -151, -152),
        *(-161, -162),
    ],
}
OAUTH_ACTIONS = {"human": [-14002, -14003, -14014, -14029, -118]}

CASES = [
    (family, code, action)
    for family, actions in (("oa", OA_ACTIONS), ("zbs", ZBS_ACTIONS), ("oauth", OAUTH_ACTIONS))
    for action, codes in actions.items()
    for code in codes
]


@pytest.mark.parametrize(("family", "code", "action"), CASES)
def test_a_code_has_the_action_of_its_family(family, code, action):
    assert classify(family, code).action == action


def test_no_code_of_the_tables_is_untested():
    tested = {(family, code) for family, code, _ in CASES}
    listed = {("oa", c) for c in OA} | {("zbs", c) for c in ZBS} | {("oauth", c) for c in OAUTH}
    assert listed == tested


@pytest.mark.parametrize(("family", "code"), [("oa", -222), ("oa", -99999), ("zbs", -230), ("oauth", -14012)])
def test_a_code_that_no_page_explains_is_for_a_person(family, code):
    assert classify(family, code)[:2] == (Action.HUMAN, "unknown_code")


def test_one_number_means_different_things_in_different_families():
    assert classify("zbs", -118).reason == "recipient_cannot_receive"
    assert classify("oauth", -118).reason == "grant_dead"
    assert classify("oa", -100).action is Action.DROP
    assert classify("zbs", -100).action is Action.RETRY


def test_whatever_comes_later_says_when():
    rules = [*OA.values(), *ZBS.values(), *OAUTH.values()]
    assert all(bool(rule.wait) == (rule.action is Action.LATER) for rule in rules)


def test_an_error_tells_family_code_and_reason_and_nothing_else():
    error = ZaloError("oa", -216)
    assert (error.action, error.reason) == (Action.REFRESH_TOKEN, "token_invalid")
    assert str(error) == "zalo oa -216: token_invalid"


def test_an_unanswered_call_is_ambiguous_and_a_dead_grant_needs_a_person():
    assert NoAnswer("oa", "timeout").action is Action.AMBIGUOUS
    assert ReconnectNeeded().action is Action.HUMAN
