"""The part that gathers notes: each size on a site of its own, by ``gathering.py``."""

from typing import Any

from started import product, told

NOTES = 1_000, 5_000


def gathering() -> list[dict[str, Any]]:
    """All notes of a review mixed anew: how long its transaction keeps others from writing."""
    found = []
    for notes in NOTES:
        with product() as site:
            made = told(site, "gathering.py", notes)
        found.append(
            {
                "what": f"{notes:,} notes",
                "seconds": made["whole"],
                "lock held seconds": made["held"],
                "held / least": made["held"] / made["least"],
                "held at most": made["held at most"],
                "another waited at most": made["waited at most"],
            }
        )
    few, many = found
    found.append(
        {
            "what": "five times the notes",
            "seconds": many["seconds"] / few["seconds"],
            "lock held": many["lock held seconds"] / few["lock held seconds"],
        }
    )
    return found
