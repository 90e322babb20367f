"""The files of a small knowledge base that tests may break."""

from __future__ import annotations

import textwrap
from pathlib import Path

FILES = {
    "version.yaml": "version: 2026.1.0\ndate: 2026-01-31\n",
    "sources.yaml": """\
        sources:
          paper2020:
            citation: A paper. Journal 2020.
            year: 2020
            doi: "10.1000/abc123"
            verified: true
        """,
    "therapies.yaml": "therapies:\n  drugone: {name: Drug One, class: inhibitor}\n",
    "tumour_types.yaml": """\
        tumour_types:
          NEN: {name: Neoplasm, neuroendocrine: true, oncotree: false}
          PANET: {name: Pancreatic, parents: [NEN], site: pancreas, neuroendocrine: true, differentiation: well}
        """,
    "biomarkers.yaml": """\
        biomarkers:
          tmb: {name: Burden, unit: mutations/Mb, measured_by: dna, settled_by: the assay of the label}
        """,
    "genes/MEN1.yaml": """\
        symbol: MEN1
        name: menin 1
        hgnc: "HGNC:7010"
        ncbi: "4221"
        ensembl: ENSG00000133895
        role: tumour_suppressor
        role_sources: [paper2020]
        events: [truncating, splice, missense]
        summary: A gene.
        status: curated
        """,
    "assertions/first.yaml": """\
        assertions:
          - id: first
            kind: predictive
            direction: sensitivity
            statement: Something follows.
            when:
              event: {gene: MEN1, is: mutation}
            context:
              context: {tumour_type: [PANET]}
            drugs: [drugone]
            evidence: {level: B, design: retrospective, tumour: pancreas, tumour_type: PANET}
            sources: [paper2020]
            cases:
              - {name: found, given: {assay: exome, events: [{gene: MEN1, event: truncating}], context: {tumour_type: PANET}}, expect: yes}
              - {name: nothing, given: {assay: exome, context: {tumour_type: PANET}}, expect: no}
              - {name: open, given: {assay: exome, events: [{gene: MEN1, event: truncating}], context: {tumour_type: NEN}}, expect: unknown}
        """,
}


def write(directory: Path, files: dict[str, str]) -> Path:
    """Write ``files`` (name to text, indentation removed) under ``directory``."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return directory
