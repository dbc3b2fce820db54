"""A file cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemfit.library.pieces import Layout, add, front, full, layout_for, prefix

layouts = st.builds(Layout, st.integers(0, 1000), st.integers(1, 300))


@pytest.mark.parametrize(("gib", "mib"), [(0, 16), (4, 16), (5, 32), (16, 32), (17, 64), (60, 64)])
def test_large_files_come_in_large_pieces(gib, mib):
    assert layout_for(gib << 30).piece_bytes == mib << 20


@given(layouts)
def test_the_pieces_are_the_file(layout):
    assert sum(full(layout)) == layout.total_bytes
    assert [layout.start(piece) for piece in range(layout.count)] == list(
        range(0, layout.total_bytes, layout.piece_bytes)
    )


@given(layouts, st.integers(0, 1000))
def test_a_prefix_is_its_front(layout, n_bytes):
    held = prefix(layout, n_bytes)
    assert front(layout, held) == sum(held) == min(n_bytes, layout.total_bytes)


@given(layouts, st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=20))
def test_what_is_held_are_bytes_that_came(layout, came):
    held, seen = tuple(0 for _ in range(layout.count)), set[int]()
    for first, second in came:
        start, end = sorted(min(value, layout.total_bytes) for value in (first, second))
        held = add(layout, held, start, end)
        seen.update(range(start, end))
    for piece, n_bytes in enumerate(held):
        assert seen >= set(range(layout.start(piece), layout.start(piece) + n_bytes))


def test_bytes_after_a_gap_do_not_count():
    layout = Layout(100, 10)
    assert add(layout, prefix(layout, 0), 5, 25) == (0, 10, 5, 0, 0, 0, 0, 0, 0, 0)
