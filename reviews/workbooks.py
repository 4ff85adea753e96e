"""What every workbook keeps to: text is text, and nothing says who made it, or when."""

import datetime as dt
import io
import re
import zipfile

CREATOR = "Peer review team"
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def printable(text: str) -> str:
    """A spreadsheet cannot hold control characters."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def timeless(content: bytes) -> bytes:
    """The same file with constants where the moment of writing stood."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as there,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as here,
    ):
        for name in there.namelist():
            part = there.read(name)
            if name == "docProps/core.xml":
                stamp = f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
                part = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            here.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), part, 8)
    return out.getvalue()
