"""A finding says of its allele what is known: reading, reads, filters, sources, and what stays open."""

from __future__ import annotations

import hashlib

import pytest

from netboard.interpret.events import (
    finding_id,
    finding_of,
    non_coding_of,
    share_of_reads,
    split_effects,
    support_level,
)
from netboard.interpret.settings import Settings
from netboard.model.effect import Effect, UpstreamCall
from netboard.model.result import Finding
from netboard.model.standard import AlterationRules
from netboard.model.variant import Gene, Panel, Support, Variant

SETTINGS = Settings(min_alt_reads=3, min_vaf=0.05)
PANEL = Panel(
    {
        "GENS": Gene("GENS", "s", "HGNC:1", role="tumour_suppressor", germline_syndrome="a syndrome"),
        "GENO": Gene("GENO", "o", "HGNC:2", role="oncogene"),
    },
    (),
)


def _variant(**given: object) -> Variant:
    values: dict[str, object] = {"support": Support(100, 30, 0.3, "FORMAT/AD"), **given}
    return Variant("GRCh38", "1", 1099, "A", "T", "S", **values)  # type: ignore[arg-type]


def _effect(event: str = "missense", *terms: str, **given: object) -> Effect:
    values: dict[str, object] = {"gene": "GENS", **given}
    return Effect(event=event, terms=terms, source="sequence", **values)  # type: ignore[arg-type]


def _call(event: str, key: str = "CSQ", **given: object) -> UpstreamCall:
    return UpstreamCall(key, "GENS", "NM_1.1", ("a_term",), event, **given)  # type: ignore[arg-type]


def _found(
    effect: Effect, variant: Variant | None = None, *, normal: bool = False, **given: object
) -> Finding:
    return finding_of(variant or _variant(), effect, PANEL, SETTINGS, matched_normal=normal, **given)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the reading


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("truncating", "Cuts the protein short"),
        ("splice", "Changes a canonical splice site"),
        ("start_loss", "Removes the start codon"),
        ("in_frame", "Adds or removes residues in frame"),
        ("missense", "Exchanges a residue"),
        ("hotspot", "Recurrent cancer allele"),
        ("promoter", "Changes the promoter"),
        ("synonymous", "Leaves the protein unchanged"),
    ],
)
def test_each_event_is_read_in_plain_words(event: str, words: str) -> None:
    assert _found(_effect(event)).reading == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("single_exon", "it has one exon only"),
        ("last_exon", "new stop in the last exon"),
        ("last_50_bases_of_penultimate_exon", "new stop in the last 50 bases of the exon before the last"),
        ("first_150_coding_bases", "new stop among the first 150 coding bases"),
    ],
)
def test_a_stop_that_may_escape_decay_says_why(rule: str, words: str) -> None:
    found = _found(_effect("truncating", nmd_escape=True, nmd_rule=rule))
    assert found.reading.endswith(f"may escape nonsense-mediated decay ({words})")


def test_a_silent_change_near_a_splice_site_warns_of_splicing_and_a_plain_one_does_not() -> None:
    warning = ", near a splice site: splicing may change"
    assert _found(_effect("synonymous", "splice_region_variant")).reading.endswith(warning)
    assert not _found(_effect("missense", "splice_region_variant")).reading.endswith(warning)


@pytest.mark.parametrize(("exact", "said"), [(False, True), (True, False)])
def test_another_change_of_a_recurrent_residue_names_the_recurrent_one(exact: bool, said: bool) -> None:
    found = _found(_effect("missense", hotspot="V600E", hotspot_exact=exact))
    assert found.reading.endswith("; at the recurrent residue of V600E, by another change") is said


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        ("run again with --fasta of GRCh38", "Run again with --fasta of GRCh38"),
        ("", "Effect not determined"),
    ],
)
def test_an_open_effect_is_read_as_what_would_settle_it(remedy: str, words: str) -> None:
    assert _found(_effect("undetermined", remedy=remedy)).reading == words


# ---------------------------------------------------------------- reads, filters, places


@pytest.mark.parametrize(
    ("support", "level"),
    [
        (Support(), "unknown"),
        (Support(depth=100), "unknown"),
        (Support(alt_depth=3), "adequate"),
        (Support(alt_depth=2), "low"),
        (Support(vaf=0.05), "adequate"),
        (Support(vaf=0.0499), "low"),
        (Support(depth=4, alt_depth=2, vaf=0.5), "low"),
        (Support(depth=1000, alt_depth=49), "low"),
        (Support(depth=1000, alt_depth=50), "adequate"),
    ],
)
def test_support_is_low_under_either_limit_and_adequate_at_it(support: Support, level: str) -> None:
    assert support_level(support, SETTINGS) == level
    flags = _found(_effect(), _variant(support=support)).flags
    assert ("low_support" in flags) is (level == "low")


@pytest.mark.parametrize(
    ("support", "share"),
    [
        (Support(100, 30, 0.25), 0.25),
        (Support(3, 1), 0.3333),
        (Support(100, 0), 0.0),
        (Support(100, None), None),
        (Support(0, 0), None),
        (Support(None, 5), None),
    ],
)
def test_the_share_of_reads_is_the_stated_one_else_that_of_the_counts(
    support: Support, share: float | None
) -> None:
    assert share_of_reads(support) == share


@pytest.mark.parametrize(
    ("filters", "shown", "passed", "flags"),
    [
        (("PASS",), "PASS", True, ()),
        ((), ".", True, ("no_filter_applied",)),
        (("weak", "bias"), "weak;bias", False, ("filtered_by_caller",)),
    ],
)
def test_the_filters_of_the_caller_are_shown_and_flagged(
    filters: tuple[str, ...], shown: str, passed: bool, flags: tuple[str, ...]
) -> None:
    found = _found(_effect(), _variant(filters=filters))
    assert (found.filter, found.filter_passed, found.flags) == (shown, passed, flags)
    assert non_coding_of(_variant(filters=filters), _effect("non_coding")).filter == shown


def test_flags_of_effect_and_reads_are_kept_once_each_in_order() -> None:
    variant = _variant(support=Support(10, 1, notes=("odd_counts", "phase_open")), filters=("weak",))
    found = _found(_effect(flags=("phase_open",)), variant)
    assert found.flags == ("phase_open", "low_support", "filtered_by_caller", "odd_counts")


def test_exon_and_intron_are_told_with_their_number_of_all() -> None:
    found = _found(_effect(exon=3, intron=2, exon_count=10))
    assert (found.exon, found.intron) == ("3/10", "2/9")


@pytest.mark.parametrize("given", [{}, {"exon": 3, "intron": 2}, {"exon_count": 10}])
def test_a_place_that_is_told_in_part_is_not_shown(given: dict[str, object]) -> None:
    found = _found(_effect(**given))
    assert (found.exon, found.intron) == (None, None)


def test_names_that_are_not_known_are_none_and_never_an_empty_text() -> None:
    found = _found(_effect(), _variant(support=Support()))
    fields = (found.transcript, found.transcript_status, found.vaf_source, found.population_source)
    assert fields == (None, None, None, None)
    named = _found(_effect(transcript="NM_1.1", transcript_status="MANE Select"))
    assert (named.transcript, named.transcript_status) == ("NM_1.1", "MANE Select")
    assert named.vaf_source == "FORMAT/AD"


@pytest.mark.parametrize(("length", "shortened"), [(58, False), (59, True)])
def test_the_id_of_a_long_allele_is_shortened_to_sixteen_digits(length: int, shortened: bool) -> None:
    ref = "A" * length
    change = f"{ref}-T"
    digest = hashlib.sha256(change.encode()).hexdigest()
    assert finding_id("GENS", "1", 5, ref, "T") == f"GENS:1-5-{digest[:16] if shortened else change}"


# ---------------------------------------------------------------- origin, population


@pytest.mark.parametrize("event", ["truncating", "splice", "start_loss"])
def test_what_destroys_a_syndrome_gene_at_half_the_reads_asks_for_a_referral(event: str) -> None:
    half = _variant(support=Support(100, 50))
    assert _found(_effect(event, nmd_escape=False), half).origin == "germline_suspect"


def test_a_recurrent_allele_of_a_syndrome_gene_asks_for_a_referral_and_a_plain_change_does_not() -> None:
    half = _variant(support=Support(100, 50))
    assert _found(_effect("hotspot", hotspot="R1H", hotspot_exact=True), half).origin == "germline_suspect"
    assert _found(_effect("missense"), half).origin == "unknown"
    # A stop that spares nearly all of the protein is of uncertain significance.
    assert _found(_effect("truncating", nmd_escape=True), half).origin == "unknown"
    promoter = _found(_effect("promoter", hotspot="c.-124C>T", hotspot_exact=True), half)
    assert promoter.oncogenicity is not None
    assert (promoter.origin, promoter.oncogenicity.significance) == ("unknown", "pathogenic")


@pytest.mark.parametrize(("share", "common"), [(None, False), (0.0199, False), (0.02, True)])
def test_an_allele_is_common_from_the_figure_of_the_base_on(share: float | None, common: bool) -> None:
    rules = AlterationRules({"common_frequency": 0.02})
    variant = _variant(population_frequency=share, population_source="INFO/AF")
    found = _found(_effect(), variant, rules=rules)
    assert ("common_in_population" in found.flags) is common
    assert found.population_frequency == share


def test_of_the_frequencies_stated_the_highest_counts_with_its_field() -> None:
    calls = (
        _call("missense", population_frequency=0.004, population_source="CSQ/AF"),
        _call("missense", "ANN"),
    )
    variant = _variant(population_frequency=0.0005, population_source="INFO/AF")
    found = _found(_effect(upstream=calls), variant)
    assert (found.population_frequency, found.population_source) == (0.004, "CSQ/AF")


# ---------------------------------------------------------------- what annotators said


@pytest.mark.parametrize(
    ("event", "said", "agrees"),
    [
        ("missense", "missense", True),
        ("missense", "hotspot", True),
        ("hotspot", "missense", True),
        ("missense", "truncating", False),
        ("hotspot", "truncating", False),
        ("undetermined", "missense", None),
        ("missense", "undetermined", None),
        ("undetermined", "undetermined", None),
    ],
)
def test_an_annotation_agrees_in_the_class_of_event_or_is_not_comparable(
    event: str, said: str, agrees: bool | None
) -> None:
    note = _found(_effect(event, upstream=(_call(said),))).upstream
    assert note is not None
    assert note.agrees is agrees


def test_the_first_annotator_that_differs_stands_at_the_head_and_the_others_behind_it() -> None:
    calls = (
        _call("missense", "CSQ", chosen_by="mane_select"),
        _call("truncating", "ANN", compound=True, remarks=("LOF",)),
        _call("splice", "BCSQ"),
    )
    note = _found(_effect(upstream=calls)).upstream
    assert note is not None
    assert (note.source, note.compound, note.remarks) == ("ANN", True, ("LOF",))
    assert [other.source for other in note.others] == ["CSQ", "BCSQ"]
    assert [other.chosen_by for other in note.others] == ["mane_select", ""]


def test_where_none_differs_the_first_annotator_stands_at_the_head() -> None:
    calls = (_call("undetermined", "CSQ"), _call("missense", "ANN"))
    note = _found(_effect(upstream=calls)).upstream
    assert note is not None
    assert (note.source, [other.source for other in note.others]) == ("CSQ", ["ANN"])
    assert _found(_effect()).upstream is None


@pytest.mark.parametrize(
    ("given", "possible"),
    [
        ({}, ()),
        ({"conflict": "they differ"}, ("missense", "truncating")),
        ({"conflict": "they differ", "proved": True}, ()),
        (
            {"possible": ("splice", "missense"), "conflict": "they differ"},
            ("splice", "missense", "truncating"),
        ),
        ({"possible": ("splice", "undetermined", "non_coding")}, ("splice",)),
    ],
)
def test_what_the_event_may_be_is_open_where_sources_differ_and_no_sequence_proves_one(
    given: dict[str, object], possible: tuple[str, ...]
) -> None:
    calls = (_call("truncating"), _call("non_coding", "ANN"), _call("undetermined", "BCSQ"))
    assert _found(_effect(upstream=calls, **given)).possible == possible


# ---------------------------------------------------------------- what is no finding


def test_what_lies_outside_of_coding_sequence_is_told_apart_and_keeps_its_order() -> None:
    first, second = _variant(), _variant(filters=())
    inside, outside, open_ = _effect(), _effect("non_coding"), _effect("undetermined")
    reportable, rest = split_effects([(first, [outside, inside]), (second, [open_, outside])])
    assert reportable == [(first, inside), (second, open_)]
    assert rest == [(first, outside), (second, outside)]


@pytest.mark.parametrize(
    ("proved", "as_written", "shown"),
    [("c.5+9A>T", "c.5+8A>T", "c.5+9A>T"), (None, "c.5+8A>T", "c.5+8A>T"), (None, None, None)],
)
def test_a_non_coding_change_bears_its_proved_name_else_that_of_the_record(
    proved: str | None, as_written: str | None, shown: str | None
) -> None:
    effect = _effect(
        "non_coding", "intron_variant", "splice_region_variant", hgvsc=proved, hgvsc_unshifted=as_written
    )
    stored = non_coding_of(_variant(), effect)
    assert (stored.hgvsc, stored.pos, stored.vaf) == (shown, 1100, 0.3)
    assert stored.consequence == "intron_variant&splice_region_variant"
