"""T42: whatever a report's text or a hostile document asks for, the engine fetches nothing."""

import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from feedback.files import pdf as report_pdf
from feedback.rules import report
from reviews.files import pdf
from tests.feedback.test_pdf import CONTENT
from tests.feedback.test_report import MATERIAL, finding

# Part of make adversarial alone: it costs too much for every run of the tests.
pytestmark = pytest.mark.adversarial

SECRET = "canary-in-a-local-file"


@pytest.fixture
def local_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server of the attacker's, and what it was asked for."""
    requests: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"p { color: red }")

        def log_message(self, format: str, *arguments: object) -> None:
            """Not to the test's output."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Listening)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    thread.join()
    server.server_close()


def attacks(file: Path, host: str) -> dict[str, str]:
    inner = (
        f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{host}/in-svg'/></svg>"
    )
    return {
        "file picture": f'<img alt="x" src="file://{file}">',
        "file link": f'<link rel="stylesheet" href="file://{file}">',
        "attachment": f'<link rel="attachment" href="file://{file}">',
        "attached link": f'<a rel="attachment" href="file://{file}">x</a>',
        "http picture": f'<img alt="x" src="{host}/picture">',
        "http stylesheet": f'<link rel="stylesheet" href="{host}/style">',
        "import": f"<style>@import url({host}/import);</style>",
        "import of a file": f"<style>@import url(file://{file});</style>",
        "background": f"<style>p {{ background: url({host}/background) }}</style><p>x</p>",
        "font": f"<style>@font-face {{ font-family: x; src: url({host}/font) }}"
        " p { font-family: x }</style><p>x</p>",
        "object": f'<object data="file://{file}"></object>',
        "embed": f'<embed src="{host}/embed">',
        "svg in data": f'<img alt="x" src="data:image/svg+xml,{inner}">',
        "svg inline": f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">'
        f'<image x:href="{host}/inline" width="9" height="9"/></svg>',
        "climbing": '<img alt="x" src="../../../../etc/hostname">',
        "beside": '<link rel="stylesheet" href="css/../css/app.css">',
        "base": f'<base href="file://{file.parent}/"><link rel="attachment" href="{file.name}">',
    }


NAMES = list(attacks(Path("/x"), "http://x"))


@pytest.mark.parametrize("name", NAMES)
def test_hostile_document_fails_or_fetches_nothing(
    name: str, local_file: Path, asked: tuple[str, list[str]]
) -> None:
    host, requests = asked
    body = attacks(local_file, host)[name]
    page = f'<!DOCTYPE html><html lang="en"><title>t</title><body>{body}'

    try:
        drawn = pdf.draw_html(page)
    except pdf.NotBundled:
        drawn = b""

    assert requests == []
    assert SECRET not in _everything(drawn)


def test_control_the_engines_own_fetcher_would_attach_the_file(
    local_file: Path,
) -> None:
    from weasyprint import HTML

    page = (
        '<!DOCTYPE html><html lang="en"><title>t</title>'
        f'<link rel="attachment" href="file://{local_file}"><body>x'
    )

    drawn = HTML(string=page).write_pdf()

    assert SECRET in _everything(drawn)


def test_control_the_engines_own_fetcher_would_ask_the_server(
    asked: tuple[str, list[str]],
) -> None:
    from weasyprint import HTML

    host, requests = asked
    HTML(string=f'<link rel="stylesheet" href="{host}/style">x').write_pdf()

    assert requests == ["/style"]


def test_only_named_files_of_the_product_are_served() -> None:
    fetch = pdf.fetcher()

    served = sorted(address.removeprefix(pdf.BASE) for address in pdf.assets())

    assert served == [*pdf.STYLES, *sorted(f"fonts/{name}" for name in pdf.FONTS)]
    for address in (
        "file:///etc/hostname",
        "data:text/css,p{}",
        f"{pdf.BASE}css/app.css",
    ):
        with pytest.raises(pdf.NotBundled):
            fetch.fetch(address)


def test_markup_typed_into_a_finding_is_printed_as_it_was_typed(
    local_file: Path, asked: tuple[str, list[str]]
) -> None:
    host, requests = asked
    typed = " ".join(attacks(local_file, host).values())
    content = report.build(
        MATERIAL.__class__(
            **{
                **vars(MATERIAL),
                "findings": (
                    finding("T1", "area", "Typed", text=typed, consider=typed),
                ),
                "texts": {"summary": typed},
            }
        )
    )

    drawn = report_pdf.draw(content)

    assert requests == []
    assert SECRET not in _everything(drawn)
    assert CONTENT["title"] == content["title"]


def _everything(drawn: bytes) -> str:
    """Every stream of the PDF, unpacked."""
    if not drawn:
        return ""
    with pikepdf.open(io.BytesIO(drawn)) as document:
        streams = [
            each.read_bytes()
            for each in document.objects
            if isinstance(each, pikepdf.Stream)
        ]
    return b"".join([drawn, *streams]).decode("latin-1")
