"""The header tells samples, build, callers, annotation fields; names of contigs are reconciled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netboard.errors import BuildError, ConfigError, InputError
from netboard.variants.contigs import LENGTHS, chromosome, recognise
from netboard.variants.header import parse_header
from netboard.variants.roles import assign_roles, role_of_name

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def header(*meta: str, samples: tuple[str, ...] = ("S",)) -> bytes:
    columns = "\t".join((COLUMNS, "FORMAT", *samples)) if samples else COLUMNS
    return ("\n".join(("##fileformat=VCFv4.2", *meta, columns)) + "\n").encode()


def roles(
    *meta: str, samples: tuple[str, ...], **options: str | None
) -> list[tuple[str, int | None, int | None]]:
    facts = parse_header(header(*meta, samples=samples), "f.vcf")
    given = {"tumour": None, "normal": None, "sample_name": None, **options}
    return [(r.name, r.tumour, r.normal) for r in assign_roles(facts, "f.vcf", **given)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chr7", ("7", None)),
        ("CHR7", ("7", None)),
        ("7", ("7", None)),
        ("chrM", ("MT", None)),
        ("MT", ("MT", None)),
        ("chrX", ("X", None)),
        ("23", ("X", None)),
        ("NC_000007.14", ("7", "GRCh38")),
        ("NC_000007.13", ("7", "GRCh37")),
        ("NC_000023.11", ("X", "GRCh38")),
        ("CM000673.2", ("11", "GRCh38")),
        ("CM000673.1", ("11", "GRCh37")),
        ("NC_000007.12", None),
        ("chr7_KI270803v1_alt", None),
        ("chrUn_GL000220v1", None),
        ("hs37d5", None),
        ("HLA-A*01:01:01:01", None),
        ("GL000207.1", None),
        ("<7>", None),
        ("", None),
    ],
)
def test_contig_names_of_every_source_are_one(name: str, expected: tuple[str, str | None] | None) -> None:
    assert recognise(name) == expected
    assert chromosome(name) == (expected[0] if expected else None)


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
@pytest.mark.parametrize("prefix", ["", "chr"])
def test_any_one_chromosome_length_tells_the_build(build: str, prefix: str) -> None:
    for chrom, length in LENGTHS[build].items():  # type: ignore[index]
        facts = parse_header(header(f"##contig=<ID={prefix}{chrom},length={length}>"), "f")
        assert facts.build == build


def test_lengths_of_both_builds_in_one_header_are_refused() -> None:
    lines = ("##contig=<ID=1,length=249250621>", "##contig=<ID=2,length=242193529>")
    with pytest.raises(BuildError, match="of both builds"):
        parse_header(header(*lines), "f.vcf")


@pytest.mark.parametrize("length", [247249719, 248387328, 195471971])
def test_lengths_of_another_assembly_tell_no_build(length: int) -> None:
    facts = parse_header(header(f"##contig=<ID=chr1,length={length}>"), "f.vcf")
    assert facts.build is None
    assert facts.foreign == f"chr1 has {length} bases"


def test_text_that_names_a_build_is_only_a_hint() -> None:
    facts = parse_header(header("##reference=file:///ref/GRCh37.fa", "##contig=<ID=1>"), "f")
    assert facts.build is None
    assert facts.hint == "GRCh37"
    both = parse_header(header("##reference=hg19.fa", "##contig=<ID=1,assembly=GRCh38>"), "f")
    assert both.hint is None


def test_accessions_of_contigs_tell_the_build() -> None:
    assert parse_header(header("##contig=<ID=NC_000001.10>"), "f").build == "GRCh37"


@pytest.mark.parametrize(
    ("line", "key", "fields"),
    [
        (
            '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
            'Format: Allele|Consequence|IMPACT|SYMBOL">',
            "CSQ",
            ("Allele", "Consequence", "IMPACT", "SYMBOL"),
        ),
        (
            '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: '
            "'Allele | Annotation | Annotation_Impact | ERRORS / WARNINGS / INFO' \">",
            "ANN",
            ("Allele", "Annotation", "Annotation_Impact", "ERRORS / WARNINGS / INFO"),
        ),
        (
            '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation from BCFtools/csq, '
            "see http://samtools.github.io/bcftools/howtos/csq-calling.html for details. Format: "
            'Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">',
            "BCSQ",
            ("Consequence", "gene", "transcript", "biotype", "strand", "amino_acid_change", "dna_change"),
        ),
        (
            '##INFO=<ID=FUNCOTATION,Number=A,Type=String,Description="Functional annotation from the Funcotator '
            'tool.  Funcotation fields are: Gencode_34_hugoSymbol|Gencode_34_ncbiBuild|Gencode_34_chromosome">',
            "FUNCOTATION",
            ("Gencode_34_hugoSymbol", "Gencode_34_ncbiBuild", "Gencode_34_chromosome"),
        ),
    ],
)
def test_annotation_fields_come_in_the_order_of_the_header(
    line: str, key: str, fields: tuple[str, ...]
) -> None:
    assert parse_header(header(line), "f").annotations == {key: fields}


def test_two_definitions_are_both_kept_and_warned_of() -> None:
    one, two = (
        f'##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: {names}">' for names in ("A|B", "A|B|C")
    )
    facts = parse_header(header(one, two), "f")
    assert facts.definitions["CSQ"] == (("A", "B"), ("A", "B", "C"))
    assert facts.annotations["CSQ"] == ("A", "B", "C")
    assert "defines CSQ 2 times" in facts.warnings[0]


def test_callers_are_named() -> None:
    facts = parse_header(
        header("##source=strelka", '##GATKCommandLine=<ID=Mutect2,CommandLine="x,y">', "##source=VarScan2"),
        "f",
    )
    assert facts.callers == ("strelka", "Mutect2", "VarScan2")


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n\r", exclude_categories=("Cs",)), max_size=60), max_size=8
    )
)
def test_no_meta_line_raises(lines: list[str]) -> None:
    assert parse_header(header(*(f"##{line}" for line in lines if "ontig" not in line)), "f").samples == (
        "S",
    )


def test_windows_line_ends_and_a_byte_order_mark_are_no_matter() -> None:
    data = b"\xef\xbb\xbf" + header(samples=("T", "N")).replace(b"\n", b"\r\n")
    assert parse_header(data, "f").samples == ("T", "N")


# Roles


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("TUMOR", "tumour"),
        ("TUMOUR", "tumour"),
        ("tumor_1", "tumour"),
        ("NORMAL", "normal"),
        ("P1_T", "tumour"),
        ("P1_N", "normal"),
        ("P1-N1", "normal"),
        ("P12T", "tumour"),
        ("P12N", "normal"),
        ("PT7_blood", "normal"),
        ("germline", "normal"),
        ("TCGA-A6-2686-01A-01D", "tumour"),
        ("TCGA-A6-2686-10A-01D", "normal"),
        ("tumor_vs_normal", ""),
        ("HG00096", ""),
        ("NET", ""),
        ("Nancy", ""),
    ],
)
def test_names_tell_roles_where_they_do(name: str, role: str) -> None:
    assert role_of_name(name) == role


@pytest.mark.parametrize("samples", [("TUMOR", "NORMAL"), ("NORMAL", "TUMOR")])
def test_the_pair_is_told_by_names_whatever_the_order(samples: tuple[str, str]) -> None:
    assert roles(samples=samples) == [("TUMOR", samples.index("TUMOR"), samples.index("NORMAL"))]


def test_the_header_tells_the_pair() -> None:
    meta = ("##tumor_sample=B", "##normal_sample=A")
    assert roles(*meta, samples=("A", "B")) == [("B", 1, 0)]
    assert roles("##PEDIGREE=<Derived=A,Original=B>", samples=("A", "B")) == [("A", 0, 1)]
    assert roles('##SAMPLE=<ID=A,Description="normal blood">', samples=("A", "B")) == [("B", 1, 0)]


def test_the_header_outranks_names_and_options_outrank_the_header() -> None:
    meta = ("##tumor_sample=P_N", "##normal_sample=P_T")
    assert roles(*meta, samples=("P_T", "P_N")) == [("P_N", 1, 0)]
    assert roles(*meta, samples=("P_T", "P_N"), tumour="P_T", normal="P_N") == [("P_T", 0, 1)]


@pytest.mark.parametrize("samples", [("A", "B"), ("TUMOR", "B"), ("NORMAL", "N2_blood")])
def test_a_pair_that_nothing_tells_apart_is_an_error(samples: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="--tumour and --normal"):
        roles(samples=samples)


def test_options_tell_an_unclear_pair() -> None:
    assert roles(samples=("A", "B"), tumour="B", normal="A") == [("B", 1, 0)]
    assert roles(samples=("A", "B"), normal="A") == [("B", 1, 0)]
    assert roles(samples=("A", "B"), tumour="all") == [("A", 0, None), ("B", 1, None)]
    assert roles(samples=("A", "B"), tumour="A,B") == [("A", 0, None), ("B", 1, None)]
    assert roles(samples=("A", "B"), tumour="A") == [("A", 0, None)]


def test_two_tumours_are_two_samples() -> None:
    assert roles(samples=("P_primary", "P_metastasis")) == [("P_primary", 0, None), ("P_metastasis", 1, None)]


def test_one_sample_is_the_tumour_unless_it_is_called_a_normal() -> None:
    assert roles(samples=("N7",)) == [("N7", 0, None)]
    assert roles(samples=("X",), sample_name="P7") == [("P7", 0, None)]


def test_many_samples_are_tumours_but_for_the_normals_which_are_paired_by_name() -> None:
    assert [r[0] for r in roles(samples=("A", "B", "C"))] == ["A", "B", "C"]
    assert roles(samples=("P1_N", "P1_T", "P2_T", "P2_N")) == [("P1_T", 1, 0), ("P2_T", 2, 3)]
    assert roles(samples=("NORMAL", "T1", "T2")) == [("T1", 1, 0), ("T2", 2, 0)]
    assert roles(samples=("P1_T", "P2_T", "P3_N")) == [("P1_T", 0, None), ("P2_T", 1, None)]


@pytest.mark.parametrize("option", [{"tumour": "Q"}, {"normal": "Q"}, {"tumour": "A", "normal": "A"}])
def test_an_option_that_names_no_sample_is_an_error(option: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        roles(samples=("A", "B"), **option)


def test_a_file_without_samples_is_one_sample() -> None:
    assert roles(samples=()) == [("", None, None)]
    with pytest.raises(ConfigError):
        roles(samples=(), tumour="A")


def test_a_format_column_by_another_name_is_refused() -> None:
    with pytest.raises(InputError, match="column 9"):
        parse_header(header(samples=("S",)).replace(b"FORMAT", b"FMT"), "f.vcf")


@pytest.mark.parametrize(
    ("meta", "name"), [(("##normal_sample=S9",), "S9"), ((), "BLOOD"), ((), "P1-normal")]
)
def test_a_file_that_holds_only_a_normal_is_no_tumour(meta: tuple[str, ...], name: str) -> None:
    with pytest.raises(ConfigError, match="called a normal"):
        roles(*meta, samples=(name,))
    assert roles(*meta, samples=(name,), tumour=name) == [(name, 0, None)]


def test_a_column_that_nothing_tells_stops_a_file_of_named_tumours() -> None:
    with pytest.raises(ConfigError, match="nothing tells what P1_PBL is"):
        roles(samples=("P1_primary", "P1_met", "P1_PBL"))
    assert [r[0] for r in roles(samples=("NB-14", "NB-15", "NB-16"))] == ["NB-14", "NB-15", "NB-16"]
