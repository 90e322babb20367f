"""Lines of a table that several processes made are those that one makes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netboard.variants.rows import Rows, joined, order_of
from netboard.variants.site import Key

KEYS = st.tuples(
    st.sampled_from(("1", "2", "10", "X")), st.integers(0, 9), st.sampled_from("AC"), st.sampled_from("GT")
)
RECORDS = st.lists(st.tuples(KEYS, st.integers(0, 3)), max_size=14)


def kept(records: list[tuple[Key, int]]) -> Rows:
    rows = Rows()
    for number, (key, rank) in enumerate(records):
        rows.keep(key, rank, f"{key} {rank} {number}")
    return rows


@given(RECORDS)
def test_lines_are_sorted_and_of_one_allele_the_first_of_the_highest_rank_stays(
    records: list[tuple[Key, int]],
) -> None:
    best: dict[Key, tuple[int, str]] = {}
    for number, (key, rank) in enumerate(records):
        if key not in best or rank > best[key][0]:
            best[key] = rank, f"{key} {rank} {number}"
    packed = kept(records).packed()
    assert packed.text.splitlines() == [best[key][1] for key in sorted(best, key=order_of)]
    assert packed.number == len(best)


@given(RECORDS, st.lists(st.integers(0, 14), max_size=3), st.booleans())
def test_ranges_join_to_the_whole_or_are_to_be_read_in_order(
    records: list[tuple[Key, int]], cuts: list[int], in_order: bool
) -> None:
    if in_order:
        records.sort(key=lambda record: order_of(record[0]))
    records = [(key, 0) for key, _ in records]
    ends = sorted({0, *(min(cut, len(records)) for cut in cuts), len(records)})
    found = joined([kept(records[a:b]).packed() for a, b in pairwise(ends)])
    keys = [key for key, _ in records]
    if found is not None:
        whole = kept(records).packed()
        strip = lambda text: [line.rsplit(" ", 1)[0] for line in text.splitlines()]  # noqa: E731
        assert strip(found.text) == strip(whole.text)
        assert found.number == whole.number
    else:
        assert len(set(keys)) < len(keys) or keys != sorted(keys, key=order_of)
    if len(set(keys)) == len(keys) and keys == sorted(keys, key=order_of):
        assert found is not None
