"""Where style sheets and scripts lie, worked out once a process for each of them."""

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A name's address changes only with the files, and those only with a new start."""

    def __init__(self) -> None:
        super().__init__()
        self.url = cache(super().url)
