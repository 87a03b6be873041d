"""The chain shows every change of what was written."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from desk.domain.timeline import GENESIS, Step, chain, first_break
from desk.storage.table import dump, load

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**50), 2**50)
    | st.text()
    | st.floats(-1e6, 1e6).map(lambda f: round(f, 3)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=6,
)
steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["received", "status", "note"]),
        st.just("2026-11-24T03:00:00.000+00:00"),
        st.just("desk"),
        st.dictionaries(st.text(min_size=1), values, max_size=3),
    ),
    min_size=1,
    max_size=6,
)


@given(steps)
def test_a_chain_holds_also_after_the_table(written: list[Step]) -> None:
    entries = chain(written, seq=0, head=GENESIS)
    assert first_break(entries) is None
    assert first_break([replace(e, data=load(dump(e.data))) for e in entries]) is None


@given(steps, st.data())
def test_a_changed_step_breaks_it_there(written: list[Step], data: st.DataObject) -> None:
    entries = chain(written, seq=0, head=GENESIS)
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries]
    changed[place] = replace(changed[place], actor="somebody else")
    assert first_break(changed) == place + 1


@given(steps)
def test_a_missing_step_breaks_it(written: list[Step]) -> None:
    entries = chain(written, seq=0, head=GENESIS)
    if len(entries) > 1:
        assert first_break(entries[1:]) == 1
        assert first_break([*entries[:-2], entries[-1]]) == len(entries) - 1


@given(steps, steps)
def test_a_chain_goes_on_where_it_stopped(first: list[Step], second: list[Step]) -> None:
    entries = chain(first, seq=0, head=GENESIS)
    more = chain(second, seq=entries[-1].seq, head=entries[-1].hash)
    assert first_break([*entries, *more]) is None
