"""Where an alert leads back to: its rule, its dashboard, its runbook. Pure, and only what a browser may open."""

import re
from collections.abc import Mapping
from typing import Any

# What senders call their addresses, and what each is for whoever reads the incident; of two alike the first is kept.
WORDS = {
    "runbook_url": "Runbook",
    "dashboardURL": "Dashboard",
    "panelURL": "Panel",
    "generatorURL": "Rule",
    "ruleUrl": "Rule",
    "client_url": "Where it was seen",
    "silenceURL": "Silence it there",
}
ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{}|]{1,1990}\Z")


def links(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Words and address of each, from the facts of a signal; whatever is no http address is left out."""
    notes = facts.get("annotations")
    known = {**(notes if isinstance(notes, dict) else {}), **facts}
    found: dict[str, str] = {}
    for name, words in WORDS.items():
        address = known.get(name)
        if isinstance(address, str) and ADDRESS.match(address):
            found.setdefault(words, address)
    return list(found.items())
