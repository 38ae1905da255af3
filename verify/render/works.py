"""The works that a claim is about: papers by their arXiv numbers, others by their authors and year."""

import re
from typing import Any

WORK = re.compile(r"arXiv:\d{4}\.\d{5}|[A-Z][a-z]+ et al\. \d{4}")
OWN = "derived here"
KINDS = ("stated by a work", OWN, "reading to avoid")


def works(claim: Any) -> list[str]:
    """What source and statement of a claim name, without repetition; OWN alone where they name none."""
    return list(dict.fromkeys(WORK.findall(f"{claim.source} {claim.stated_by}"))) or [OWN]


def kind(claim: Any) -> str:
    """Who states a claim: a work, this suite, or nobody (one of KINDS)."""
    return KINDS[2] if claim.reading_to_avoid else KINDS[0] if claim.stated_by else KINDS[1]
