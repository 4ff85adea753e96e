"""The demonstration's documents, figures and hypotheses, uploaded by those who would have sent them."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from html import escape
from typing import Any

from peerreview.demo import content, moments
from peerreview.demo.setting_up import Cast
from reviews.domain import documents, hypotheses, performance
from reviews.models import AccessRole, User
from reviews.rules import figures

_NAMES = "http://schemas.openxmlformats.org"
_TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="{_NAMES}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{_NAMES}/package/2006/relationships">
<Relationship Id="rId1" Type="{_NAMES}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""


def _word(title: str, text: str) -> bytes:
    """A small Word document: a title and a paragraph."""
    lines = [title, text, "This document was invented for the demonstration."]
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    main = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_NAMES}/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", main)
    return out.getvalue()


def send(cast: Cast, *, until: dt.date) -> None:
    """What had come by ``until``, the figures, and what the analyst makes of both."""
    entries = content.papers()
    _send_documents(cast, entries["documents"], until)
    for each in entries["none"]:
        if each["came"] <= until:
            documents.say_there_is_none(
                request=cast.review.document_requests.get(code=each["code"]),
                agency=None,
                because=each["because"],
                by=cast.people["organiser"],
                at=moments.evening(each["came"]),
            )
    _add_figures(cast, entries["figures"])
    _write_hypotheses(cast, entries["hypotheses"])
    _read_some(cast)


def _send_documents(cast: Cast, entries: list[dict[str, Any]], until: dt.date) -> None:
    requests = {each.code: each for each in cast.review.document_requests.all()}
    agencies = {each.code: each for each in cast.review.agencies.all()}
    senders = {
        each.agency_id: each.user
        for each in cast.review.memberships.exclude(agency=None).select_related("user")
    }
    for each in entries:
        if each["came"] > until:
            continue
        request = requests[each["code"]]
        agency = agencies[each.get("agency", "CSC")]
        documents.upload(
            review=cast.review,
            name=f"{request.code}.docx",
            content=_word(request.title, each["text"]),
            title=request.title,
            request=request,
            agency=agency,
            by=senders.get(agency.pk, cast.people["organiser"]),
            at=moments.evening(each["came"]),
        )


def _add_figures(cast: Cast, entries: list[dict[str, Any]]) -> None:
    rows = []
    for each in entries:
        for period, values in each["rows"].items():
            council, neighbours, england = (
                None if value is None else Decimal(str(value)) for value in values
            )
            rows.append(
                figures.Row(
                    theme=each["theme"],
                    name=each["name"],
                    unit=each["unit"],
                    period=period,
                    council=council,
                    neighbours=neighbours,
                    england=england,
                    source="Invented for the demonstration",
                )
            )
    at = moments.evening(moments.INVITATIONS_RETURNED.date())
    pending = performance.keep_figures(
        review=cast.review, found=figures.Reading(rows=rows), at=at
    )
    performance.take_figures(pending=pending, by=_analyst(cast), at=at)


def _write_hypotheses(cast: Cast, entries: list[dict[str, Any]]) -> None:
    for each in entries:
        hypotheses.write_hypothesis(
            review=cast.review,
            theme=each["theme"],
            kind=each["kind"],
            text=each["text"],
            basis=each["basis"],
            state="agreed" if each["agreed"] else "proposed",
            by=_analyst(cast),
            at=moments.MIDWAY,
        )


def _analyst(cast: Cast) -> User:
    return cast.review.memberships.get(access_role=AccessRole.AP).user


def _read_some(cast: Cast) -> None:
    """Everybody of the team has read something else; a few documents nobody has."""
    papers = list(cast.review.documents.order_by("request__code", "pk"))
    team = cast.review.team_members()
    for place, member in enumerate(team):
        ticked = [
            each for n, each in enumerate(papers) if n % 5 < 4 and n % 3 != place % 3
        ]
        documents.tick_read(member=member, shown=papers, ticked=ticked)
