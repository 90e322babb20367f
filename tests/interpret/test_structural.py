"""Copy-number calls and rearrangements as findings of genes: what touches an exon counts, all leaves a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netboard.interpret.settings import Settings
from netboard.interpret.structural import copy_number_findings, rearrangement_findings
from netboard.model.evidence import Knowledge
from netboard.model.result import Finding, NonCoding
from netboard.model.standard import CriterionRule, Standard
from netboard.model.variant import CopyNumber, Gene, Panel, Rearrangement, Support, Transcript

SETTINGS = Settings(min_alt_reads=3, min_vaf=0.05)


def _gene(symbol: str, chrom: str, start: int, role: str) -> Gene:
    exons = ((start, start + 100), (start + 500, start + 600))
    model = Transcript(symbol, "GRCh38", "NM_1.1", chrom, 1, exons, start, start + 600)
    return Gene(symbol, "a gene", "HGNC:1", role=role, transcripts=(model,))


PANEL = Panel(
    {
        "GENS": _gene("GENS", "1", 1000, "tumour_suppressor"),
        "GENO": _gene("GENO", "2", 1000, "oncogene"),
        "GENM": Gene("GENM", "a gene without a model", "HGNC:2"),
    },
    (),
)
_STANDARD = Standard(
    "", (CriterionRule("null_variant", "OVS1", 8, "", "", "", ""),), ((6, "likely"), (0, "open"))
)
KNOWLEDGE = Knowledge(PANEL, (), (), {}, {}, {}, (), (), "0", "0", "2026-01-01", oncogenicity=_STANDARD)


def _call(start: int, end: int, call: str = "deletion", chrom: str = "1", **given: object) -> CopyNumber:
    values: dict[str, object] = {"total": 0.0, "source": "caller", **given}
    return CopyNumber("GRCh38", chrom, start, end, "S", call=call, **values)  # type: ignore[arg-type]


def _read(*calls: CopyNumber, records: bool = True) -> tuple[list[Finding], list[NonCoding]]:
    return copy_number_findings(calls, KNOWLEDGE, SETTINGS, from_records=records)


def _one(call: CopyNumber) -> Finding:
    (found,), rest = _read(call)
    assert rest == []
    return found


# ---------------------------------------------------------------- copy number


@pytest.mark.parametrize(
    ("start", "end", "where"),
    [
        (500, 1000, ""),
        (500, 1001, "exon"),
        (1100, 1500, "intron"),
        (1099, 1101, "exon"),
        (1300, 1501, "exon"),
        (1600, 1700, ""),
        (1599, 1700, "exon"),
    ],
)
def test_a_loss_counts_from_the_first_base_of_an_exon_and_one_of_an_intron_is_stored(
    start: int, end: int, where: str
) -> None:
    found, rest = _read(_call(start, end))
    assert [len(found), len(rest)] == [int(where == "exon"), int(where == "intron")]
    assert [item.consequence for item in rest] == ["intron_variant (copy number)"] * len(rest)
    assert _read(_call(start, end), records=False) == (found, [])


def test_a_call_counts_for_genes_of_its_chromosome_and_build_alone() -> None:
    assert _read(_call(0, 9000, chrom="3")) == ([], [])
    other = CopyNumber("GRCh37", "1", 0, 9000, "S", 0.0, call="deletion")
    assert _read(other) == ([], [])
    assert [item.gene for item in _read(_call(0, 9000), _call(0, 9000, chrom="2"))[0]] == ["GENS", "GENO"]


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [(1000, 1600, True), (900, 1700, True), (1001, 1600, False), (1000, 1599, False), (1050, 1080, False)],
)
def test_a_deletion_says_whether_all_of_the_gene_is_gone(start: int, end: int, whole: bool) -> None:
    found = _one(_call(start, end))
    assert found.flags == (() if whole else ("covers_part_of_the_gene",))
    assert found.consequence == (("transcript_ablation",) if whole else ())
    assert found.reading == ("Deletion" if whole else "Deletion of part of the gene")
    assert found.oncogenicity is not None
    words = "deletes a tumour suppressor" if whole else "deletes exons of a tumour suppressor"
    assert (found.oncogenicity.basis, found.oncogenicity.points) == (words, 8)


@pytest.mark.parametrize(
    ("event", "reading"),
    [("loss_of_heterozygosity", "Loss of heterozygosity"), ("amplification", "Amplification")],
)
def test_other_events_are_no_variants_of_the_standard_and_lose_no_transcript(
    event: str, reading: str
) -> None:
    found = _one(_call(900, 1700, event))
    assert (found.event, found.reading, found.consequence) == (event, reading, ())
    assert found.oncogenicity is None


def test_a_copy_number_finding_holds_its_place_copies_reads_and_record() -> None:
    support = Support(40, 10, None, "FORMAT/SR")
    call = _call(
        1049, 1700, total=1.0, minor=0.0, support=support, normal_support=Support(40, 0), written="the record"
    )
    found = _one(call)
    assert (found.id, found.type) == ("GENS:1-1050-1700-deletion", "copy_number")
    assert found.variant is not None
    assert (found.variant.pos, found.variant.end, found.variant.alt) == (1050, 1700, "<CN>")
    assert (found.total_copy_number, found.minor_copy_number) == (1.0, 0.0)
    assert (found.depth, found.alt_depth, found.vaf, found.vaf_source) == (40, 10, 0.25, "FORMAT/SR")
    assert (found.support, found.origin, found.record) == ("adequate", "somatic", "the record")
    assert _one(_call(900, 1700)).vaf_source is None


@pytest.mark.parametrize(
    ("filters", "shown", "passed"),
    [
        (("PASS",), "PASS", True),
        ((), ".", True),
        ((".",), ".", True),
        (("weak",), "weak", False),
        (("PASS", "weak"), "PASS;weak", False),
    ],
)
def test_filters_are_kept_and_shown_of_findings_and_of_what_is_stored(
    filters: tuple[str, ...], shown: str, passed: bool
) -> None:
    found = _one(_call(900, 1700, filters=filters))
    assert (found.filter, found.filter_passed) == (shown, passed)
    assert found.flags == (() if passed else ("filtered_by_caller",))
    (joined,) = rearrangement_findings([_join(mate="", filters=filters)], PANEL, SETTINGS)
    assert (joined.filter, joined.filter_passed, joined.flags) == (shown, passed, found.flags)
    _, (stored,) = _read(_call(900, 1700, "neutral", filters=filters))
    assert stored.filter == shown


@pytest.mark.parametrize(("alt", "flags"), [(2, ("low_support",)), (3, ()), (None, ())])
def test_few_reads_over_a_junction_are_flagged_as_those_of_an_allele_are(
    alt: int | None, flags: tuple[str, ...]
) -> None:
    support = Support(20, alt)
    assert _one(_call(900, 1700, support=support)).flags == flags
    assert _one(_call(900, 1300, support=support)).flags == ("covers_part_of_the_gene", *flags)
    (joined,) = rearrangement_findings([_join(mate="", support=support)], PANEL, SETTINGS)
    assert joined.flags == flags


def test_a_record_that_does_not_tell_the_copies_is_an_open_finding_and_a_segment_is_none() -> None:
    call = _call(900, 1700, "unknown", total=None)
    found = _one(call)
    assert (found.event, found.consequence) == ("undetermined", ())
    assert found.possible == ("deletion", "loss_of_heterozygosity", "amplification")
    assert found.reading == "Copy number not determined: the file does not tell the number of copies"
    assert _read(call, records=False) == ([], [])
    _, (stored,) = _read(_call(1100, 1500, "unknown", total=None))
    assert stored.consequence == "intron_variant (copy number)"


@pytest.mark.parametrize(
    ("call", "total", "words"),
    [
        ("neutral", 2.0, "copy number neutral, 2 copies"),
        ("gain", 3.5, "copy number gain, 3.5 copies"),
        ("gain", None, "copy number gain"),
    ],
)
def test_a_call_that_is_no_event_is_stored_with_its_place_and_copies(
    call: str, total: float | None, words: str
) -> None:
    found, (stored,) = _read(_call(1049, 1700, call, total=total, support=Support(40, 10)))
    assert found == []
    assert (stored.gene, stored.chrom, stored.pos) == ("GENS", "1", 1050)
    assert (stored.alt, stored.consequence, stored.vaf) == ("<CN:1050-1700>", words, 0.25)
    assert _read(_call(1049, 1700, call, total=total), records=False) == ([], [])


# ---------------------------------------------------------------- rearrangements


def _join(gene: str = "GENS", mate: str = "GENO", **given: object) -> Rearrangement:
    values: dict[str, object] = {
        "chrom": "1",
        "start": 1099,
        "mate_chrom": "2",
        "mate_start": 1199,
        "kind": "BND",
        **given,
    }
    return Rearrangement("GRCh38", "S", gene=gene, mate_gene=mate, **values)  # type: ignore[arg-type]


def _told(*calls: Rearrangement) -> list[tuple[str, str, str | None]]:
    return [(item.gene, item.event, item.mate) for item in rearrangement_findings(calls, PANEL, SETTINGS)]


def test_a_breakpoint_pair_of_two_genes_is_a_fusion_of_each_with_the_place_of_the_other() -> None:
    support = Support(40, 10, None, "FORMAT/SR")
    one, other = rearrangement_findings(
        [_join(support=support, normal_support=Support(40, 20), written="the record")], PANEL, SETTINGS
    )
    assert (one.id, other.id) == ("GENS:1-1100-BND-2:1200", "GENO:2-1200-BND-1:1100")
    assert {one.type, other.type} == {"rearrangement"}
    assert (one.mate, other.mate) == ("GENO (2:1200)", "GENS (1:1100)")
    assert one.variant is not None
    assert other.variant is not None
    assert (one.variant.pos, other.variant.pos, other.variant.alt) == (1100, 1200, "<BND>")
    assert one.reading == (
        "Breakpoint inside the gene with GENO; the reading frame is not told by DNA breakpoints alone"
    )
    assert (one.vaf, one.vaf_source, one.support, one.record) == (0.25, "FORMAT/SR", "adequate", "the record")
    assert {one.origin, other.origin} == {"germline_suspect"}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (_join(mate=""), [("GENS", "disruption", "no panel gene (2:1200)")]),
        (_join(gene="", mate="GENO"), [("GENO", "disruption", "no panel gene (1:1100)")]),
        (_join(mate="GENS", mate_chrom="1"), [("GENS", "disruption", "GENS (1:1200)")]),
        (_join(mate="OTHER"), [("GENS", "fusion", "OTHER (2:1200)")]),
        (_join(gene="OTHER", mate=""), []),
        (
            _join(mate="", mate_chrom=None, mate_start=None),
            [("GENS", "disruption", "no panel gene (unknown)")],
        ),
        (_join(mate_chrom=None), [("GENS", "fusion", "GENO (unknown)")]),
        (_join(mate_start=None), [("GENS", "fusion", "GENO (unknown)")]),
    ],
)
def test_one_gene_alone_is_disrupted_and_an_end_that_is_not_told_is_unknown(
    call: Rearrangement, told: list[tuple[str, str, str]]
) -> None:
    assert _told(call) == told


def test_a_disruption_names_no_partner() -> None:
    (found,) = rearrangement_findings([_join(mate="")], PANEL, SETTINGS)
    assert found.reading.startswith("Breakpoint inside the gene; the reading frame")
    assert found.vaf_source is None


def test_a_fused_transcript_says_that_it_was_seen_in_rna() -> None:
    found, _ = rearrangement_findings([_join(kind="FUSION", source="fusion caller")], PANEL, SETTINGS)
    assert found.reading == (
        "Fusion transcript with GENO (fusion caller); what it does to the protein is not weighed here"
    )


def test_a_pair_that_is_written_from_both_ends_is_told_once() -> None:
    twin = _join("GENO", "GENS", chrom="2", start=1199, mate_chrom="1", mate_start=1099)
    assert _told(_join(), twin) == _told(_join())


@pytest.mark.parametrize(
    ("start", "end", "state", "points"),
    [
        (900, 1050, "uncertain", 0),  # up to the base before the start codon
        (900, 1051, "pathogenic", 8),
        (1549, 1700, "pathogenic", 8),
        (1550, 1700, "uncertain", 0),
        (900, 1700, "pathogenic", 8),
    ],
)
def test_a_deletion_of_untranslated_bases_alone_is_uncertain(
    start: int, end: int, state: str, points: int
) -> None:
    gene = PANEL.genes["GENS"]
    model = replace(gene.transcripts[0], cds_start=1050, cds_end=1550)
    panel = Panel({"GENS": replace(gene, transcripts=(model,))}, ())
    knowledge = replace(KNOWLEDGE, panel=panel)
    ((found,), _) = copy_number_findings([_call(start, end)], knowledge, SETTINGS, from_records=True)
    assert found.oncogenicity is not None
    assert (found.oncogenicity.significance, found.oncogenicity.points) == (state, points)
