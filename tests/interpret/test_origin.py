"""Origin: somatic only with a matched normal; suspicion is said, never a verdict."""

from __future__ import annotations

import pytest

from netboard.interpret.origin import junction_origin, origin_of
from netboard.model.evidence import Knowledge
from netboard.model.standard import DEFAULT_FIGURES, AlterationRules
from netboard.model.variant import Gene, Support, Variant

SYNDROME = Gene("GENS", "gene", "HGNC:1", germline_syndrome="a syndrome")
PLAIN = Gene("GENP", "gene", "HGNC:2")


def _variant(vaf: float | None = 0.3, **given: object) -> Variant:
    support = Support(depth=100, alt_depth=None if vaf is None else round(100 * vaf), vaf=vaf)
    return Variant("GRCh38", "1", 10, "A", "T", "S", support=support, **given)  # type: ignore[arg-type]


def _normal(alt: int | None, depth: int | None) -> Support:
    return Support(depth=depth, alt_depth=alt)


@pytest.mark.parametrize(
    ("normal", "status", "genotype", "origin"),
    [
        (_normal(0, 80), "unknown", None, "somatic"),
        (_normal(2, 100), "unknown", None, "somatic"),
        (_normal(8, 100), "unknown", None, "unknown"),
        (_normal(45, 100), "unknown", None, "germline_suspect"),
        (_normal(0, 4), "unknown", None, "unknown"),
        (_normal(0, 80), "germline", None, "germline_suspect"),
        (_normal(45, 100), "somatic", None, "germline_suspect"),
        (_normal(None, 40), "unknown", None, "unknown"),
        (_normal(None, 40), "somatic", None, "somatic"),
        (None, "unknown", "0/1", "germline_suspect"),
        (None, "unknown", "0/0", "unknown"),
    ],
)
def test_a_matched_normal_decides_where_it_can(
    normal: Support | None, status: str, genotype: str | None, origin: str
) -> None:
    variant = _variant(normal_support=normal, caller_status=status, normal_genotype=genotype)
    found, basis = origin_of(variant, PLAIN, matched_normal=True, damaging=True)
    assert found == origin
    assert basis


def test_without_a_normal_nothing_is_somatic() -> None:
    variant = _variant(caller_status="somatic")
    assert origin_of(variant, PLAIN, matched_normal=False, damaging=True)[0] == "unknown"


@pytest.mark.parametrize(
    ("vaf", "suspect"), [(0.5, True), (0.98, True), (0.2, False), (0.8, False), (None, False)]
)
def test_a_damaging_allele_of_a_syndrome_gene_at_a_germline_like_vaf_asks_for_a_referral(
    vaf: float | None, suspect: bool
) -> None:
    origin, basis = origin_of(_variant(vaf), SYNDROME, matched_normal=False, damaging=True)
    assert (origin == "germline_suspect") is suspect
    assert not suspect or "somatic allele with loss of the other copy looks the same" in basis


def test_other_genes_and_harmless_alleles_raise_no_suspicion() -> None:
    for gene in (PLAIN, None):
        assert origin_of(_variant(0.5), gene, matched_normal=False, damaging=True)[0] == "unknown"
    assert origin_of(_variant(0.5), SYNDROME, matched_normal=False, damaging=False)[0] == "unknown"


def test_a_common_population_allele_is_suspect_without_a_normal() -> None:
    variant = _variant(0.3, population_frequency=0.2, population_source="INFO/gnomAD_AF")
    assert origin_of(variant, PLAIN, matched_normal=False, damaging=False)[0] == "germline_suspect"


@pytest.mark.parametrize(
    ("normal", "origin"),
    [
        (None, "unknown"),
        (Support(), "unknown"),
        (Support(40, 0), "somatic"),
        (Support(40, 20), "germline_suspect"),
        (Support(40, 3), "unknown"),
        (Support(4, 2), "unknown"),
    ],
)
def test_a_junction_that_the_normal_shows_too_is_suspect(normal: Support | None, origin: str) -> None:
    assert junction_origin(normal)[0] == origin


def test_the_figures_are_those_of_the_knowledge_base(knowledge: Knowledge) -> None:
    assert knowledge.alterations.figures == DEFAULT_FIGURES
    strict = AlterationRules({**DEFAULT_FIGURES, "one_of_two_low": 0.49, "normal_least_reads": 100})
    syndrome = {"matched_normal": False, "damaging": True}
    assert origin_of(_variant(0.45), SYNDROME, **syndrome)[0] == "germline_suspect"
    assert origin_of(_variant(0.45), SYNDROME, **syndrome, rules=strict)[0] == "unknown"
    assert junction_origin(Support(40, 0))[0] == "somatic"
    assert junction_origin(Support(40, 0), strict)[0] == "unknown"


@pytest.mark.parametrize(("alt", "suspect"), [(50, True), (20, False)])
def test_a_share_that_only_the_counts_tell_is_read_too(alt: int, suspect: bool) -> None:
    variant = Variant("GRCh38", "1", 10, "A", "T", "S", support=Support(depth=100, alt_depth=alt))
    origin, _ = origin_of(variant, SYNDROME, matched_normal=False, damaging=True)
    assert (origin == "germline_suspect") is suspect


@pytest.mark.parametrize(
    ("normal", "origin", "basis"),
    [
        (Support(8, 0), "somatic", "absent in the matched normal (0 of 8 reads)"),
        (Support(7, 0), "unknown", "the matched normal has 7 reads here, too few to tell"),
        (Support(100, 3), "somatic", "absent in the matched normal (3 of 100 reads)"),
        (Support(100, 4), "unknown", "the matched normal carries a few such reads (VAF 4.0%)"),
        (Support(8, 1), "unknown", "the matched normal carries a few such reads (VAF 12.5%)"),
        (Support(100, 19), "unknown", "the matched normal carries a few such reads (VAF 19.0%)"),
        (Support(100, 20), "germline_suspect", "the matched normal carries it too (VAF 20%)"),
        (Support(8, 4), "germline_suspect", "the matched normal carries it too (VAF 50%)"),
        (Support(7, 4), "unknown", "the matched normal has 7 reads here, too few to tell"),
        (Support(80, None, 0.0), "somatic", "absent in the matched normal (0 of 80 reads)"),
        (Support(100, 50, 0.01), "somatic", "absent in the matched normal (50 of 100 reads)"),
        (Support(None, None, 0.5), "germline_suspect", "the matched normal carries it too (VAF 50%)"),
        (Support(None, None, 0.0), "unknown", "a matched normal is there, and its reads"),
        (Support(0, 0), "unknown", "a matched normal is there, and its reads"),
        (Support(None, 0), "unknown", "a matched normal is there, and its reads"),
    ],
)
def test_the_reads_of_the_normal_decide_at_their_limits_and_are_said(
    normal: Support, origin: str, basis: str
) -> None:
    found, why = origin_of(_variant(normal_support=normal), PLAIN, matched_normal=True, damaging=False)
    assert found == origin
    assert why.startswith(basis)


def test_the_caller_is_asked_where_the_reads_of_the_normal_are_stated_in_part() -> None:
    variant = _variant(normal_support=Support(None, None, 0.0), caller_status="somatic")
    assert origin_of(variant, PLAIN, matched_normal=True, damaging=False)[0] == "somatic"


@pytest.mark.parametrize(
    ("genotype", "index", "origin"),
    [
        ("0|2", 1, "germline_suspect"),
        ("1/2", 0, "germline_suspect"),
        ("0/2", 0, "unknown"),
        ("0/1", 1, "unknown"),
        ("0/12", 1, "unknown"),
        ("", 0, "unknown"),
    ],
)
def test_a_genotype_of_the_normal_counts_for_the_allele_that_it_names(
    genotype: str, index: int, origin: str
) -> None:
    variant = _variant(normal_genotype=genotype, alt_index=index)
    assert origin_of(variant, PLAIN, matched_normal=True, damaging=False)[0] == origin


@pytest.mark.parametrize(
    ("vaf", "suspect"),
    [(0.3999, False), (0.40, True), (0.60, True), (0.6001, False), (0.9499, False), (0.95, True)],
)
def test_a_share_looks_inherited_at_the_limits_of_one_of_two_and_of_nearly_all(
    vaf: float, suspect: bool
) -> None:
    origin, _ = origin_of(_variant(vaf), SYNDROME, matched_normal=False, damaging=True)
    assert (origin == "germline_suspect") is suspect


@pytest.mark.parametrize(("share", "origin"), [(0.0099, "unknown"), (0.01, "germline_suspect")])
def test_an_allele_is_suspect_from_the_common_share_on(share: float, origin: str) -> None:
    stated = _variant(population_frequency=share, population_source="INFO/AF")
    assert origin_of(stated, PLAIN, matched_normal=False, damaging=False)[0] == origin
    found, basis = origin_of(
        _variant(), PLAIN, matched_normal=False, damaging=False, frequency=(share, "CSQ/AF")
    )
    assert found == origin
    assert ("CSQ/AF" in basis) is (origin == "germline_suspect")


@pytest.mark.parametrize(
    ("normal", "origin", "basis"),
    [
        (Support(8, 0), "somatic", "absent in the matched normal (0 of 8 reads)"),
        (Support(7, 0), "unknown", "the matched normal has 7 reads here, too few to tell"),
        (Support(100, 3), "somatic", "absent in the matched normal (3 of 100 reads)"),
        (Support(100, 4), "unknown", "the matched normal shows a few such reads (4 of 100 reads)"),
        (Support(100, 20), "germline_suspect", "the matched normal shows it too (20 of 100 reads)"),
        (Support(0, 0), "unknown", "the matched normal has 0 reads here, too few to tell"),
        (Support(40, None), "unknown", "no reads of a matched normal are stated for it"),
        (Support(None, 0), "unknown", "no reads of a matched normal are stated for it"),
    ],
)
def test_the_reads_over_a_junction_decide_at_the_same_limits(
    normal: Support, origin: str, basis: str
) -> None:
    assert junction_origin(normal) == (origin, basis)
