"""Oncogenicity by the points standard of ClinGen/CGC/VICC, and what rules mean by "pathogenic".

Source: Horak et al. 2022 (PMID 35101336). Criteria, points and cut-offs are data of the knowledge base, known
by their meaning. Each criterion is met, not met or not assessed, with its reason: where its data are absent
it is said to be not assessed and gives no point, in neither direction.

``significance`` is a separate statement, since the points of one tumour sequence rarely reach
"oncogenic": an event that destroys a tumour suppressor, or an exact recurrent allele, counts as
pathogenic for rules, with its basis said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netboard.model.effect import Effect
from netboard.model.result import Criterion, Oncogenicity
from netboard.model.standard import DEFAULT_FIGURES, CriterionRule, Standard
from netboard.model.variant import Build, Gene

_DESTROYING = ("truncating", "splice", "start_loss")
#: Terms of the same events, for an allele that is reported as a recurrent one.
_DESTROYING_TERMS = {
    "stop_gained": "truncating",
    "frameshift_variant": "truncating",
    "splice_donor_variant": "splice",
    "splice_acceptor_variant": "splice",
    "start_lost": "start_loss",
}
_CHANGES_PROTEIN = ("missense", "hotspot")
#: A field of one population, by its code somewhere in the name (``gnomADe_NFE_AF``, ``AF_nfe``).
_GROUP = re.compile(r"(?<![a-z])(AFR|AMI|AMR|ASJ|EAS|FIN|MID|NFE|OTH|REMAINING|SAS)(?![a-z])", re.IGNORECASE)
#: A field that holds the highest of several groups.
_HIGHEST = re.compile(r"popmax|grpmax|max_af", re.IGNORECASE)
_LARGE_LOSS = 0.10

Met = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """What one variant brings to every criterion."""

    effect: Effect
    gene: Gene | None
    standard: Standard
    #: Class of a destroying event or ``deletion``, "" for another; and whether nearly the whole protein is spared.
    null: str
    spared: bool
    frequency: float | None
    source: str

    @property
    def role(self) -> str:
        return self.gene.role if self.gene is not None else "unknown"

    @property
    def suppressor(self) -> bool:
        return self.role in ("tumour_suppressor", "both")

    @property
    def destroys(self) -> bool:
        return bool(self.null) and self.suppressor and not self.spared


def assess(
    effect: Effect,
    gene: Gene | None,
    build: Build,
    population_frequency: float | None,
    source: str,
    standard: Standard,
    common_frequency: float = DEFAULT_FIGURES["common_frequency"],
) -> Oncogenicity:
    """Return the oncogenicity of ``effect`` in ``gene`` by ``standard``, and its significance.

    ``population_frequency`` is a fraction from 0 to 1 with the field that states it, None where none does;
    from ``common_frequency`` on an allele counts as a common inherited one.
    """
    null = _null_class(effect)
    large_loss = standard.figures.get("large_loss", _LARGE_LOSS)
    spared = null == "truncating" and _spares_most(effect, gene, build, large_loss)
    given = _Given(effect, gene, standard, null, spared, population_frequency, source)
    met, not_met, not_assessed = _weigh(given)
    points = sum(item.points for item in met)
    significance, basis = _significance(given, common_frequency)
    return Oncogenicity(
        _class(points, standard),
        points,
        tuple(met),
        tuple(not_assessed),
        significance,
        basis,
        tuple(not_met),
    )


def assess_deletion(
    gene: Gene | None, standard: Standard, *, whole: bool, coding: bool = True
) -> Oncogenicity | None:
    """Return the oncogenicity of a called deletion of ``gene``, None where the gene is no tumour suppressor.

    The standard counts the deletion of exons as a null variant. Other changes of copy number, and rearrangements,
    are none of its variants: they get no points at all. One that takes no base of the coding stretch
    (``coding`` False) is of uncertain significance.
    """
    effect = Effect(gene.symbol if gene is not None else "", "truncating", (), "geometry")
    given = _Given(effect, gene, standard, "deletion" if coding else "", False, None, "")
    if not given.suppressor:
        return None
    met, not_met, not_assessed = _weigh(given)
    points = sum(item.points for item in met)
    what = "deletes a tumour suppressor" if whole else "deletes exons of a tumour suppressor"
    state, basis = ("pathogenic", what) if coding else ("uncertain", "takes untranslated bases alone")
    return Oncogenicity(
        _class(points, standard), points, tuple(met), tuple(not_assessed), state, basis, tuple(not_met)
    )


def near_splice_site(effect: Effect) -> bool:
    """Whether a change lies within the splice region (3 bases of the exon, 8 of the intron)."""
    return "splice_region_variant" in effect.terms


def _weigh(given: _Given) -> tuple[list[Criterion], list[str], list[str]]:
    """Return the criteria met, and one sentence for each that is not met or not assessed."""
    met: list[Criterion] = []
    held: dict[str, str] = {}
    not_met: list[str] = []
    not_assessed: list[str] = []
    for rule in given.standard.criteria:
        weigh = _CRITERIA.get(rule.id, _never_assessed)
        state, reason = weigh(given, rule)
        beside = next((held[name] for name in rule.not_with if name in held), None)
        if state == "met" and beside is not None:
            state, reason = "not_met", f"not counted beside {beside}"
        if state == "met":
            held[rule.id] = rule.code
            met.append(Criterion(rule.code, rule.points, rule.short, reason))
        elif state == "not_met":
            not_met.append(f"{rule.code} ({rule.short}): {reason}")
        else:
            not_assessed.append(f"{rule.code} ({rule.short}): {reason}")
    return met, not_met, not_assessed


def _class(points: int, standard: Standard) -> str:
    if not standard.classes:
        return "not classed: the knowledge base holds no standard"
    return next((name for least, name in standard.classes if points >= least), standard.classes[-1][1])


def _null_class(effect: Effect) -> str:
    """Return truncating, splice or start_loss for a null variant, also where it is a recurrent allele."""
    if effect.event in _DESTROYING:
        return effect.event
    if effect.event != "hotspot":
        return ""
    return next((_DESTROYING_TERMS[term] for term in effect.terms if term in _DESTROYING_TERMS), "")


def _spares_most(effect: Effect, gene: Gene | None, build: Build, large_loss: float) -> bool:
    """Whether a truncated transcript escapes decay and keeps nearly the whole protein.

    Where it is not known whether it escapes, a stop that cuts off the end alone is read as one that does.
    """
    if effect.nmd_escape is False or gene is None:
        return False
    length = _residues(gene, build)
    if not length or effect.residue is None:
        return bool(effect.nmd_escape)
    return (length - effect.residue) / length <= large_loss


def _residues(gene: Gene, build: Build) -> int:
    """Return the length of the protein of the first model, in residues without the stop; 0 if unknown."""
    models = gene.models(build)
    if not models or models[0].cds_start is None:
        return 0
    return sum(end - start for start, end in models[0].coding()) // 3 - 1


# ---------------------------------------------------------------- criteria, by their meaning


def _never_assessed(_: _Given, rule: CriterionRule) -> Met:
    return "not_assessed", rule.needs


def _null_variant(given: _Given, rule: CriterionRule) -> Met:
    if given.effect.event == "undetermined":
        return "not_assessed", rule.needs
    if not given.null:
        return "not_met", "not a null variant"
    word = given.null.replace("_", " ")
    if given.suppressor:
        if given.spared:
            return "not_met", f"{word}, but it may spare nearly the whole protein"
        return "met", word
    if given.role == "oncogene":
        return "not_met", f"{word}, but the gene is no tumour suppressor"
    return "not_assessed", rule.needs


def _length_change(given: _Given, rule: CriterionRule) -> Met:
    effect = given.effect
    if effect.event == "undetermined":
        return "not_assessed", rule.needs
    in_frame = effect.event == "in_frame" or any(term.startswith("inframe_") for term in effect.terms)
    if not in_frame:
        return "not_met", "no change of length in frame"
    if given.role == "unknown":
        return "not_assessed", rule.needs
    if "stop_lost" in effect.terms:
        if given.suppressor:
            return "met", "loses the stop codon of a tumour suppressor"
        return "not_met", "loses the stop codon, but the gene is no tumour suppressor"
    return "met", "changes the length in frame"


def _hotspot_counted(given: _Given, rule: CriterionRule) -> Met:
    """Weigh a hotspot by its number of samples, which the list of recurrent alleles does not hold."""
    if given.effect.hotspot_exact:
        return "not_assessed", rule.needs
    return "not_met", "not in the list of recurrent alleles"


def _hotspot_few(given: _Given, rule: CriterionRule) -> Met:
    effect = given.effect
    if effect.hotspot_exact:
        return "met", (
            f"in the list of recurrent alleles as {effect.hotspot}; the list holds no numbers of samples, so the "
            "least of the three hotspot criteria is given"
        )
    if effect.event == "undetermined":
        return "not_assessed", rule.needs
    if effect.hotspot:
        return "not_met", f"another change at the recurrent residue of {effect.hotspot}"
    return "not_met", "not in the list of recurrent alleles"


def _missense_only(given: _Given, rule: CriterionRule) -> Met:
    """Weigh what is said of exchanges of a residue alone, for which no list is curated."""
    if given.effect.event in (*_CHANGES_PROTEIN, "undetermined"):
        return "not_assessed", rule.needs
    return "not_met", "not an exchange of a residue"


def _silent(given: _Given, rule: CriterionRule) -> Met:
    if given.effect.event in ("synonymous", "undetermined"):
        return "not_assessed", rule.needs
    return "not_met", "not a silent change"


def _population_absent(given: _Given, rule: CriterionRule) -> Met:
    if given.frequency is None:
        return "not_assessed", rule.needs
    shown = _shown(given)
    rare = given.frequency <= given.standard.figures["extremely_rare"]
    return ("met", shown) if rare else ("not_met", shown)


def _above(figure: str) -> Callable[[_Given, CriterionRule], Met]:
    def weigh(given: _Given, rule: CriterionRule) -> Met:
        if given.frequency is None:
            return "not_assessed", rule.needs
        group = _GROUP.search(given.source)
        counts = group is None or group[1].upper() in given.standard.groups
        above = given.frequency > given.standard.figures[figure]
        if above and counts:
            return "met", _shown(given)
        if above:
            return "not_assessed", f"{_shown(given)}: a group that the standard does not count"
        if group is None and not _HIGHEST.search(given.source):
            # A share over all groups does not exclude a higher one in a group.
            return "not_assessed", f"{_shown(given)}: one figure, and none by group is stated"
        return "not_met", _shown(given)

    return weigh


def _shown(given: _Given) -> str:
    return f"{given.frequency:.2g} ({given.source})"


_CRITERIA: Mapping[str, Callable[[_Given, CriterionRule], Met]] = {
    "null_variant": _null_variant,
    "same_change": _missense_only,
    "other_change_of_residue": _missense_only,
    "hotspot_many": _hotspot_counted,
    "hotspot_some": _hotspot_counted,
    "hotspot_few": _hotspot_few,
    "length_change": _length_change,
    "silent": _silent,
    "population_absent": _population_absent,
    "population_very_common": _above("very_common"),
    "population_common": _above("common"),
}


# ---------------------------------------------------------------- what rules ask


def _significance(given: _Given, common_frequency: float) -> tuple[str, str]:
    effect, frequency = given.effect, given.frequency
    if frequency is not None and frequency >= common_frequency and not effect.hotspot_exact:
        return "benign", f"common in the population ({frequency:.2g})"
    if effect.event == "synonymous":
        if near_splice_site(effect):
            return "uncertain", "the residues are unchanged; so near a splice site, splicing may change"
        return "benign", "the protein is unchanged"
    if effect.hotspot_exact:
        return "pathogenic", f"recurrent allele {effect.hotspot}"
    if effect.event == "promoter":
        return "uncertain", "in the promoter, not a recurrent allele"
    if given.destroys:
        return "pathogenic", "destroys the protein of a tumour suppressor"
    if given.spared and given.role != "oncogene":
        return (
            "uncertain",
            "cuts off the protein's end only, and the transcript escapes decay: it may still work",
        )
    if effect.event in _DESTROYING and given.role == "oncogene":
        return "uncertain", "destroys the protein of an oncogene, which is not how it drives tumours"
    return "uncertain", "no curated statement that this change is pathogenic"
