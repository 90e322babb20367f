"""Real tumours through reader and engine: what must come out, and own events beside those of VEP."""

from __future__ import annotations

from pathlib import Path

import pytest

from netboard.consequence.engine import ConsequenceEngine
from netboard.consequence.sequence import embedded
from netboard.model.effect import Effect
from netboard.model.evidence import Knowledge
from netboard.model.variant import BUILDS, Build, Variant
from netboard.variants.reader import ReadOptions, read_file

pytestmark = pytest.mark.shared
#: Records of HCC1395 in genes without embedded sequence.
VEP_ALONE = {
    ("PDGFRB", 150120065), ("FGFR1", 38428420), ("CREBBP", 3745300), ("ATRX", 77681733), ("ATRX", 77682471),
}  # fmt: skip
#: Records in an intron, which the file annotates on a neighbouring gene only.
WITHOUT_VEP = {("DAXX", 33322770), ("ROS1", 117319674), ("ROS1", 117366022)}


def effects(path: Path, knowledge: Knowledge) -> list[tuple[Variant, Effect]]:
    sequences = {build: embedded(knowledge.panel, build) for build in BUILDS}
    reading = read_file(str(path), knowledge.panel, sequences, ReadOptions())
    engine = ConsequenceEngine(
        knowledge.panel, reading.build, sequences[reading.build], reading.header.annotations
    )
    (sample,) = reading.samples
    told = engine.effects_of_sample(sample.variants)
    assert [variant for variant, _ in told] == list(sample.variants)
    assert all(found for _, found in told), "a variant of the panel lies in no gene of it"
    return [(variant, effect) for variant, found in told for effect in found]


def test_own_events_agree_with_vep_in_a_real_exome(shared_dir: Path, knowledge: Knowledge) -> None:
    found = effects(shared_dir / "data" / "vcf" / "HCC1395.vep95.grch38.vcf.gz", knowledge)
    assert len(found) == 23
    both = [(v, e) for v, e in found if e.upstream and e.source != "upstream"]
    # No exception is known: wherever both speak, both say the same class of event.
    assert [(v.chrom, v.pos, e.conflict) for v, e in both if e.agrees is not True] == []
    assert len(both) == 15
    assert sum(e.source == "sequence" for _, e in both) == 5
    # VEP alone tells the residue where no sequence is embedded; own geometry leaves just that open.
    alone = {(e.gene, v.pos) for v, e in found if e.source == "upstream"}
    assert alone == VEP_ALONE
    blind = ConsequenceEngine(knowledge.panel, "GRCh38", embedded(knowledge.panel, "GRCh38"), {})
    for variant, effect in found:
        if (effect.gene, variant.pos) in VEP_ALONE:
            (own,) = [e for e in blind.effects(variant) if e.gene == effect.gene]
            assert (own.event, effect.event in own.possible) == ("undetermined", True)
    assert {(e.gene, v.pos) for v, e in found if not e.upstream} == WITHOUT_VEP
    by_name = {(e.gene, e.hgvsc): e for _, e in found}
    known = by_name["TP53", "NM_000546.6:c.524G>A"]
    assert (known.event, known.hotspot, known.hotspot_exact) == ("hotspot", "R175H", True)
    assert known.hgvsp == "NP_000537.3:p.(Arg175His)"
    stop = by_name["BRCA2", "NM_000059.4:c.4777G>T"]
    assert (stop.event, stop.hgvsp) == ("truncating", "NP_000050.3:p.(Glu1593Ter)")
    # No sequence is embedded for this gene: the annotator on the panel's transcript speaks.
    upstream = by_name["ATRX", "NM_000489.6:c.3523A>G"]
    assert (upstream.event, upstream.source, upstream.proved) == ("missense", "upstream", False)


def test_one_tumour_on_both_builds_has_the_same_findings(shared_dir: Path, knowledge: Knowledge) -> None:
    told: dict[Build, list[tuple[object, ...]]] = {}
    for build in BUILDS:
        path = shared_dir / "data" / "vcf" / f"T001-COAD.{build.lower()}.vcf.gz"
        told[build] = [
            (e.gene, e.event, e.hgvsc, e.hgvsp, e.source, e.exon, e.possible)
            for _, e in effects(path, knowledge)
            if e.event != "non_coding"
        ]
    assert told["GRCh37"] == told["GRCh38"]
    names = {(gene, hgvsc): (event, hgvsp) for gene, event, hgvsc, hgvsp, *_ in told["GRCh38"]}
    assert names["BRAF", "NM_004333.6:c.1799T>A"] == ("hotspot", "NP_004324.2:p.(Val600Glu)")
    assert names["TP53", "NM_000546.6:c.216del"] == ("truncating", "NP_000537.3:p.(Val73TrpfsTer50)")
    assert ("ATRX", None) in names  # an indel without sequence has no proved name
    assert names["ATRX", None][0] == "truncating"
