"""Names made anew by ferro-hgvs, in an interpreter of its own.

The library reads transcripts on contigs; those of the minus strand are handed over on mirrored contigs, since
version 1.0.0 puts the exons of such transcripts in another order when it checks them against a contig than when
it counts on them. The c. and p. names do not know of that. Genomic names are judged by their normal form.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consequence.bench import bases, embedded_models
from consequence.judge import other_strand, spliced
from netboard.consequence.sequence import bases_or_n
from netboard.model.effect import Effect
from netboard.model.variant import Build, Transcript, Variant

_FLANK = 500
#: Runs in the interpreter that has the library; reads and writes JSON.
_SCRIPT = """
import json, re, sys
import ferro_hgvs as ferro
asked, reference = (sys.argv[1], sys.argv[2])
projector = ferro.VariantProjector(reference_json=reference)
normaliser = ferro.Normalizer(reference_json=reference)
found = []
for row in json.load(open(asked)):
    refused = []
    for name in row["names"]:
        try:
            if str(ferro.parse(name)) != name:
                refused.append(name)
        except Exception:
            refused.append(name)
    c = p = g = None
    try:
        projected = projector.project(row["asked"], row["transcript"])
        c = projected.c_name and projected.c_name.rpartition(":")[2]
        p = projected.p_name and projected.p_name.rpartition(":")[2]
    except ferro.ProjectionError as error:
        if "does not overlap" not in str(error):
            raise
    if row["g"]:
        normal = normaliser.normalize(row["g"])
        g = None if str(normal) == row["g"] else str(normal)
    found.append({"refused": refused, "c": c, "p": p, "g": g})
json.dump(found, sys.stdout)
"""


def ask_ferro(
    python: str, build: Build, alleles: Sequence[tuple[Transcript, Variant]], effects: Sequence[Effect]
) -> list[dict[str, Any]]:
    """Return for each allele: names refused, c. and p. made anew, and g. where its normal form is another."""
    contigs = {model.gene: Stretch(number, model) for number, model in enumerate(embedded_models(build))}
    asked = []
    for (model, variant), effect in zip(alleles, effects, strict=True):
        contig = contigs[model.gene]
        names = [name for name in (effect.hgvsg, effect.hgvsc, effect.hgvsp) if name]
        asked.append(
            {
                "names": names,
                "asked": contig.name_of(variant),
                "transcript": model.accession,
                "g": contig.shifted(effect.hgvsg),
            }
        )
    with tempfile.TemporaryDirectory() as folder:
        table, reference = Path(folder, "asked.json"), Path(folder, "reference.json")
        table.write_text(json.dumps(asked))
        texts = {c.mirrored_accession: c.text for c in contigs.values()}
        texts |= {c.accession: c.plain for c in contigs.values()}
        reference.write_text(
            json.dumps(
                {
                    "version": "1.0",
                    "genome_build": build,
                    "transcripts": [c.transcript() for c in contigs.values()],
                    "genomic_sequences": texts,
                }
            )
        )
        done = subprocess.run(
            [python, "-c", _SCRIPT, str(table), str(reference)],
            capture_output=True,
            text=True,
            timeout=600,
            check=True,
        )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


class Stretch:
    """A gene's stretch on the transcript's strand (``text``) and on the plus strand (``plain``)."""

    def __init__(self, number: int, model: Transcript) -> None:
        self.model = model
        self.start, self.end = model.exons[0][0] - _FLANK, model.exons[-1][1] + _FLANK
        self.plain = bases_or_n(bases(model.build), model.chrom, self.start, self.end)
        self.text = self.plain if model.strand > 0 else other_strand(self.plain)
        self.accession, self.mirrored_accession = f"NG_{800001 + number}.1", f"NG_{900001 + number}.1"

    def place(self, base: int) -> int:
        """Return the 1-based place of a genomic base on ``text``."""
        return base - self.start + 1 if self.model.strand > 0 else self.end - base

    def name_of(self, variant: Variant) -> str:
        """Return the g. name of a variant on ``text``, not shifted."""
        start, ref, alt = variant.start, variant.ref, variant.alt
        while ref and alt and ref[-1] == alt[-1]:
            ref, alt = ref[:-1], alt[:-1]
        while ref and alt and ref[0] == alt[0]:
            start, ref, alt = start + 1, ref[1:], alt[1:]
        forward = self.model.strand > 0
        edit = alt if forward else other_strand(alt)
        if not ref:
            first, last = sorted((self.place(start - 1), self.place(start)))
            return f"{self.mirrored_accession}:g.{first}_{last}ins{edit}"
        first, last = sorted((self.place(start), self.place(start + len(ref) - 1)))
        if len(ref) == len(alt) == 1:
            return f"{self.mirrored_accession}:g.{first}{ref if forward else other_strand(ref)}>{edit}"
        span = f"{first}_{last}" if first < last else str(first)
        return f"{self.mirrored_accession}:g.{span}" + (f"delins{edit}" if edit else "del")

    def shifted(self, name: str | None) -> str | None:
        """Return the engine's genomic name on ``plain``."""
        if name is None:
            return None
        description = name.partition(":g.")[2]
        digits = "".join(c if c.isdigit() else " " for c in description).split()
        for number in dict.fromkeys(digits):
            description = description.replace(number, str(int(number) - self.start))
        return f"{self.accession}:g.{description}"

    def transcript(self) -> dict[str, Any]:
        """Return the transcript as the library reads it, on ``text``."""
        laid, exons, at = spliced(self.model), [], 1
        ordered = self.model.exons if self.model.strand > 0 else self.model.exons[::-1]
        for number, (low, high) in enumerate(ordered, 1):
            first, last = sorted((self.place(low), self.place(high - 1)))
            size = high - low
            exons.append(
                {
                    "number": number,
                    "start": at,
                    "end": at + size - 1,
                    "genomic_start": first,
                    "genomic_end": last,
                }
            )
            at += size
        return {
            "id": self.model.accession,
            "gene_symbol": self.model.gene,
            "strand": "+",
            "sequence": "".join(self.text[self.place(place) - 1] for place in laid.places),
            "cds_start": laid.first + 1,
            "cds_end": laid.last,
            "exons": exons,
            "chromosome": self.mirrored_accession,
            "genomic_start": _FLANK + 1,
            "genomic_end": len(self.text) - _FLANK,
            "genome_build": self.model.build,
        }
