"""The consequence engine: one allele to its effect on each panel gene it lies in.

For each gene the panel's first transcript model speaks; another model (MANE Plus Clinical) only where the
first is not hit and that one is. The steps of one effect: trim, find every equivalent placement, predict
on sequence or claim by geometry, name, look up recurrent alleles, and weigh upstream annotation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from netboard.consequence.choose import with_upstream
from netboard.consequence.geometry import claim
from netboard.consequence.hotspots import Hotspots, protein_name
from netboard.consequence.names import (
    Namer,
    as_frameshift,
    as_insertion,
    beyond_transcript,
    c_name,
    g_name,
    genome_accession,
)
from netboard.consequence.phase import mark_shared_codons, mark_shared_frames
from netboard.consequence.places import (
    Change,
    Placements,
    Touch,
    choose,
    placements,
    splices_otherwise,
    touch,
    trim,
)
from netboard.consequence.predict import (
    Prediction,
    predict_coding,
    predict_either,
    predict_outside,
    predict_splice,
)
from netboard.consequence.project import TranscriptView
from netboard.consequence.terms import event_of_terms, sort_terms
from netboard.consequence.upstream import UpstreamReader
from netboard.consequence.upstream_alleles import written_pos
from netboard.model.effect import Effect, NmdRule, SmallEvent
from netboard.model.variant import Build, Gene, KnownAllele, Panel, SequenceProvider, Transcript, Variant

_NEEDS_FASTA = "give the reference genome with --fasta"
_OPEN_SITE = "which of two splice sites is used is not determined: sequence the transcript"
_OPEN_END = "what is made of a gene that loses its end is not determined: sequence the transcript"


def _remedy(open_because: str) -> str:
    """Return what is open and what would settle it; the wording of a report's line."""
    verb = "not determined" if open_because in ("amino acid", "effect") else "is not determined"
    return f"{open_because} {verb}: {_NEEDS_FASTA}"


def _codon_number(view: TranscriptView, change: Change) -> int | None:
    """Return the residue whose codon holds a substitution, which geometry alone proves; None outside."""
    offset = view.offset(change.start)
    if offset is None or view.cds is None or not view.cds[0] <= offset < view.cds[1]:
        return None
    return (offset - view.cds[0]) // 3 + 1


def _between_codons(view: TranscriptView, change: Change) -> bool:
    """Whether a change is an insertion that cuts no codon."""
    span = view.edit_span(change.start, change.end)
    return not change.ref and span is not None and view.cds is not None and (span[0] - view.cds[0]) % 3 == 0


class ConsequenceEngine:
    """Effects of alleles on the genes of a panel, on one build.

    ``annotations`` are the field names of CSQ, ANN, BCSQ and FUNCOTATION from the file's header.
    """

    def __init__(
        self,
        panel: Panel,
        build: Build,
        sequence: SequenceProvider,
        annotations: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._panel = panel
        self._build: Build = build
        self._sequence = sequence
        self._hotspots = Hotspots(panel, build)
        self._upstream = UpstreamReader(panel, build, annotations) if annotations else None
        self._namer: Namer | None = None
        self._views: dict[str, TranscriptView] = {}
        self._genes: dict[str, list[tuple[int, int, Gene]]] = {}
        for interval, symbol in panel.targets(build):
            self._genes.setdefault(interval.chrom, []).append(
                (interval.start, interval.end, panel.genes[symbol])
            )

    def effects(
        self, variant: Variant, annotated_at: Callable[[str, int], str] | None = None
    ) -> tuple[Effect, ...]:
        """Return one effect per panel gene whose padded span the allele touches.

        ``annotated_at`` gives the BCSQ of the sample's record at a place (see :meth:`UpstreamReader.calls`).
        """
        change = trim(variant.start, variant.ref.upper(), variant.alt.upper())
        annotated = self._upstream is not None and bool(variant.annotation)
        calls = self._upstream.calls(variant, annotated_at) if self._upstream and annotated else ()
        found = []
        for start, end, gene in self._genes.get(variant.chrom, ()):
            if change.start <= end and max(change.end, change.start + 1) > start:
                effect = self._effect(gene, variant.chrom, change)
                told = with_upstream(effect, [call for call in calls if call.gene == gene.symbol])
                found.append(self._with_hotspot_residue(told) if told.source == "upstream" else told)
        return tuple(found)

    def effects_of_sample(self, variants: Sequence[Variant]) -> list[tuple[Variant, tuple[Effect, ...]]]:
        """Return the effects of a sample's alleles, seeing those that share a codon or a reading frame."""
        at = {
            (variant.chrom, written_pos(variant)): variant.annotation["BCSQ"]
            for variant in variants
            if variant.annotation.get("BCSQ")
        }
        there = (lambda chrom, pos: at.get((chrom, pos), "")) if at else None
        pairs = [(variant, self.effects(variant, there)) for variant in variants]
        pairs = mark_shared_codons(pairs, self.combined, self.view_of)
        return mark_shared_frames(pairs)

    def view_of(self, effect: Effect) -> TranscriptView | None:
        """Return the transcript on which ``effect`` is told, or None."""
        for model in self._panel.genes[effect.gene].models(self._build):
            if model.accession == effect.transcript:
                return self._view(model)
        return None

    def combined(self, effect: Effect, chrom: str, changes: Sequence[Change]) -> Effect | None:
        """Return the effect of several substitutions on one haplotype as one change, or None if unknown."""
        view = self.view_of(effect)
        low, high = min(c.start for c in changes), max(c.end for c in changes)
        ref = self._sequence.base(chrom, low, high)
        if view is None or ref is None:
            return None
        alt = list(ref)
        for change in changes:
            alt[change.start - low : change.end - low] = list(change.alt)
        return self._on_model(self._panel.genes[effect.gene], view, chrom, trim(low, ref, "".join(alt)))

    def _view(self, model: Transcript) -> TranscriptView:
        view = self._views.get(model.accession)
        if view is None:
            view = self._views[model.accession] = TranscriptView(model, self._sequence)
        return view

    def _effect(self, gene: Gene, chrom: str, change: Change) -> Effect:
        models = gene.models(self._build)
        first = self._on_model(gene, self._view(models[0]), chrom, change)
        if first.event != "non_coding":
            return first
        for model in models[1:]:
            other = self._on_model(gene, self._view(model), chrom, change)
            if other.event not in ("non_coding", "promoter"):
                return replace(other, flags=(*other.flags, "not_on_mane_select"))
        return first

    def _on_model(self, gene: Gene, view: TranscriptView, chrom: str, change: Change) -> Effect:
        found = placements(change, chrom, self._sequence)
        predicted = self._predicted(view, found)
        if predicted is not None:
            effect = self._from_sequence(gene, view, chrom, found, *predicted)
        else:
            effect = self._from_geometry(gene, view, chrom, change)
        return self._with_hotspot(self._with_promoter(effect, gene, change), chrom, found.changes)

    def _predicted(self, view: TranscriptView, found: Placements) -> tuple[Prediction, Change, Touch] | None:
        """Return the prediction on sequence with the placement it rests on, or None without sequence."""
        placed, seen = choose(view, found)
        length_changes = len(placed.ref) != len(placed.alt)
        if length_changes and not found.complete:
            return None  # an unseen placement might leave a splice site alone, or touch one
        if seen.exonic:
            prediction = predict_coding(view, placed, seen)
            if length_changes and prediction is not None and splices_otherwise(view, found):
                prediction = predict_either(prediction)
        elif seen.crosses:
            # Single bases of a longer substitution are told apart by geometry.
            several = not length_changes and len(placed.ref) > 1
            prediction = None if several else predict_splice(view, placed, seen)
        else:
            prediction = predict_outside(seen)
        return None if prediction is None else (prediction, placed, seen)

    def _from_sequence(
        self,
        gene: Gene,
        view: TranscriptView,
        chrom: str,
        found: Placements,
        prediction: Prediction,
        placed: Change,
        seen: Touch,
    ) -> Effect:
        terms = sort_terms(prediction.terms)
        event = event_of_terms(terms)
        outside = event == "non_coding"
        # A place alone (a canonical splice base, an intron) is told by geometry, whatever the sequence.
        by_sequence = seen.exonic or (not outside and view.mrna is not None)
        hgvsg, hgvsc, hgvsp = self._names(view, chrom, placed, found, outside=outside)
        unshifted = None
        if beyond_transcript(view, placed, hgvsc):
            # No c. name reaches beyond the transcript; the numbering of its flanks is a habit, and says where.
            hgvsc, unshifted = None, f"{view.model.accession}:{c_name(view, placed)}" if view.cds else None
        if hgvsp is not None and "frameshift_variant" in terms:
            hgvsp = as_frameshift(hgvsp)
        elif hgvsp is not None and "stop_gained" in terms and _between_codons(view, placed):
            hgvsp = as_insertion(hgvsp, view.protein or "")
        if "start_retained_variant" in terms and hgvsp is not None:
            # The library doubts every change at the first codon; here the same protein starts as before.
            hgvsp = hgvsp.replace("p.(Met1?)", "p.(=)").replace("p.?", "p.(=)")
        if prediction.possible or (event == "splice" and hgvsp is None):
            hgvsp = f"{view.model.protein}:p.?" if view.model.protein else "p.?"
        return Effect(
            gene=gene.symbol,
            event=event,
            terms=terms,
            source="sequence" if by_sequence else "geometry",
            transcript=view.model.accession,
            transcript_status=view.model.status,
            hgvsg=hgvsg,
            hgvsc=hgvsc,
            hgvsc_unshifted=unshifted,
            hgvsp=None if outside else hgvsp,
            residue=prediction.residue,
            exon=seen.rank if seen.touches_exon else None,
            exon_count=len(view.exons),
            intron=seen.intron,
            nmd_escape=prediction.nmd_escape,
            nmd_rule=prediction.nmd_rule,
            possible=prediction.possible or (("truncating", "in_frame") if event == "undetermined" else ()),
            proved=by_sequence and event != "undetermined",
            remedy=(_OPEN_SITE if prediction.possible else _OPEN_END) if event == "undetermined" else "",
        )

    def _names(
        self, view: TranscriptView, chrom: str, placed: Change, found: Placements, *, outside: bool
    ) -> tuple[str | None, str | None, str | None]:
        accession = genome_accession(chrom, self._build)
        substitution = len(placed.ref) == len(placed.alt) == 1
        if substitution and (outside or view.mrna is None):
            # Needs no sequence and no library: the bases are given and nothing can shift.
            hgvsc = f"{view.model.accession}:{c_name(view, placed)}" if view.cds is not None else None
            return f"{accession}:{g_name(placed)}" if accession else None, hgvsc, None
        if outside and not found.complete:
            return None, None, None
        if self._namer is None:
            self._namer = Namer(self._build, self._sequence)
        return self._namer.names(view, found, placed, protein=not outside)

    def _from_geometry(self, gene: Gene, view: TranscriptView, chrom: str, change: Change) -> Effect:
        said = claim(view, change)
        accession = genome_accession(chrom, self._build)
        substitution = len(change.ref) == len(change.alt) == 1
        fixed = len(change.ref) == len(change.alt)  # the bases are given, and nothing can shift
        named = view.cds is not None and bool(change.ref or change.alt)
        c_text = f"{view.model.accession}:{c_name(view, change)}" if named else None
        end = max(change.end, change.start + 1)
        exon = next((e for e in view.exons if change.start < e.end and end > e.start), None)
        # A frame opened in the last exon ends in it, wherever the new stop stands.
        last = said.terms[:1] == ("frameshift_variant",) and exon is not None and exon.rank == len(view.exons)
        rule: NmdRule | None = ("single_exon" if len(view.exons) == 1 else "last_exon") if last else None
        remedy = _remedy(said.open_because or "effect") if said.event == "undetermined" else ""
        return Effect(
            gene=gene.symbol,
            event=said.event,
            terms=sort_terms(said.terms),
            source="geometry",
            transcript=view.model.accession,
            transcript_status=view.model.status,
            hgvsg=f"{accession}:{g_name(change)}" if fixed and accession else None,
            hgvsc=c_text if fixed else None,
            hgvsc_unshifted=None if fixed else c_text,
            residue=_codon_number(view, change) if substitution else None,
            exon=exon.rank if exon is not None else None,
            exon_count=len(view.exons),
            intron=touch(view, change).intron,
            nmd_escape=True if last else None,
            nmd_rule=rule,
            possible=said.possible,
            remedy=remedy,
        )

    def _with_promoter(self, effect: Effect, gene: Gene, change: Change) -> Effect:
        if effect.event != "non_coding":
            return effect
        for promoter in gene.promoters:
            interval = promoter.interval
            if promoter.build == self._build and change.start < interval.end and change.end > interval.start:
                return replace(effect, event="promoter")
        return effect

    def _with_hotspot(self, effect: Effect, chrom: str, changes: Sequence[Change]) -> Effect:
        exact = self._hotspots.exact(effect.gene, chrom, changes)
        if exact is not None:
            return self._exact(effect, exact)
        return self._with_hotspot_residue(effect)

    def _with_hotspot_residue(self, effect: Effect) -> Effect:
        """Return a missense with the recurrent change or residue that it hits, where the panel's numbers hold."""
        if effect.event != "missense" or effect.hotspot or "upstream_on_another_transcript" in effect.flags:
            return effect
        same = self._hotspots.same_change(effect.gene, effect.hgvsp)
        if same is not None:
            return replace(effect, event="hotspot", hotspot=same, hotspot_exact=True)
        residue = self._hotspots.residue(effect.gene, effect.residue)
        if residue is None:
            return effect
        return replace(effect, hotspot=residue, flags=(*effect.flags, "hotspot_residue"))

    def _exact(self, effect: Effect, allele: KnownAllele) -> Effect:
        effect = replace(effect, hotspot=allele.label, hotspot_exact=True)
        if effect.event in ("missense", "in_frame"):
            return replace(effect, event="hotspot")
        if effect.event != "undetermined" or not allele.substitution:
            return effect
        # Without sequence the table is the only witness of the protein change; its residue number holds
        # only where it counts as the panel's transcript does.
        event: SmallEvent = "truncating" if allele.label.endswith("*") else "hotspot"
        alike = self._hotspots.numbered_alike(allele)
        flag = "protein_name_from_allele_table" if alike else "label_numbered_on_another_transcript"
        return replace(
            effect,
            event=event,
            source="known_allele",
            hgvsp=protein_name(allele.label) if alike else None,
            possible=(),
            remedy="" if alike else f"for the protein change on this transcript, {_NEEDS_FASTA}",
            flags=(*effect.flags, flag),
        )
