"""Files of the Office kinds are archives, and each part of one says to the second when it was put
in. Ours say nothing of the day or the machine that they were made on."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_STAMP = f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
_TIMES = re.compile(
    rb"(<(?:dcterms:created|dcterms:modified|cp:lastPrinted)\b[^>]*(?<!/)>)[^<]*(?=</)"
)


def timeless(content: bytes) -> bytes:
    """The same .xlsx or .docx with constants where a moment stood, in its parts and about them."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as there,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as here,
    ):
        for name in there.namelist():
            part = there.read(name)
            if name == "docProps/core.xml":
                part = _TIMES.sub(rb"\g<1>" + _STAMP, part)
            here.writestr(
                zipfile.ZipInfo(name, MADE.timetuple()[:6]), part, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
