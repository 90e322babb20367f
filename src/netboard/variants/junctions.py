"""Reads over the junctions of structural records: read pairs and split reads."""

from __future__ import annotations

from netboard.model.variant import Support
from netboard.variants.support import Evidence, support_of

#: Fragments (paired ends, split reads) of structural callers: pairs of reference and variant counts.
_STRUCTURAL_PAIRS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("FORMAT/DR,DV,RR,RV", (("DR", "DV"), ("RR", "RV"))),
    ("FORMAT/REF,REFPAIR,BVF", (("REF", "BVF"), ("REFPAIR", ""))),
    ("FORMAT/REF,REFPAIR,VF", (("REF", "VF"), ("REFPAIR", ""))),
)
#: Recipes of structural callers in order of trust, as (source, callers); the others follow after them.
STRUCTURAL_SOURCES: tuple[tuple[str, str], ...] = (
    ("FORMAT/PR,SR", "Manta, DRAGEN: reference and variant of pairs and of split reads"),
    ("FORMAT/DR,DV,RR,RV", "Delly"),
    ("FORMAT/REF,REFPAIR,BVF", "GRIDSS, PURPLE: single breakends"),
    ("FORMAT/REF,REFPAIR,VF", "GRIDSS, PURPLE, ESVEE"),
)


def structural_support(evidence: Evidence) -> Support:
    """Return the support of a structural record: read pairs and split reads of Delly, Manta or GRIDSS.

    Both kinds of reads are added up. Other callers are read by the ordinary recipes.
    """
    manta = [evidence.numbers(key) for key in ("PR", "SR") if evidence.format.get(key)]
    pairs = [counts for counts in manta if len(counts) == 2 and None not in counts]
    if pairs:
        alt = sum(counts[1] or 0 for counts in pairs)
        depth = sum((counts[0] or 0) + (counts[1] or 0) for counts in pairs)
        return Support(depth, alt, alt / depth if depth else None, "FORMAT/PR,SR")
    # GRIDSS counts the fragments of a single breakend (an ALT without a mate) in a field of its own.
    single = not any(mark in evidence.alt for mark in "[]<")
    for source, keys in _STRUCTURAL_PAIRS:
        if keys[0][0] not in evidence.format or keys[0][1] not in evidence.format:
            continue
        if keys[0][1] == "BVF" and not single:
            continue
        ref = [evidence.number(r) for r, _ in keys if r in evidence.format]
        alts = [evidence.number(a) for _, a in keys if a and a in evidence.format]
        if None in alts or not alts:
            continue
        variant = sum(n for n in alts if n is not None)
        total = variant + sum(n for n in ref if n is not None) if None not in ref else None
        return Support(total, variant, variant / total if total else None, source)
    return support_of(evidence)
