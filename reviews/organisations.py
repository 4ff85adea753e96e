"""Are two names of councils the same council? Pure."""

# Words that a council's name may have or lack: "Trafford" is "Trafford Council".
_COMMON = frozenset(
    [
        "the",
        "of",
        "and",
        "council",
        "city",
        "county",
        "borough",
        "metropolitan",
        "mbc",
        "london",
        "royal",
        "district",
        "unitary",
        "authority",
        "local",
        "cc",
        "bc",
    ]
)


def same_organisation(one: str, other: str) -> bool:
    """Also when one of the two is written shorter: "Trafford" and "Trafford MBC"."""
    return _plain(one) != "" and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    kept = [word for word in words if word not in _COMMON]
    return " ".join(kept or words)
