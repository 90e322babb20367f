"""The count of somatic variants: what each is left out for, and the bases beside a substitution."""

from __future__ import annotations

from typing import Any

import pytest

from netboard.interpret.settings import Settings
from netboard.interpret.tally import count_somatic
from netboard.model.markers import SignatureMeasure, Tally
from netboard.model.variant import Build, Support, Variant

SBS11 = SignatureMeasure("C>T", ("C", "T"), 50, 0.6, 0.5, ())
CLEAN = Support(80, 0, 0.0)


class Bases:
    """One stretch of sequence from position 0 on; nothing is known elsewhere."""

    build: Build = "GRCh38"

    def base(self, chrom: str, start: int, end: int) -> str | None:
        text = "ACCGCTCACGGA"
        return text[start:end] if chrom == "1" and 0 <= start < end <= len(text) else None


BASES = Bases()


def variant(start: int, ref: str = "C", alt: str = "T", **given: Any) -> Variant:
    values: dict[str, Any] = {"support": Support(100, 40, 0.4), "normal_support": CLEAN, **given}
    return Variant("GRCh38", values.pop("chrom", "1"), start, ref, alt, "S", **values)


def count(
    *variants: Variant,
    normal: bool = True,
    declared: bool = False,
    signature: SignatureMeasure | None = SBS11,
    sequence: Bases | None = BASES,
    bed_bases: int | None = 1_500_000,
) -> Tally:
    return count_somatic(
        variants, Settings(), signature, sequence, normal_in_file=normal, declared=declared, bed_bases=bed_bases
    )  # fmt: skip


def test_each_variant_is_counted_once_for_what_it_is() -> None:
    tally = count(
        variant(1),
        variant(2, "CG", "C"),
        variant(4, "CT", "GA"),
        variant(5, filters=("weak",)),
        variant(6, normal_support=Support(80, 40, 0.5)),
        variant(7, normal_support=Support(4, 0, 0.0)),
        variant(8, support=Support(100, 2, 0.02)),
    )
    assert (tally.somatic, tally.indels, tally.substitutions) == (3, 1, 1)
    assert (tally.filtered, tally.inherited, tally.open, tally.weak) == (1, 1, 1, 1)
    assert (tally.bed_megabases, tally.judged) == (1.5, True)


def test_the_base_behind_the_change_is_read_on_the_strand_of_the_pyrimidine() -> None:
    # A C C G C T C A C G G A: C at 1 stands before C, at 2 before G, at 4 before T, at 6 before A; G at 10 is
    # on the other strand a C before C (the G at 9), and G at 9 a C before G (the C at 8).
    expected = {1: 1, 2: 0, 4: 1, 6: 0}
    for start, within in expected.items():
        tally = count(variant(start))
        assert (tally.changed, tally.neighbours_known, tally.in_context) == (1, 1, within)
    assert count(variant(10, "G", "A")).in_context == 1
    assert count(variant(9, "G", "A")).in_context == 0
    unknown = count(variant(1, chrom="2"))
    assert (unknown.changed, unknown.neighbours_known) == (1, 0)
    assert count(variant(1, "C", "A")).changed == 0


def test_where_the_laboratory_took_inherited_variants_out_common_ones_still_do_not_count() -> None:
    common = {"population_frequency": 0.2, "population_source": "gnomAD", "normal_support": None}
    tally = count(variant(1, normal_support=None), variant(2, **common), normal=False, declared=True)
    assert (tally.somatic, tally.inherited, tally.open) == (1, 1, 0)


def test_a_file_without_any_verdict_of_a_filter_is_told() -> None:
    assert not count(variant(1, filters=())).judged
    assert not count(variant(1, filters=(".",))).judged

    assert count(variant(1, filters=(".", "PASS"))).judged
    assert count(variant(1), variant(2, filters=(".",))).judged  # one verdict is enough


@pytest.mark.parametrize(
    ("normal", "kind"),
    [
        (None, "unstated"),
        (Support(80, None, None), "unstated"),
        (Support(None, 3, None), "open"),
        (Support(None, None, 0.01), "open"),
        (Support(4, 0, None), "open"),
    ],
)
def test_a_variant_is_open_where_some_figure_of_the_normal_is_stated_and_unstated_where_none_is(
    normal: Support | None, kind: str
) -> None:
    tally = count(variant(1, normal_support=normal))
    assert {name: getattr(tally, name) for name in ("open", "unstated", "somatic")} == {
        "open": int(kind == "open"),
        "unstated": int(kind == "unstated"),
        "somatic": 0,
    }


def test_without_a_pattern_to_look_for_or_a_sequence_only_what_needs_none_is_counted() -> None:
    for signature, sequence, changed in ((None, Bases(), 0), (SBS11, None, 1)):
        tally = count_somatic(
            [variant(1)], Settings(), signature, sequence, normal_in_file=True, declared=False, bed_bases=None
        )
        assert (tally.somatic, tally.substitutions, tally.changed, tally.neighbours_known) == (
            1,
            1,
            changed,
            0,
        )
        assert tally.bed_megabases is None


def test_nothing_to_count_is_a_count_of_nought() -> None:
    assert count() == Tally(bed_megabases=1.5)


def test_reads_of_the_normal_that_the_file_does_not_state_leave_the_origin_open_unless_declared() -> None:
    depth_alone = variant(1, normal_support=Support(80, None, None))
    assert (count(depth_alone).unstated, count(depth_alone, declared=True).somatic) == (1, 1)
    assert count(variant(2, normal_support=Support(4, 0, 0.0)), declared=True).open == 1
    assert count(variant(2, normal_support=Support(80, 40, 0.5)), declared=True).inherited == 1


@pytest.mark.parametrize(
    ("normal", "kind"),
    [
        (None, "unstated"),
        (Support(80, None, None), "unstated"),
        (Support(4, None, 0.0), "open"),
        (Support(None, 0, None), "open"),
        (Support(None, None, 0.03), "open"),
    ],
)
def test_reads_that_carry_the_allele_or_their_share_say_that_the_normal_was_looked_at(
    normal: Support | None, kind: str
) -> None:
    tally = count(variant(1, normal_support=normal))
    assert (tally.unstated, tally.open) == (int(kind == "unstated"), int(kind == "open"))


def test_where_no_pattern_is_asked_for_substitutions_are_counted_and_no_change_is_told() -> None:
    tally = count(variant(1), signature=None)
    assert (tally.substitutions, tally.changed, tally.neighbours_known) == (1, 0, 0)


def test_without_a_sequence_the_change_is_counted_and_its_neighbours_are_not_known() -> None:
    tally = count(variant(1), sequence=None)
    assert (tally.changed, tally.neighbours_known, tally.in_context) == (1, 0, 0)


def test_a_size_that_is_not_told_is_none_and_one_of_nought_is_nought() -> None:
    assert count(variant(1), bed_bases=None).bed_megabases is None
    assert count(variant(1), bed_bases=0).bed_megabases == 0


def test_one_verdict_of_a_filter_anywhere_in_the_file_is_enough() -> None:
    assert count(variant(1, filters=("PASS",)), variant(2, filters=())).judged
