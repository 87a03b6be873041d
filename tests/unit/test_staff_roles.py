"""Who is refused, and who reads: every route, every role, another agency, nobody. Nothing is changed by any of it,
so that all share one site."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.staff_site import CODES, Site, make_site
from tests.unit.test_staff_auth import ABOUT_A_REPORT, CODE, EVERYBODY, ROUTES, fill, furnish

ROLES = [(m, p, body, may, role) for m, p, body, may in ROUTES for role in sorted(EVERYBODY)]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as monkeypatch, make_site(monkeypatch) as made:
        furnish(made)
        yield made


@pytest.mark.parametrize(
    ("method", "path", "body", "may", "role"), [r for r in ROLES if r[0] == "GET" or r[4] not in r[3]]
)
def test_a_role_reads_what_its_list_says_and_does_nothing_else(
    site: Site, method: str, path: str, body: Any, may: set[str], role: str
) -> None:
    answer = site.call(method, fill(path), body, who=f"csgt.{role}")
    if role in may:
        # 404: no such export; 409: the OA has no credentials here.
        assert answer.status in {200, 202, 404, 409}, answer.raw
    else:
        assert (answer.status, answer.kind) == (403, "forbidden")


@pytest.mark.parametrize(("method", "path", "body", "may"), ABOUT_A_REPORT)
def test_a_report_of_another_agency_is_forbidden_and_left_alone(
    site: Site, method: str, path: str, body: Any, may: set[str]
) -> None:
    before = site.report(CODE)
    # Agreed between the two: the way to it would be the transfer, not this person.
    body = {"agency": "csgt", "reason": "không thuộc"} if path.endswith("/transfer") else body
    answer = site.call(method, fill(path), body, who="duytu.administrator")
    assert (answer.status, answer.kind) == (403, "other-agency")
    assert site.report(CODE) == before


@pytest.mark.parametrize(("method", "path", "body", "may"), ABOUT_A_REPORT)
def test_a_report_that_does_not_exist_is_not_found(
    site: Site, method: str, path: str, body: Any, may: set[str]
) -> None:
    answer = site.call(method, fill(path).replace(CODE, CODES[9]), body, who="csgt.administrator")
    assert (answer.status, answer.kind) == (404, "not-found")


@pytest.mark.parametrize(("method", "path", "body", "may"), ROUTES)
def test_nobody_signed_in_is_told_to_sign_in(
    site: Site, method: str, path: str, body: Any, may: set[str]
) -> None:
    assert site.call(method, fill(path), body, who=None).status == 401
