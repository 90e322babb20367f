"""A file in, each sample's panel variants out: build, genotypes, counts, annotation."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.errors import BuildError, ConfigError, ReferenceMismatch
from netboard.model.variant import Build, KnownAllele, Panel
from netboard.variants.reader import FileReading, ReadOptions, SampleReading, read_file
from variants.kit import CONTIGS, SEQUENCES, Bases, bgzf, small_panel, snv, vcf

Write = Callable[..., str]


def read(path: str, panel: Panel | None = None, **options: object) -> FileReading:
    return read_file(path, panel or small_panel(), SEQUENCES, ReadOptions(**options))  # type: ignore[arg-type]


def sample(
    write: Write, *records: str, samples: tuple[str, ...] = ("S",), **options: object
) -> SampleReading:
    found = read(write(vcf(records, samples)), **options).samples[0]
    assert found.counts.in_targets == found.counts.kept + sum(found.counts.skipped.values())
    return found


def at(offset: int, ref: str | None = None, build: Build = "GRCh38") -> tuple[int, str]:
    """Return (1-based position, base) in AAA1."""
    position = 64_804_000 + offset
    return position + 1, ref or str(SEQUENCES[build].base("11", position, position + 1))


# Build


def test_the_header_tells_the_build_and_the_bases_confirm_it(write: Write) -> None:
    reading = read(write(vcf([snv("GRCh38", i) for i in range(3)])))
    assert reading.build == "GRCh38"
    assert "contig lengths" in reading.build_basis
    assert "confirmed by the REF bases of 3 records" in reading.build_basis
    assert (reading.ref_check.agree, reading.ref_check.disagree) == (3, 0)


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_five_agreeing_bases_decide_where_the_header_is_silent(write: Write, build: Build) -> None:
    reading = read(write(vcf([snv(build, i) for i in range(5)], contigs="")))
    assert reading.build == build
    assert "5 of 5" in reading.build_basis
    assert "the header does not tell" in reading.build_basis
    assert len(reading.samples[0].variants) == 5


def test_four_agreeing_bases_do_not_decide(write: Write) -> None:
    path = write(vcf([snv("GRCh38", i) for i in range(4)], contigs="", meta="##reference=GRCh38.fa\n"))
    with pytest.raises(
        BuildError, match=r"4 agree and 0 disagree with GRCh38.*--build GRCh37 or --build GRCh38"
    ) as caught:
        read(path)
    assert "its text mentions GRCh38, which alone proves nothing" in str(caught.value)
    assert read(path, build="GRCh38").build == "GRCh38"


def overlapping() -> tuple[Panel, dict[Build, Bases]]:
    """Return a panel whose gene lies at the same place on both builds, with different bases."""
    panel = small_panel()
    chance = random.Random(4)
    texts = {b: "".join(chance.choices("ACGT", k=9000)) for b in ("GRCh37", "GRCh38")}
    models = [m for m in panel.genes["AAA1"].transcripts if m.build == "GRCh38"]
    from dataclasses import replace

    gene = replace(panel.genes["AAA1"], transcripts=(models[0], replace(models[0], build="GRCh37")))
    sequences: dict[Build, Bases] = {b: Bases(b, [("11", 64_803_000, t)]) for b, t in texts.items()}  # type: ignore[misc, arg-type]
    return replace(panel, genes={"AAA1": gene}), sequences


def lies(of: Build, count: int, contigs: str) -> tuple[str, Panel, dict[Build, Bases]]:
    panel, sequences = overlapping()
    records = []
    for i in range(count):
        ref = sequences[of].base("11", 64_804_000 + i, 64_804_001 + i)
        records.append(f"11 {64_804_001 + i} . {ref} {'A' if ref != 'A' else 'C'} . PASS . GT 0/1")
    return vcf(records, contigs=contigs), panel, sequences


def test_a_header_that_lies_is_caught(write: Write) -> None:
    text, panel, sequences = lies("GRCh37", 30, CONTIGS["GRCh38"])
    with pytest.raises(BuildError, match="says GRCh38, but the REF bases are those of GRCh37") as caught:
        read_file(write(text), panel, sequences)
    assert not isinstance(caught.value, ReferenceMismatch)
    assert "30 agree and 0 disagree with GRCh37" in str(caught.value)


def test_a_build_option_that_lies_is_caught(write: Write) -> None:
    text, panel, sequences = lies("GRCh38", 30, "")
    with pytest.raises(BuildError, match="but the REF bases are those of GRCh38"):
        read_file(write(text), panel, sequences, ReadOptions(build="GRCh37"))


def test_bases_that_agree_with_both_builds_by_chance_still_decide(write: Write) -> None:
    text, panel, sequences = lies("GRCh37", 40, "")
    reading = read_file(write(text), panel, sequences)
    assert reading.build == "GRCh37"
    assert 0 < reading.ref_check.other_agree < reading.ref_check.agree
    assert reading.ref_check.other_disagree > 0


def test_option_and_header_that_contradict_are_an_error(write: Write) -> None:
    with pytest.raises(BuildError, match=r"--build says GRCh37, but .* says GRCh38"):
        read(write(vcf([snv("GRCh38")])), build="GRCh37")


def test_another_assembly_is_refused_unless_the_build_is_given(write: Write) -> None:
    path = write(vcf([snv("GRCh38")], contigs="##contig=<ID=chr1,length=248387328>\n"))
    with pytest.raises(BuildError, match=r"neither GRCh37 nor GRCh38 \(chr1 has 248387328 bases\)"):
        read(path)
    assert "neither build" in read(path, build="GRCh38").warnings[0]


def test_one_wrong_reference_base_names_its_record(write: Write) -> None:
    pos, ref = at(3)
    wrong = "ACGT"[("ACGT".index(ref) + 2) % 4]
    records = [snv("GRCh38", 1), f"11 {pos} . {wrong} {ref} . PASS . GT 0/1", snv("GRCh38", 9)]
    with pytest.raises(ReferenceMismatch) as caught:
        read(write(vcf(records)))
    message = str(caught.value)
    assert f"in.vcf:6: REF of record 11:{pos} {wrong} is not the genome's: GRCh38 has {ref} there" in message
    assert "2 records agree and 1 disagree with GRCh38" in message
    assert "bases that agree: 2 with GRCh38, 0 with GRCh37" in message


@pytest.mark.parametrize("style", ["chr11", "NC_000011.10", "CM000673.2", "11"])
def test_every_naming_of_contigs_is_read(write: Write, style: str) -> None:
    records = [snv("GRCh38", i).replace("11 ", f"{style} ", 1) for i in range(5)]
    reading = read(write(vcf(records, contigs="")))
    assert reading.build == "GRCh38"
    assert {v.chrom for v in reading.samples[0].variants} == {"11"}


def test_accessions_of_the_other_build_are_an_error(write: Write) -> None:
    path = write(vcf([snv("GRCh38").replace("11 ", "NC_000011.9 ", 1)], contigs=CONTIGS["GRCh38"]))
    with pytest.raises(BuildError, match="accessions of GRCh37"):
        read(path)


def test_lower_case_bases_and_n_are_bases(write: Write) -> None:
    pos, ref = at(5)
    found = sample(
        write,
        f"11 {pos} . {ref.lower()} {'acgt'['ACGT'.index(ref) - 1]} . PASS . GT 0/1",
        f"11 {pos + 20} . N A . PASS . GT 0/1",
    )
    assert [v.ref for v in found.variants] == [ref, "N"]
    assert [v.ref_check for v in found.variants] == ["agree", "unverifiable"]


# Order and packing


@given(st.permutations(range(12)), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["plain", "bgzf"]))
def test_the_order_of_records_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], ending: str, packing: str
) -> None:
    records = [snv("GRCh38", i * 40) for i in range(6)] + [
        snv("GRCh38", i * 40, gene="BBB2") for i in range(6)
    ]
    path = tmp_path_factory.mktemp("order") / "in.vcf"
    data = vcf([records[i] for i in order]).replace("\n", ending).encode()
    path.write_bytes(bgzf(data, 300) if packing == "bgzf" else data)
    found = read(str(path)).samples[0].variants
    path.write_text(vcf(records))
    plain = read(str(path)).samples[0].variants
    assert [(v.chrom, v.start, v.ref, v.alt, v.support) for v in found] == [
        (v.chrom, v.start, v.ref, v.alt, v.support) for v in plain
    ]


def test_line_numbers_are_those_of_the_file(write: Write) -> None:
    text = vcf([f"7 {i + 1} . A C . . . GT 0/1" for i in range(10)] + [snv("GRCh38")])
    variant = read(write(text)).samples[0].variants[0]
    assert variant.line is not None
    assert text.splitlines()[variant.line - 1].startswith(f"11\t{variant.pos}\t")


# Genotypes


@pytest.mark.parametrize(
    ("tail", "outcome"),
    [
        ("GT:AD 0/1:9,9", "kept"),
        ("GT:AD 1|1:0,9", "kept"),
        ("GT:AD 1:0,9", "kept"),
        ("GT:AD 0/0:9,9", "reference_genotype"),
        ("GT 0|0", "reference_genotype"),
        ("GT 0", "reference_genotype"),
        ("GT:AD ./.:9,9", "kept"),
        ("GT:AD ./.:9,0", "no_alternate_reads"),
        ("GT:AD 0/2:9,5", "kept"),
        ("GT 0/2", "genotype_of_another_allele"),
        ("GT ./.", "no_call"),
        ("GT 0/.", "no_call"),
        ("GT . ", "no_call"),
        ("AD 9,0", "no_alternate_reads"),
        ("AD 9,9", "kept"),
        ("AU:CU:GU:TU 1,1:1,1:1,1:1,1", "kept"),
        ("GT:AD 0/|1:9,9", "kept"),
    ],
)
def test_an_allele_is_in_the_sample_when_its_genotype_holds_it_or_is_missing(
    write: Write, tail: str, outcome: str
) -> None:
    found = sample(write, snv("GRCh38", tail=f". {tail.strip()}"))
    assert (outcome == "kept") == (found.counts.kept == 1)
    assert found.counts.skipped == ({} if outcome == "kept" else {outcome: 1})


def test_what_no_filter_passed_is_kept_with_its_filters(write: Write) -> None:
    found = sample(
        write, snv("GRCh38").replace("PASS", "germline;weak_evidence"), snv("GRCh38", 9).replace("PASS", ".")
    )
    assert [(v.filters, v.passed) for v in found.variants] == [
        (("germline", "weak_evidence"), False),
        ((), True),
    ]


def known(pos: int, ref: str, alt: str) -> Panel:
    return small_panel([KnownAllele("GRCh38", "11", pos - 1, ref, alt, "AAA1", "X1Y", True)])


@pytest.mark.parametrize(("reads", "kept"), [(2, 0), (3, 1)])
def test_a_known_hotspot_with_reads_is_kept_in_spite_of_a_reference_genotype(
    write: Write, reads: int, kept: int
) -> None:
    pos, ref = at(7)
    alt = "ACGT"["ACGT".index(ref) - 1]
    text = vcf([f"11 {pos} . {ref} {alt} . weak . GT:AD 0/0:90,{reads}"])
    found = read(write(text), known(pos, ref, alt)).samples[0]
    assert found.counts.kept == kept
    if kept:
        assert "kept as a known hotspot with 3 alternate reads" in found.variants[0].support.notes[0]


def test_a_known_deletion_is_recognised_wherever_it_is_placed(write: Write) -> None:
    """The hotspot table has no anchor, and a repeat lets a deletion stand in several places."""
    text = SEQUENCES["GRCh38"].stretches[0][2]
    start = next(i for i in range(500, 5000) if text[i] == text[i + 1] != text[i - 1])
    place = 64_803_000 + start
    panel = small_panel([KnownAllele("GRCh38", "11", place + 1, text[start + 1], "", "AAA1", "del", False)])
    record = f"11 {place} . {text[start - 1 : start + 1]} {text[start - 1]} . PASS . GT:AD 0/0:90,5"
    shifted = f"11 {place + 1} . {text[start : start + 2]} {text[start]} . PASS . GT:AD 0/0:90,5"
    for line in (record, shifted):
        found = read(write(vcf([line])), panel).samples[0]
        assert [(v.start, v.ref, v.alt) for v in found.variants] == [
            (place - 1, text[start - 1 : start + 1], text[start - 1])
        ]


def test_several_alternates_are_split_with_their_own_figures(write: Write) -> None:
    pos, ref = at(7)
    one, two = [b for b in "ACGT" if b != ref][:2]
    found = sample(write, f"11 {pos} . {ref} {one},{two} . PASS . GT:AD 1/2:10,20,30")
    assert [(v.alt, v.support.alt_depth, v.alt_index, v.changes) for v in found.variants] == [
        (one, 20, 0, ("split",)),
        (two, 30, 1, ("split",)),
    ]
    half = sample(write, f"11 {pos} . {ref} {one},{two} . PASS . GT:AD 0/2:10,0,30")
    assert [v.alt for v in half.variants] == [two]
    assert half.counts.kept == 1
    open_ = sample(write, f"11 {pos} . {ref} {one},{two} . PASS . AD 10,0,30")
    assert [v.alt for v in open_.variants] == [two]


@pytest.mark.parametrize(
    ("alt", "genotype", "reason"),
    [
        (".", "0/0", "no_alternate_allele"),
        ("*", "0/1", "overlapping_deletion"),
        ("<NON_REF>", "0/0", "gvcf_block"),
        ("<*>", "0/0", "gvcf_block"),
        ("R", "0/1", "invalid_allele"),
        ("N", "0/1", "invalid_allele"),
    ],
)
def test_what_is_no_allele_is_counted_by_reason(write: Write, alt: str, genotype: str, reason: str) -> None:
    pos, ref = at(7)
    found = sample(write, f"11 {pos} . {ref} {alt} . PASS . GT {genotype}")
    assert found.counts.skipped == {reason: 1}
    assert found.counts.kept == 0


def test_an_allele_beside_a_reference_block_is_kept(write: Write) -> None:
    pos, ref = at(7)
    alt = "ACGT"["ACGT".index(ref) - 1]
    found = sample(write, f"11 {pos} . {ref} {alt},<NON_REF> . PASS . GT:AD 0/1:10,5,0")
    assert [(v.alt, v.support.alt_depth, v.changes) for v in found.variants] == [(alt, 5, ())]


def test_the_same_allele_twice_is_one_variant_and_the_passing_record_speaks(write: Write) -> None:
    record = snv("GRCh38", 3)
    found = sample(write, record.replace("PASS", "weak"), record, record)
    assert len(found.variants) == 1
    assert found.variants[0].passed
    assert found.counts.skipped == {"duplicate_record": 2}


def test_each_skipped_record_is_named_with_its_reason(write: Write) -> None:
    said: list[str] = []
    sample(write, snv("GRCh38", tail=". GT 0/0"), on_skip=said.append)
    assert len(said) == 1
    assert "line 5" in said[0]
    assert "11:64804001" in said[0]
    assert "reference_genotype" in said[0]


# Samples


def test_tumour_and_normal_columns_give_both_supports(write: Write) -> None:
    found = sample(write, snv("GRCh38", tail=". GT:AD 0/0:40,1 0/1:20,20"), samples=("NORMAL", "TUMOR"))
    (variant,) = found.variants
    assert (found.name, found.tumour_column, found.normal_column, found.matched_normal) == (
        "TUMOR",
        1,
        0,
        True,
    )
    assert variant.support.alt_depth == 20
    assert variant.normal_support is not None
    assert variant.normal_support.alt_depth == 1
    assert (variant.genotype, variant.normal_genotype) == ("0/1", "0/0")


def test_an_unclear_pair_is_refused_before_the_records_are_read(write: Write) -> None:
    with pytest.raises(ConfigError, match="A, B"):
        read(write(vcf([snv("GRCh38", tail=". GT 0/1 0/1")], ("A", "B"))))


def test_tumour_and_normal_in_one_column_are_told(write: Write) -> None:
    found = sample(write, snv("GRCh38", tail=". GT:DPC:DPT:ADC:ADT 0/1:26:29:26,0:21,8"))
    (variant,) = found.variants
    assert found.matched_normal
    assert "in this one column" in found.role_basis
    assert (variant.support.depth, variant.support.alt_depth) == (29, 8)
    assert variant.normal_support is not None
    assert (variant.normal_support.depth, variant.normal_support.alt_depth) == (26, 0)


def test_a_file_without_samples_is_one_sample_named_after_it(write: Write) -> None:
    record = snv("GRCh38", tail="DP=100;AF=0.04;DP4=48,48,2,2")
    path = write(vcf([record.replace(" GT:AD 0/1:10,10", "")], ()), "patient.7.vcf")
    (found,) = read(path).samples
    assert (found.name, found.tumour_column) == ("patient.7", None)
    assert (found.variants[0].support.source, found.variants[0].support.alt_depth) == ("INFO/DP4", 4)
    assert read(path, sample_name="P7").samples[0].name == "P7"


def test_info_of_a_file_of_several_samples_is_no_samples_own(write: Write) -> None:
    path = write(vcf([snv("GRCh38", tail="DP4=48,48,2,2 GT 0/1 0/1 0/1")], ("A", "B", "C")))
    assert all(s.variants[0].support.alt_depth is None for s in read(path).samples)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["0/0", "0|0:9,0", "0/1:5,5", "./.", "./.:.,.", ".:3,4", "1/1", "./1", "./.:9,0"]
            ),
            min_size=7,
            max_size=7,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_joint_file_gives_each_sample_what_it_has_alone(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    names = tuple(f"P{i}" for i in range(7))
    place = tmp_path_factory.mktemp("joint")
    records = [snv("GRCh38", i * 10, tail=". GT:AD " + " ".join(row)) for i, row in enumerate(rows)]
    (place / "joint.vcf").write_text(vcf(records, names))
    joint = read(str(place / "joint.vcf"))
    for name in names:
        # Two columns, so that a missing genotype means the same: no call.
        pair = read(str(place / "joint.vcf"), tumour=f"{name},{names[(names.index(name) + 1) % 7]}")
        alone, among = pair.samples[0], next(s for s in joint.samples if s.name == name)
        assert alone.counts == among.counts
        assert alone.variants == among.variants
        assert among.counts.in_targets == len(rows) == among.counts.kept + sum(among.counts.skipped.values())


def test_a_missing_genotype_in_a_joint_file_is_no_call_and_no_carrier(write: Write) -> None:
    path = write(vcf([snv("GRCh38", tail=". GT:AD ./. ./.:8,2 0/1:4,4")], ("A", "B", "C")))
    first, second, third = read(path).samples
    assert first.counts.skipped == {"no_call": 1}
    assert (second.counts.kept, third.counts.kept) == (1, 1)


# Annotation


def csq(*names: str) -> str:
    return f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence. Format: {"|".join(names)}">\n'


def test_annotation_is_handed_on_raw_with_the_fields_of_the_header(write: Write) -> None:
    text = vcf([snv("GRCh38", tail="CSQ=T|a,T|b;X=1 GT 0/1")], meta=csq("Allele", "Consequence"))
    reading = read(write(text))
    assert reading.header.annotations == {"CSQ": ("Allele", "Consequence")}
    assert reading.samples[0].variants[0].annotation == {"CSQ": "T|a,T|b"}


@pytest.mark.parametrize("order", [0, 1])
def test_of_two_definitions_the_one_that_fits_the_records_is_used(write: Write, order: int) -> None:
    lines = [csq("Allele", "Consequence"), csq("Allele", "Consequence", "SYMBOL")]
    meta = lines[order] + lines[1 - order]
    reading = read(write(vcf([snv("GRCh38", tail="CSQ=T|a|G GT 0/1")], meta=meta)))
    assert reading.header.annotations["CSQ"] == ("Allele", "Consequence", "SYMBOL")
    assert any("defines CSQ 2 times" in w for w in reading.warnings)


def test_of_two_annotations_in_one_record_the_one_that_fits_is_used(write: Write) -> None:
    meta = csq("Allele", "Consequence") + csq("Allele", "Consequence", "SYMBOL")
    reading = read(write(vcf([snv("GRCh38", tail="CSQ=T|a|G;CSQ=T|a GT 0/1")], meta=meta)))
    (variant,) = reading.samples[0].variants
    assert variant.annotation["CSQ"].count("|") == len(reading.header.annotations["CSQ"]) - 1
    assert any("more than once" in w for w in reading.warnings)


def test_the_checksum_is_that_of_the_file(write: Write) -> None:
    import hashlib

    text = vcf([snv("GRCh38")])
    assert read(write(text)).checksum == hashlib.sha256(text.encode()).hexdigest()
    assert read(write(text), checksum=False).checksum == ""


@pytest.mark.parametrize(
    "record",
    [
        "chr11\t60000000\tx\tN\t<DEL>\t.\tPASS\tEND=70000000\tGT:CN\t0/1:1",
        "chr2\t100\tx\tN\tN[chr11:64806100[\t.\tPASS\t.\tGT\t0/1",
        "chr2\t100\tx\tN\t<TRA>\t.\tPASS\tCHR2=11;END=64806100\tGT\t0/1",
    ],
)
def test_a_structural_allele_needs_no_mark_in_info(write: Write, record: str) -> None:
    assert sample(write, record).counts.in_targets == 1


def test_of_repeated_alleles_the_one_with_counted_reads_speaks(write: Write) -> None:
    bare = snv("GRCh38", tail=". GT 0/1")
    counted = snv("GRCh38", tail=". GT:AD 0/1:50,20")
    for lines in ((bare, counted), (counted, bare)):
        found = sample(write, *lines)
        assert [v.support.alt_depth for v in found.variants] == [20]
        assert found.counts.skipped == {"duplicate_record": 1}


def test_what_could_not_be_read_is_told_with_its_place(write: Write) -> None:
    found = sample(write, snv("GRCh38", tail=". GT ./."))
    assert [(p.chrom, p.end - p.start, scope) for p, scope in found.unread] == [("11", 1, "small_variants")]
    assert sample(write, snv("GRCh38", tail=". GT 0/0")).unread == ()


@pytest.mark.parametrize(
    ("tail", "support"),
    [
        # cgpPindel writes no genotype in either column
        (
            "PC=D GT:PP:NP:PU:NU:PR:NR ./.:0:0:0:0:30:30 ./.:8:6:8:6:38:36",
            (74, 14, "FORMAT/PU,NU,PR,NR"),
        ),
        # a caller without genotypes whose counts no recipe knows: the record is the call
        ("SOMATIC GT:DP:GQ ./.:40:9 ./.:50:90", (50, None, "FORMAT/DP")),
        ("X=1 GT:GQ ./.:9 ./.:90", (None, None, "")),
        # Strelka2 called by its second tier
        ("SOMATIC DP:TAR:TIR 50:50,50:0,0 50:40,40:0,8", (40, 0, "FORMAT/TAR,TIR")),
    ],
)
def test_a_sound_somatic_call_is_never_dropped_for_its_columns(
    write: Write, tail: str, support: tuple[int | None, int | None, str]
) -> None:
    position, ref = at(1000)
    record = f"chr11 {position} . {ref} {ref}A . PASS {tail}"
    found = sample(write, record, samples=("NORMAL", "TUMOR"))
    (variant,) = found.variants
    assert (variant.support.depth, variant.support.alt_depth, variant.support.source) == support


def test_a_call_of_the_normal_alone_is_no_call_of_the_tumour(write: Write) -> None:
    found = sample(write, snv("GRCh38", tail=". GT 0/1 ./."), samples=("NORMAL", "TUMOR"))
    assert (found.variants, found.counts.skipped) == ((), {"no_call": 1})


def test_an_allele_that_cannot_be_read_is_told_beside_one_that_is_kept(write: Write) -> None:
    position, ref = at(1000)
    other = "ACGT"[("ACGT".index(ref) + 1) % 4]
    found = sample(write, f"chr11 {position} . {ref} <DEL>,{other} . PASS . GT:AD 1/2:0,20,20")
    assert found.counts.kept == 1
    assert [scope for _, scope in found.unread] == ["copy_number"]


def test_of_two_equal_records_the_one_with_more_reads_speaks(write: Write) -> None:
    few, many = snv("GRCh38", tail=". GT:AD 0/1:39,1"), snv("GRCh38", tail=". GT:AD 0/1:20,20")
    assert sample(write, few, many).variants[0].support.alt_depth == 20
