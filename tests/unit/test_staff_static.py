"""What browsers get: one script and one sheet under names of their content, and 304 for what they have."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from staff import bundle
from tests.staff_site import Site, make_site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch, make_site(patch) as made:
        yield made


def test_the_page_leads_to_one_script_and_one_sheet_that_are_kept_for_good(site: Site) -> None:
    page = site.get("/", who=None)
    assert page.headers["cache-control"] == "no-cache"
    found = re.findall(rb'(?:src|href)="(/[^"#]+)"', page.raw)
    assert len(found) == 3
    for path in found:
        answer = site.get(path.decode(), who=None)
        assert answer.status == 200
        if b"console." in path:
            assert "immutable" in answer.headers["cache-control"]
            assert re.search(rb"console\.[0-9a-f]{16}\.(js|css)$", path)


def test_a_browser_that_has_a_file_is_told_so_in_a_few_bytes(site: Site) -> None:
    first = site.get("/data/outlines.json", who=None)
    tag = first.headers["etag"]
    again = site.get("/data/outlines.json", who=None, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status, again.raw, again.headers["etag"]) == (304, b"", tag)
    assert site.get("/", who=None, headers={"If-None-Match": tag}).status == 200


def test_modules_stand_after_those_they_import_and_keep_their_names_apart(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "js").mkdir()
    (tmp_path / "data/n.json").write_text('{"a": 1}')
    (tmp_path / "js/deep.js").write_text("const own = 1;\nexport const given = own;\nexport class K {}\n")
    (tmp_path / "js/a-b.js").write_text(
        'import n from "../data/n.json" with { type: "json" };\nimport { given as other } from "./deep.js";\n'
        "const own = n;\nexport async function f() { return own ?? other; }\n"
    )
    (tmp_path / "js/app.js").write_text(
        'import { f } from "./a-b.js";\nimport { K } from "./deep.js";\nf(K);\n'
    )
    made = bundle.script(tmp_path / "js/app.js")
    assert [m[0] for m in re.finditer(r"^const \$\w+", made, re.MULTILINE)] == [
        "const $deep",
        "const $a_b",
        "const $app",
    ]
    assert "const { given: other } = $deep;" in made
    assert 'const n = {"a":1};' in made
    assert "return { given, K };" in made
    assert "import" not in made


@pytest.mark.parametrize(
    "text",
    [
        "export let a = 1;",
        "export default 1;",
        'import "./x.js";',
        'import * as x from "./x.js";',
        "export { a };",
    ],
)
def test_a_form_that_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "app.js").write_text(text)
    (tmp_path / "x.js").write_text("")
    with pytest.raises(ValueError, match="cannot bundle"):
        bundle.script(tmp_path / "app.js")


def test_a_circle_of_modules_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text('import { b } from "./two.js";\nexport const a = 1;\n')
    (tmp_path / "two.js").write_text('import { a } from "./one.js";\nexport const b = 1;\n')
    with pytest.raises(ValueError, match="imports itself"):
        bundle.script(tmp_path / "one.js")
