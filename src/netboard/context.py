"""The clinical context of a sample as the user gives it: validated, and checked for contradictions.

A field that is not given stays None and is unknown to every rule. What contradicts itself (G1 with a
Ki-67 of 40 %) is an input error, since every later line would rest on a wrong half of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping

from netboard.errors import ConfigError
from netboard.model.evidence import Knowledge
from netboard.model.result import Context

SITES = ("pancreas", "small intestine", "appendix", "colon", "rectum", "stomach", "lung", "unknown")
GRADES = ("G1", "G2", "G3", "NEC")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "grade": GRADES,
    "differentiation": ("well", "poor"),
    "stage": ("localised", "metastatic"),
    "sstr": ("positive", "negative"),
    "mgmt": ("methylated", "unmethylated"),
    "functioning": ("functioning", "non_functioning"),
    "sex": ("female", "male"),
}
#: Other words for a value, as people write them.
_SYNONYMS = {
    "functioning": {
        "yes": "functioning", "functional": "functioning", "no": "non_functioning",
        "non-functioning": "non_functioning", "nonfunctioning": "non_functioning",
        "non-functional": "non_functioning", "nonfunctional": "non_functioning",
    },
    "sex": {"f": "female", "xx": "female", "m": "male", "xy": "male"},
}  # fmt: skip
#: Ki-67 per cent that a grade excludes (WHO 2022: G1 below 3, G2 up to 20, NEC above 20). A grade may
#: rest on mitoses alone, so a low Ki-67 beside G2 or G3 is no contradiction.
_KI67_CONTRADICTS: Mapping[str, Callable[[float], bool]] = {
    "G1": lambda ki67: ki67 >= 3,
    "G2": lambda ki67: ki67 > 20,
    "NEC": lambda ki67: ki67 <= 20,
}


def build_context(given: Mapping[str, str | None], knowledge: Knowledge, *, where: str = "") -> Context:
    """Return the context from option texts.

    Parameters
    ----------
    given
        Texts by option name with underscores (``tumour_type``, ``prior_therapy`` ...); None, an empty
        text or ``NA`` is not given.
    where
        Place to name in an error, for instance ``samples.tsv:3``.

    Raises
    ------
    ConfigError
        When a value is not of its vocabulary, or two values contradict each other.
    """
    texts = {key: value.strip() for key, value in given.items() if value and value.strip() not in ("", "NA")}
    values: dict[str, str | None] = {
        field: _choice(field, texts.get(field), allowed, where) for field, allowed in _CHOICES.items()
    }
    prior = texts.get("prior_therapy")
    context = Context(
        tumour_type=_tumour_type(texts.get("tumour_type"), knowledge, where),
        site=_site(texts.get("site"), where),
        grade=values["grade"],
        differentiation=values["differentiation"],
        stage=values["stage"],
        ki67=_number(texts.get("ki67"), "ki67", 0.0, 100.0, where),
        sstr=values["sstr"],
        mgmt=values["mgmt"],
        prior_therapy=_therapies(prior),
        purity=_number(texts.get("purity"), "purity", 0.0, 1.0, where),
        patient=texts.get("patient"),
        functioning=values["functioning"],
        sex=values["sex"],
    )
    if context.purity == 0:
        raise ConfigError(
            "purity 0 means that there is no tumour", where=where, remedy="Leave it out if unknown."
        )
    _check(context, knowledge, where)
    return context


def _therapies(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    if text.lower() == "none":
        return ()
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def _choice(field: str, text: str | None, allowed: tuple[str, ...], where: str) -> str | None:
    if text is None:
        return None
    text = _SYNONYMS.get(field, {}).get(text.lower(), text)
    for value in allowed:
        if text.lower() == value.lower():
            return value
    raise ConfigError(
        f"{field.replace('_', ' ')} {text!r} is not one of {', '.join(allowed)}",
        where=where,
        remedy="Leave it out when it is not known.",
    )


def _site(text: str | None, where: str) -> str | None:
    if text is None:
        return None
    plain = text.lower().replace("_", " ").replace("-", " ")
    if plain not in SITES:
        raise ConfigError(
            f"site {text!r} is not one of {', '.join(SITES)}", where=where, remedy="Use 'unknown' for others."
        )
    return None if plain == "unknown" else plain


def _number(text: str | None, field: str, low: float, high: float, where: str) -> float | None:
    if text is None:
        return None
    try:
        number = float(text.rstrip("%"))
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise ConfigError(f"{field} {text!r} is not a number from {low:g} to {high:g}", where=where)
    return number


def _tumour_type(text: str | None, knowledge: Knowledge, where: str) -> str | None:
    if text is None:
        return None
    by_upper = {code.upper(): code for code in knowledge.tumour_types}
    if text.upper() in by_upper:
        return by_upper[text.upper()]
    near = difflib.get_close_matches(text.upper(), by_upper, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise ConfigError(
        f"tumour type {text!r} is not a code of the knowledge base",
        where=where,
        remedy=f"{hint}`netboard knowledge show tumour-types` lists the codes; a broader one is better than none.",
    )


def _check(context: Context, knowledge: Knowledge, where: str) -> None:
    grade, ki67, differentiation = context.grade, context.ki67, context.differentiation
    contradicts = _KI67_CONTRADICTS.get(grade or "")
    if contradicts is not None and ki67 is not None and contradicts(ki67):
        raise ConfigError(
            f"grade {grade} contradicts a Ki-67 of {ki67:g} %",
            where=where,
            remedy="Correct one of them, or leave out the one that is not sure.",
        )
    if (grade == "NEC" and differentiation == "well") or (
        grade in ("G1", "G2") and differentiation == "poor"
    ):
        raise ConfigError(
            f"grade {grade} contradicts differentiation {differentiation!r}",
            where=where,
            remedy="NEC means G3 and poorly differentiated; G1 and G2 are well differentiated.",
        )
    known = knowledge.tumour_types.get(context.tumour_type or "")
    if known is None:
        return
    if known.site and context.site and known.site.replace("_", " ") != context.site:
        raise ConfigError(
            f"tumour type {known.code} ({known.name}) contradicts site {context.site!r}", where=where
        )
    implied = differentiation or ("poor" if grade == "NEC" else "well" if grade in ("G1", "G2") else "")
    if known.neuroendocrine and known.differentiation and implied and known.differentiation != implied:
        raise ConfigError(
            f"tumour type {known.code} ({known.name}, {known.differentiation} differentiation) contradicts "
            f"{'grade ' + grade if grade else 'differentiation ' + implied}",
            where=where,
            remedy="Correct one of them.",
        )
