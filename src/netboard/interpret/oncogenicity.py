"""Oncogenicity by the points standard of ClinGen/CGC/VICC, and what rules mean by "pathogenic".

Source: Horak et al. 2022 (PMID 35101336). Public sources swap the codes OM3 and OM4, so a criterion
is stored with its meaning. Only criteria whose data are at hand are applied; the others are listed as
not assessed and give no points, in neither direction.

``significance`` is a separate statement, since the points of one tumour sequence rarely reach
"oncogenic": an event that destroys a tumour suppressor, or an exact recurrent allele, counts as
pathogenic for rules, with its basis said.
"""

from __future__ import annotations

from netboard.interpret.origin import COMMON_FREQUENCY
from netboard.model.effect import Effect
from netboard.model.result import Criterion, Oncogenicity
from netboard.model.variant import Build, Gene

_DESTROYING = ("truncating", "splice", "start_loss")
#: Share of the protein whose loss destroys it even where the transcript escapes decay (the PVS1
#: decision tree of Abou Tayoun et al., Human Mutation 2018).
_LARGE_LOSS = 0.10
_NOT_ASSESSED = (
    "OS1/OM3 (oncogenic change of the same residue): no list of alleles classed by this standard",
    "OS2/SBS2 (functional studies): not curated",
    "OM1 (critical functional domain): not curated",
    "OP1/SBP1 (computational predictions): none in the file",
)
#: (points from, class) of the standard, highest first.
_CLASSES = ((10, "oncogenic"), (6, "likely oncogenic"), (0, "uncertain significance"), (-6, "likely benign"))


def assess(
    effect: Effect, gene: Gene | None, build: Build, population_frequency: float | None, source: str
) -> Oncogenicity:
    """Return the oncogenicity of ``effect`` in ``gene`` (points and reasons), and its significance."""
    suppressor = gene is not None and gene.role in ("tumour_suppressor", "both")
    destroys = effect.event in _DESTROYING and suppressor and not _spares_most(effect, gene, build)
    criteria = [*_effect_criteria(effect, destroys), *_frequency_criteria(population_frequency, source)]
    missing = list(_NOT_ASSESSED)
    if population_frequency is None:
        missing.append("OP4/SBVS1/SBS1 (population frequency): not in the file")
    points = sum(item.points for item in criteria)
    significance, basis = _significance(effect, gene, destroys, population_frequency)
    return Oncogenicity(_class(points), points, tuple(criteria), tuple(missing), significance, basis)


def near_splice_site(effect: Effect) -> bool:
    """Whether a change lies within the splice region (3 bases of the exon, 8 of the intron)."""
    return "splice_region_variant" in effect.terms


def _class(points: int) -> str:
    return next((name for least, name in _CLASSES if points >= least), "benign")


def _spares_most(effect: Effect, gene: Gene | None, build: Build) -> bool:
    """Whether a truncated transcript escapes decay and keeps nearly the whole protein."""
    if effect.event != "truncating" or not effect.nmd_escape or gene is None:
        return False
    length = _residues(gene, build)
    if not length or effect.residue is None:
        return True
    return (length - effect.residue) / length <= _LARGE_LOSS


def _residues(gene: Gene, build: Build) -> int:
    """Return the length of the protein of the first model, in residues without the stop; 0 if unknown."""
    models = gene.models(build)
    if not models or models[0].cds_start is None or models[0].cds_end is None:
        return 0
    first, last = models[0].cds_start, models[0].cds_end
    bases = sum(max(0, min(end, last) - max(start, first)) for start, end in models[0].exons)
    return bases // 3 - 1


def _effect_criteria(effect: Effect, destroys: bool) -> list[Criterion]:
    found = []
    if destroys:
        found.append(
            Criterion(
                "OVS1", 8, "destroys the protein of a tumour suppressor", effect.event.replace("_", " ")
            )
        )
    if effect.event == "in_frame":
        found.append(
            Criterion(
                "OM2", 2, "in-frame insertion or deletion in a cancer gene", "changes the length in frame"
            )
        )
    if effect.hotspot_exact:
        # The counts behind OS3 and OM4 are not in the allele table, so the least of the three is given.
        found.append(
            Criterion("OP3", 1, "recurrent allele", f"in the list of recurrent alleles as {effect.hotspot}")
        )
    if effect.event == "synonymous" and not near_splice_site(effect):
        found.append(Criterion("SBP2", -1, "silent change", "no change of the protein, not at a splice site"))
    return found


def _frequency_criteria(frequency: float | None, source: str) -> list[Criterion]:
    if frequency is None:
        return []
    shown = f"{frequency:.2g} ({source})"
    if frequency > 0.05:
        return [Criterion("SBVS1", -8, "population frequency above 5 %", shown)]
    if frequency > 0.01:
        return [Criterion("SBS1", -4, "population frequency above 1 %", shown)]
    if frequency <= 0.00001:
        return [Criterion("OP4", 1, "absent or extremely rare in the population", shown)]
    return []


def _significance(
    effect: Effect, gene: Gene | None, destroys: bool, frequency: float | None
) -> tuple[str, str]:
    if frequency is not None and frequency >= COMMON_FREQUENCY and not effect.hotspot_exact:
        return "benign", f"common in the population ({frequency:.2g})"
    if effect.event == "synonymous":
        if near_splice_site(effect):
            return "uncertain", "the residues are unchanged; so near a splice site, splicing may change"
        return "benign", "the protein is unchanged"
    if effect.hotspot_exact:
        return "pathogenic", f"recurrent allele {effect.hotspot}"
    if effect.event == "promoter":
        return "uncertain", "in the promoter, not a recurrent allele"
    if destroys:
        return "pathogenic", "destroys the protein of a tumour suppressor"
    if effect.event == "truncating" and effect.nmd_escape and gene is not None and gene.role != "oncogene":
        return (
            "uncertain",
            "cuts off the protein's end only, and the transcript escapes decay: it may still work",
        )
    if effect.event in _DESTROYING and gene is not None and gene.role == "oncogene":
        return "uncertain", "destroys the protein of an oncogene, which is not how it drives tumours"
    return "uncertain", "no curated statement that this change is pathogenic"
