"""Known answers first: a computed signature alone could not catch a wrong formula."""

import pytest

from desk.zalo import signature

# The vector that Zalo's Java SDK formula gives: sha256(app_id + body + timestamp + OA secret).
BODY = (
    b'{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
    b'"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
    b'"event_name":"user_send_text","message":{"text":"message","msg_id":"96d3cdf3af150460909"},'
    b'"timestamp":"154390853474"}'
)
APP, TIME, SECRET = "360846524940903967", "154390853474", "test-oa-secret"
MAC = "d6b2f460776baf661c24636ed1650d166ae50c282a0408ac80ef5550f76d0d05"


def valid(header: str | None = f"mac={MAC}", **changed: object) -> bool:
    arguments = {"app_id": APP, "body": BODY, "timestamp": TIME, "secrets": (SECRET,)} | changed
    return signature.is_valid(header, **arguments)  # type: ignore[arg-type]


def test_known_answer() -> None:
    assert signature.digest(APP, BODY, TIME, SECRET) == MAC
    assert valid()


@pytest.mark.parametrize("header", [f"mac={MAC}", f"mac = {MAC}", MAC, f"mac={MAC.upper()}", f"  mac={MAC} "])
def test_spellings_of_the_header_that_are_accepted(header: str) -> None:
    assert valid(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "mac=",
        f"sha256={MAC}",
        f"mac={MAC[:-1]}",
        f"mac={MAC}0",
        f"mac={'0' * 64}",
        "mac=" + "g" * 64,
    ],
)
def test_headers_that_are_refused(header: str | None) -> None:
    assert not valid(header)


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"body": BODY.replace(b'"text":"message"', b'"text": "message"')},
        {"body": BODY.replace(b"message", b"massage", 1)},
        {"timestamp": "154390853475"},
        {"app_id": "360846524940903968"},
        {"secrets": ("another-secret",)},
        {"secrets": ()},
        {"secrets": ("",)},
    ],
)
def test_one_change_breaks_it(changed: dict[str, object]) -> None:
    assert not valid(**changed)


def test_previous_secret_is_accepted_during_a_rotation() -> None:
    assert valid(secrets=("new-secret", SECRET))


def test_an_unset_secret_signs_nothing() -> None:
    forged = signature.digest(APP, BODY, TIME, "")
    assert not valid(f"mac={forged}", secrets=("", SECRET))
