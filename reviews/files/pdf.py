"""Draws a document as a tagged PDF. It fetches nothing but the few files of the product named here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

# No such host exists, and none is asked: addresses under it are looked up in ``assets``.
BASE = "https://bundle.invalid/"
STYLES = (
    "css/briefing.css",
    "css/certificate.css",
    "css/report.css",
    "css/timetable.css",
)
FONTS = (
    "AtkinsonHyperlegible-Regular.ttf",
    "AtkinsonHyperlegible-Bold.ttf",
    "AtkinsonHyperlegible-Italic.ttf",
)
PRINT_FLAG = 4


class NotBundled(ValueError):
    """The document asks for something that does not come with the product."""

    def __init__(self) -> None:
        super().__init__("A document may load the product’s own files only.")


@cache
def assets() -> dict[str, tuple[bytes, str]]:
    """Address to (bytes, type) of everything that a document may load."""
    import fontpkg_atkinson_hyperlegible  # noqa: PLC0415 - slow import

    fonts = Path(fontpkg_atkinson_hyperlegible.__file__).parent / "files"
    static = Path(settings.BASE_DIR) / "static"
    return {
        **{
            f"{BASE}{name}": ((static / name).read_bytes(), "text/css")
            for name in STYLES
        },
        **{
            f"{BASE}fonts/{name}": ((fonts / name).read_bytes(), "font/ttf")
            for name in FONTS
        },
    }


def fetcher() -> URLFetcher:
    """A fetcher that serves ``assets`` and refuses the rest, local files and data included."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Bundle(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url not in assets():
                raise NotBundled
            body, kind = assets()[url]
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    return Bundle(fail_on_errors=True)


def draw_html(html: str) -> bytes:
    """The PDF (PDF/UA) of a page; the same page gives the same bytes. Raises NotBundled."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    try:
        document = HTML(string=html, base_url=BASE, url_fetcher=fetcher())
        return document.write_pdf(  # type: ignore[no-any-return]
            pdf_variant="pdf/ua-1", finisher=finish, font_config=FontConfiguration()
        )
    except FatalURLFetchingError:
        # The engine's own is no Exception, so it would end the worker, and it quotes the address.
        raise NotBundled from None


def finish(document: Any, pdf: Any) -> None:
    """What the engine leaves out: scopes of header cells, print flags, furniture as artifacts."""
    by_reference = {thing.reference: thing for thing in pdf.objects}
    elements = [
        thing
        for thing in pdf.objects
        if isinstance(thing, dict) and thing.get("Type") == "/StructElem"
    ]
    for element in elements:
        if element["S"] == "/TH":
            row = by_reference[element["P"]]
            group = by_reference[row["P"]]
            element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Subtype") == "/Link":
            thing["F"] = int(thing.get("F", 0)) | PRINT_FLAG
    _furniture_as_artifacts(pdf, elements, by_reference)


def _furniture_as_artifacts(
    pdf: Any, elements: list[Any], by_reference: dict[bytes, Any]
) -> None:
    """Running heads and page numbers hang on no tag; say in the page that they are no content."""
    reached = _reachable(pdf, by_reference)
    loose = {id(each) for each in elements if each.reference not in reached}
    root = by_reference[pdf.catalog["StructTreeRoot"]]
    numbers = by_reference[root["ParentTree"]]["Nums"]
    pages = [by_reference[page] for page in pdf.page_references]
    for page, entries in zip(pages, numbers[1::2], strict=False):
        if not isinstance(entries, list):
            continue
        marks = {
            n
            for n, reference in enumerate(entries)
            if id(by_reference.get(reference)) in loose
        }
        entries[:] = ["null" if n in marks else ref for n, ref in enumerate(entries)]
        if marks:
            _unmark(by_reference[page["Contents"]].stream, marks)


def _reachable(pdf: Any, by_reference: dict[bytes, Any]) -> set[bytes]:
    reached: set[bytes] = set()
    waiting = [pdf.catalog["StructTreeRoot"]]
    while waiting:
        reference = waiting.pop()
        thing = by_reference.get(reference)
        if reference in reached or not isinstance(thing, dict):
            continue
        reached.add(reference)
        waiting += [kid for kid in thing.get("K", ()) if isinstance(kid, bytes)]
    return reached


def _unmark(stream: list[Any], marks: set[int]) -> None:
    """Turn ``/Span <</MCID n>> BDC`` into ``/Artifact BMC`` for these numbers."""
    for at, item in enumerate(stream):
        if item == b"BDC" and stream[at - 1].get("MCID") in marks:
            stream[at - 2 : at + 1] = ["/Artifact", b"", b"BMC"]
