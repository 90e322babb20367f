"""An index is read as its specification says, whichever shapes its bins have."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.variants.index import parse_index

BINS = st.dictionaries(
    st.integers(0, 37448),
    st.lists(st.tuples(st.integers(1, 1 << 30), st.integers(1, 1 << 30)), min_size=0, max_size=4),
    max_size=60,
)


def bins_of(start: int, end: int) -> set[int]:
    """Return the bins of the tabix specification that may hold a record overlapping [start, end)."""
    found = {0}
    for first, shift in ((1, 26), (9, 23), (73, 20), (585, 17), (4681, 14)):
        found.update(range(first + (start >> shift), first + ((end - 1) >> shift) + 1))
    return found


def written(contigs: dict[str, dict[int, list[tuple[int, int]]]], csi: bool) -> bytes:
    names = b"".join(name.encode() + b"\0" for name in contigs)
    columns = struct.pack("<6i", 2, 1, 2, 0, ord("#"), 0)
    if csi:
        aux = columns + struct.pack("<i", len(names)) + names
        data = b"CSI\1" + struct.pack("<3i", 14, 5, len(aux)) + aux + struct.pack("<i", len(contigs))
    else:
        data = b"TBI\1" + struct.pack("<i", len(contigs)) + columns + struct.pack("<i", len(names)) + names
    for bins in contigs.values():
        data += struct.pack("<i", len(bins))
        for number, chunks in bins.items():
            data += (
                struct.pack("<IQi", number, 0, len(chunks))
                if csi
                else struct.pack("<Ii", number, len(chunks))
            )
            data += b"".join(struct.pack("<QQ", *chunk) for chunk in chunks)
        if not csi:
            data += struct.pack("<i", 0)
    return data


@pytest.mark.parametrize("csi", [False, True])
@given(
    contigs=st.lists(BINS, min_size=1, max_size=3),
    spans=st.lists(st.tuples(st.integers(0, 400_000_000), st.integers(1, 3_000_000)), min_size=1, max_size=4),
    dense=st.booleans(),
)
def test_the_chunks_of_all_bins_over_a_stretch_are_found(
    csi: bool,
    contigs: list[dict[int, list[tuple[int, int]]]],
    spans: list[tuple[int, int]],
    dense: bool,
) -> None:
    if dense:
        # Long runs of bins of one chunk, broken here and there.
        contigs[0] |= {4681 + i: [(i + 1, i + 2)] for i in range(9000) if 4681 + i not in contigs[0]}
    by_name = {f"chr{i + 1}": bins for i, bins in enumerate(contigs)}
    wanted = [("2" if k % 2 else "1", start, start + length) for k, (start, length) in enumerate(spans)]
    index = parse_index(written(by_name, csi), wanted, lambda name: name.removeprefix("chr"))
    assert [c.name for c in index.contigs] == list(by_name)
    for contig in index.contigs:
        bins = by_name[contig.name]
        needed = {
            chunk
            for chrom, start, end in wanted
            if f"chr{chrom}" == contig.name
            for number in bins_of(start, end)
            for chunk in bins.get(number, ())
        }
        assert needed <= set(contig.chunks)
        assert set(contig.chunks) <= {chunk for chunks in bins.values() for chunk in chunks}
        ends = [chunk[1] for chunks in bins.values() for chunk in chunks]
        assert contig.end == (max(ends) if ends else None)


def test_an_index_that_is_cut_short_is_refused() -> None:
    data = written({"chr1": {4681 + i: [(i + 1, i + 2)] for i in range(50)}}, csi=False)
    for length in range(40, len(data), 7):
        with pytest.raises((ValueError, IndexError, struct.error)):
            parse_index(data[:length], [("1", 0, 900_000)], lambda name: name.removeprefix("chr"))
