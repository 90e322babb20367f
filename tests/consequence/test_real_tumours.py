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
    judged = {
        effect.gene: effect.agrees for _, effect in found if effect.source == "sequence" and effect.upstream
    }
    assert (
        len([e for _, e in found if e.source == "sequence" and e.upstream and e.event != "non_coding"]) >= 4
    )
    # No exception is known: where both speak, both say the same class of event.
    assert [(v.chrom, v.pos, e.conflict) for v, e in found if e.conflict is not None] == []
    assert set(judged.values()) == {True}
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
