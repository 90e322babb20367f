"""The events of one gene read together, and whether both copies of a tumour suppressor are hit.

Yes is said only where the figures leave no intact copy: both copies deleted, two pathogenic variants on
different molecules, or one that lies on every copy there is. Two events side by side, without the figures
that tell whether they hit different copies, are unknown, with what would settle it. No is said only where
small variants and copy number of the gene were both looked at, and not where copies are told without those of
the lesser allele, which leaves a copy-neutral loss unseen. Silencing without a change of sequence is not
asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from netboard.interpret.copies import SEX, Cells, GeneCopy, Mutated, missing, mutated
from netboard.model.evidence import Truth
from netboard.model.facts import Coverage
from netboard.model.result import Finding, GeneAlteration
from netboard.model.standard import AlterationRules
from netboard.model.variant import Panel

#: Copies that are gained, or alike, hit nothing by themselves.
_NO_HIT = ("amplification", "loss_of_heterozygosity")
_NOT_ASKED = {
    "oncogene": "an oncogene needs one hit: the question is not asked",
    "unknown": "the gene's role is not known: the question is not asked",
}
_SUPPRESSORS = ("tumour_suppressor", "both")
#: Events that a line of text names.
_NAMED = 3
_SEGMENTS = "copy number of the gene (--segments with total and minor copies)"
Answer = tuple[Truth, str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Hits:
    """The events of one gene by what they are to the question."""

    mutations: Sequence[Finding]
    #: Variants that may be a hit: effect, significance, filter or reads leave it open; broken genes.
    open: Sequence[Finding]
    deletions: Sequence[Finding]
    loh: Sequence[Finding]


def gene_alterations(
    findings: Sequence[Finding],
    seen: Mapping[str, Mapping[str, Coverage]],
    copies: Mapping[str, GeneCopy],
    cells: Cells,
    panel: Panel,
    rules: AlterationRules,
) -> tuple[GeneAlteration, ...]:
    """Return the events of each gene in which any counts, genes in the order of ``findings``.

    Loss of heterozygosity is an event of a gene with another event; alone it makes no gene altered.
    """
    by_gene: dict[str, list[Finding]] = {}
    for finding in findings:
        by_gene.setdefault(finding.gene, []).append(finding)
    result = []
    for symbol, found in by_gene.items():
        events = [item for item in found if _counts(item)]
        if all(item.event == "loss_of_heterozygosity" for item in events):
            continue
        gene = panel.genes.get(symbol)
        role = gene.role if gene is not None else "unknown"
        asked = role in _SUPPRESSORS and any(item.event not in _NO_HIT for item in events)
        if asked:
            scopes = seen.get(symbol, {})
            answer = _two_hits(found, scopes, copies.get(symbol), cells, rules)
        else:
            why = _NOT_ASKED.get(role, "an amplification is no hit of a tumour suppressor")
            answer = (Truth.UNKNOWN, "not_asked", why, ())
        ids = tuple(item.id for item in events)
        classes = tuple(dict.fromkeys(item.event for item in events))
        result.append(GeneAlteration(symbol, role, ids, classes, asked, *answer))
    return tuple(result)


def _counts(finding: Finding) -> bool:
    onco = finding.oncogenicity
    benign = onco is not None and onco.significance == "benign"
    return finding.filter_passed and finding.event != "synonymous" and not benign


def _sorted(found: Sequence[Finding]) -> _Hits:
    mutations: list[Finding] = []
    open_: list[Finding] = []
    deletions: list[Finding] = []
    loh: list[Finding] = []
    for item in found:
        onco = item.oncogenicity
        if item.event == "synonymous" or (onco is not None and onco.significance == "benign"):
            continue
        if item.type == "rearrangement" or item.event == "undetermined":
            open_.append(item)
        elif item.type == "copy_number":
            if not item.filter_passed:
                open_.extend([item] if item.event != "amplification" else [])
            elif item.event == "deletion":
                sure = onco is None or onco.significance == "pathogenic"
                (deletions if sure else open_).append(item)
            elif item.event == "loss_of_heterozygosity":
                loh.append(item)
        elif _sure(item):
            mutations.append(item)
        else:
            open_.append(item)
    return _Hits(mutations, open_, deletions, loh)


def _sure(item: Finding) -> bool:
    onco = item.oncogenicity
    return (
        onco is not None
        and onco.significance == "pathogenic"
        and item.filter_passed
        and item.support == "adequate"
        and not (item.conflict and item.possible)
        and "combined_effect_unknown" not in item.flags
    )


def _two_hits(
    found: Sequence[Finding],
    scopes: Mapping[str, Coverage],
    copy: GeneCopy | None,
    cells: Cells,
    rules: AlterationRules,
) -> Answer:
    hits = _sorted(found)
    yes = _both_deleted(hits, cells, rules) or _in_trans(hits) or _on_every_copy(hits, copy, cells, rules)
    if yes is not None:
        return yes
    reasons = [
        reason
        for reason in (
            _lost_copy_open(hits, copy, cells, rules),
            _deletion_open(hits, cells),
            _phase_open(hits),
            _second_open(hits),
            _x_chromosome(found, cells),
            _heterozygosity_open(hits, copy, cells),
            _not_looked_at(scopes),
        )
        if reason is not None
    ]
    if reasons:
        needs = tuple(dict.fromkeys(need for _, _, more in reasons for need in more))
        return Truth.UNKNOWN, reasons[0][0], "; ".join(text for _, text, _ in reasons), needs
    return Truth.NO, "one_hit", "one hit, and no second among small variants and copy number", ()


def _both_deleted(hits: _Hits, cells: Cells, rules: AlterationRules) -> Answer | None:
    for item in hits.deletions:
        total = item.total_copy_number
        if total is not None and total < rules.figure("both_copies_lost_below"):
            part = " of a part of the gene" if "covers_part_of_the_gene" in item.flags else ""
            copies = f"the only copy{part} is" if _lone_x(item, cells) else f"both copies{part} are"
            return Truth.YES, "both_copies_deleted", f"{copies} deleted ({total:g} left)", ()
    return None


def _in_trans(hits: _Hits) -> Answer | None:
    for one, other in combinations(hits.mutations, 2):
        if _same_set(one, other) and one.phase != other.phase:
            names = f"{_name(one)} and {_name(other)}"
            return Truth.YES, "in_trans", f"two pathogenic variants on different molecules: {names}", ()
    return None


def _same_set(one: Finding, other: Finding) -> bool:
    """Whether the phase of two variants can be compared (``set:haplotype``)."""
    if not one.phase or not other.phase:
        return False
    return one.phase.rpartition(":")[0] == other.phase.rpartition(":")[0] != ""


def _lone_x(item: Finding, cells: Cells) -> bool:
    """Whether a normal cell of the patient has one copy of the place."""
    return item.variant is not None and cells.in_normal(item.variant.chrom) == 1


def _lone_copy(hits: _Hits, copy: GeneCopy | None, cells: Cells) -> str:
    """Return how it is known that no second copy is there, "" where it is not."""
    if any(_lone_x(item, cells) for item in hits.mutations):
        return "a man's cells have one copy"
    if hits.loh:
        return "loss of heterozygosity"
    if any(item.total_copy_number is not None and item.total_copy_number < 1.5 for item in hits.deletions):
        return "one copy is left"
    if copy is not None and copy.minor is not None and copy.minor < 0.5:
        return "no copy of the other parent is left"
    if copy is not None and copy.total is not None and copy.total < 1.5:
        return "one copy is left"
    return ""


def _on_every_copy(hits: _Hits, copy: GeneCopy | None, cells: Cells, rules: AlterationRules) -> Answer | None:
    lone = _lone_copy(hits, copy, cells)
    if not lone:
        return None
    for item in hits.mutations:
        readings = _readings(item, copy, cells, rules)
        if readings and all(_fits_all(reading, rules) for reading in readings):
            shown = readings[0]
            why = (
                f"{lone}, and {_name(item)} lies on every copy: {shown.copies:.2g} mutated copies per tumour "
                f"cell ({shown.low:.2g} to {shown.high:.2g}) of {shown.total:g}"
            )
            return Truth.YES, "no_intact_copy", why, ()
    return None


def _readings(item: Finding, copy: GeneCopy | None, cells: Cells, rules: AlterationRules) -> list[Mutated]:
    """Return the mutated copies as an acquired variant, and where it may be inherited also as such a one."""
    origins = (False, True) if item.origin == "germline_suspect" else (False,)
    found = (mutated(item, copy, cells, rules, inherited=inherited) for inherited in origins)
    return [reading for reading in found if reading is not None]


def _fits_all(found: Mutated, rules: AlterationRules) -> bool:
    near = rules.figure("copies_tolerance")
    whole = round(found.total)
    return whole >= 1 and found.low > whole - 1 and found.copies >= whole - near


Reason = tuple[str, str, tuple[str, ...]]


def _lost_copy_open(
    hits: _Hits, copy: GeneCopy | None, cells: Cells, rules: AlterationRules
) -> Reason | None:
    lone = _lone_copy(hits, copy, cells)
    if not lone or not hits.mutations:
        return None
    item = hits.mutations[0]
    needs = missing(item, copy, cells)
    if needs:
        why = f"{lone} beside {_name(item)}: whether the copy that is left carries it is open"
        return "second_copy_open", why, needs
    readings = _readings(item, copy, cells, rules)
    shown = " or, if it is inherited, ".join(
        f"{reading.copies:.2g} ({reading.low:.2g} to {reading.high:.2g})" for reading in readings
    )
    why = (
        f"{lone} beside {_name(item)}, but {shown} mutated copies per tumour cell of {readings[0].total:g}: an "
        "intact copy may be left, or a part of the cells is hit"
    )
    return "figures_leave_a_copy", why, ("a second look at purity and copies, and a matched normal",)


def _deletion_open(hits: _Hits, cells: Cells) -> Reason | None:
    if not any(item.total_copy_number is None for item in hits.deletions):
        return None
    beside = f" beside {_name(hits.mutations[0])}" if hits.mutations else ""
    single = any(_lone_x(item, cells) for item in hits.deletions)
    which = "in all cells or in a part" if single else "of one copy or of both"
    return (
        "deletion_of_one_or_both",
        f"a deletion{beside}, {which}: the number of copies left is not told",
        (_SEGMENTS,),
    )


def _phase_open(hits: _Hits) -> Reason | None:
    """Return the doubt about variants whose phase is open; of those on one molecule there is none."""
    for one, other in combinations(hits.mutations, 2):
        if not _same_set(one, other):
            names = f"{_name(one)} and {_name(other)}"
            return (
                "phase_open",
                f"two pathogenic variants, on one copy or on two: {names}",
                ("their phase: long reads, RNA, or a phased call set",),
            )
    return None


def _second_open(hits: _Hits) -> Reason | None:
    if not hits.open:
        return None
    names = ", ".join(_name(item) for item in hits.open[:_NAMED])
    more = f" and {len(hits.open) - _NAMED} more" if len(hits.open) > _NAMED else ""
    needs = tuple(dict.fromkeys(need for item in hits.open for need in _hit_needs(item)))
    return "hit_uncertain", f"whether {names}{more} is a hit is open", needs


def _hit_needs(item: Finding) -> Iterator[str]:
    """Yield what would tell whether an event is a hit, for each cause that leaves it open."""
    name, onco = _name(item), item.oncogenicity
    if not item.filter_passed:
        yield f"a second method or a deeper run for {name}, which the caller's filters stopped"
    elif item.support == "low":
        yield f"a second method or a deeper run for {name}, which few reads carry"
    elif item.type == "small_variant" and item.support == "unknown":
        yield f"the read counts of {name} (AD or its equivalent)"
    if item.type == "rearrangement":
        yield f"an RNA test of what the {name} leaves of the transcript"
    elif item.type == "copy_number":
        if item.event == "undetermined":
            yield _SEGMENTS
        elif item.event == "deletion" and item.filter_passed:
            yield "what the deletion leaves of the transcript (RNA)"
    elif item.event == "undetermined" or onco is None or onco.significance != "pathogenic":
        yield f"what {name} does to the protein"
    if item.conflict and item.possible:
        yield f"which of the sources is right about {name}"
    if "combined_effect_unknown" in item.flags:
        yield f"whether {name} and its neighbour in the codon lie on one molecule"


def _x_chromosome(found: Sequence[Finding], cells: Cells) -> Reason | None:
    """Return the doubt about a gene of which not everyone has two copies that are read."""
    chroms = {
        item.variant.chrom for item in found if item.variant is not None and not item.variant.chrom.isdigit()
    }
    if not chroms or cells.in_normal("X") == 1:
        return None
    if cells.sex == "female":
        why = "of a woman's two X chromosomes one is silenced in each cell, so one hit may be enough"
        return "x_inactivation", why, ("a stain of the protein, which shows whether any is left",)
    why = "the gene lies on a chromosome of which men have one copy, so one hit may be enough"
    return "copies_in_normal_cells", why, (SEX,)


def _heterozygosity_open(hits: _Hits, copy: GeneCopy | None, cells: Cells) -> Reason | None:
    """Return the doubt of copies that are told without those of the lesser allele: a copy-neutral loss is not seen."""
    if copy is None or copy.minor is not None or _lone_copy(hits, copy, cells):
        return None
    why = "the copies of the gene are told without those of the lesser allele, so its loss may be unseen"
    return "heterozygosity_not_told", why, (_SEGMENTS,)


def _not_looked_at(scopes: Mapping[str, Coverage]) -> Reason | None:
    absent = []
    needs = []
    small, number = scopes.get("small_variants"), scopes.get("copy_number")
    if small is None or small.state != "assessed":
        absent.append("small variants")
        needs.append("full coverage of the gene, declared with --assay or --targets")
    if number is None or number.state != "assessed":
        absent.append("copy number")
        needs.append(_SEGMENTS)
    if not absent:
        return None
    why = f"{' and '.join(absent)} of the gene {'were' if absent[0][-1] == 's' else 'was'}"
    return "second_hit_not_assessed", f"{why} not fully assessed", tuple(needs)


def _name(item: Finding) -> str:
    change = item.hgvsp or item.hgvsc or item.hgvsc_unshifted
    if change:
        return change.rsplit(":", 1)[-1]
    return item.event.replace("_", " ")
