"""Biomarkers as far as the input shows them; what it cannot show is said with the reason.

A panel scan never sees the whole exome, so no mutational burden is computed from it. Values that the
user gives (MGMT, SSTR, Ki-67) are passed on as given.
"""

from __future__ import annotations

from collections.abc import Iterable

from netboard.model.facts import BiomarkerFact
from netboard.model.result import BiomarkerResult, Context

#: (name, why it is not there, remedy) of the biomarkers that a panel scan cannot show.
_OUT_OF_REACH = (
    ("tumour mutational burden", "the scan reads the panel genes only, not all coding variants"),
    ("microsatellite instability", "needs its own assay or caller; not read from single variants"),
)


def measured(context: Context) -> tuple[tuple[BiomarkerResult, ...], dict[str, BiomarkerFact]]:
    """Return the biomarkers to print, and those that rules may ask, from the context as given."""
    results: list[BiomarkerResult] = []
    facts: dict[str, BiomarkerFact] = {}
    given = (
        ("Ki-67", "ki67", context.ki67, "%"),
        ("MGMT promoter", "mgmt", context.mgmt, ""),
        ("somatostatin receptors", "sstr", context.sstr, ""),
    )
    for name, key, value, unit in given:
        if value is None:
            results.append(BiomarkerResult(name, None, unit, "not_assessed", "not given"))
        else:
            results.append(BiomarkerResult(name, value, unit, "given", "as given with the sample"))
            facts[key] = BiomarkerFact(value, unit, "given")
    results.extend(BiomarkerResult(name, None, "", "not_assessed", why) for name, why in _OUT_OF_REACH)
    return tuple(results), facts


def missing(results: Iterable[BiomarkerResult]) -> list[BiomarkerResult]:
    """Return the biomarkers that the input could not show."""
    return [result for result in results if result.state == "not_assessed"]
