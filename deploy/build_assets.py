#!/usr/bin/env python
"""Builds the front-end files into build/static: GOV.UK Frontend's CSS and JS, and our typeface;
and compiles the words of other languages.

GOV.UK Frontend is MIT; its font, crown and crest are not ours to use. They are taken out here,
and the build fails if a new version holds more or fewer of them than expected.
"""

import re
import shutil
import sys
from importlib.resources import files
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk"
TARGET = ROOT / "build" / "static"
FAMILY = '"Atkinson Hyperlegible"'
TYPEFACES = ("Regular", "Bold")

EXPECTED = {"font faces": 2, "font names": 58, "crests": 3}


def stylesheet(css: str) -> str:
    """GOV.UK Frontend's stylesheet without font, crest and source map."""
    found = {}
    css, found["font faces"] = re.subn(r"@font-face\{[^}]*\}", "", css)
    css, found["font names"] = re.subn(r"GDS Transport", FAMILY, css)
    css, found["crests"] = re.subn(
        r"url\(/assets/images/govuk-crest\.svg\)", "none", css
    )
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    if found != EXPECTED or "/assets/" in css:
        sys.exit(f"GOV.UK Frontend has changed: found {found}, expected {EXPECTED}.")
    return css


def main() -> None:
    govuk = TARGET / "govuk"
    fonts = TARGET / "fonts"
    govuk.mkdir(parents=True, exist_ok=True)
    fonts.mkdir(parents=True, exist_ok=True)
    css = (SOURCE / "govuk-frontend.min.css").read_text()
    (govuk / "govuk-frontend.min.css").write_text(stylesheet(css))
    script = (SOURCE / "govuk-frontend.min.js").read_text()
    script = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)
    (govuk / "govuk-frontend.min.js").write_text(script)
    typeface = files("fontpkg_atkinson_hyperlegible") / "files"
    for style in TYPEFACES:
        name = f"AtkinsonHyperlegible-{style}.ttf"
        with (
            (typeface / name).open("rb") as source,
            (fonts / name).open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
    for words in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        polib.pofile(str(words)).save_as_mofile(str(words.with_suffix(".mo")))
    print(f"Built {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
