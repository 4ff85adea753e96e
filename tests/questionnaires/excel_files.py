"""Workbooks with the parts and in the order that Microsoft Excel itself writes them, byte for byte.

A library that writes .xlsx writes less than Excel does: no shared texts in runs, no table, no
extensions, no calculation chain. People's own lists have all of that.
"""

import io
import zipfile

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_X14AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
_XR = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>'
        for part, kind in (
            ("xl/workbook.xml", f"{_TYPES}.spreadsheetml.sheet.main+xml"),
            ("xl/worksheets/sheet1.xml", f"{_TYPES}.spreadsheetml.worksheet+xml"),
            ("xl/worksheets/sheet2.xml", f"{_TYPES}.spreadsheetml.worksheet+xml"),
            ("xl/styles.xml", f"{_TYPES}.spreadsheetml.styles+xml"),
            ("xl/sharedStrings.xml", f"{_TYPES}.spreadsheetml.sharedStrings+xml"),
            ("xl/tables/table1.xml", f"{_TYPES}.spreadsheetml.table+xml"),
            ("xl/calcChain.xml", f"{_TYPES}.spreadsheetml.calcChain+xml"),
            (
                "docProps/core.xml",
                "application/vnd.openxmlformats-package.core-properties+xml",
            ),
            ("docProps/app.xml", f"{_TYPES}.extended-properties+xml"),
        )
    )
    + "</Types>"
)


def _relations(*each: tuple[str, str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"{more}/>'
        for number, (kind, target, more) in enumerate(each, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'


_TOP = _relations(
    (f"{_OFFICE}/officeDocument", "xl/workbook.xml", ""),
    (f"{_PACKAGE}/metadata/core-properties", "docProps/core.xml", ""),
    (f"{_OFFICE}/extended-properties", "docProps/app.xml", ""),
)
_APP = (
    f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
    'docPropsVTypes"><Application>Microsoft Excel</Application><DocSecurity>0</DocSecurity>'
    '<ScaleCrop>false</ScaleCrop><HeadingPairs><vt:vector size="2" baseType="variant">'
    "<vt:variant><vt:lpstr>Worksheets</vt:lpstr></vt:variant><vt:variant><vt:i4>2</vt:i4>"
    '</vt:variant></vt:vector></HeadingPairs><TitlesOfParts><vt:vector size="2"'
    ' baseType="lpstr"><vt:lpstr>{first}</vt:lpstr><vt:lpstr>{second}</vt:lpstr></vt:vector>'
    "</TitlesOfParts><Company></Company><LinksUpToDate>false</LinksUpToDate>"
    "<SharedDoc>false</SharedDoc><HyperlinksChanged>false</HyperlinksChanged>"
    "<AppVersion>16.0300</AppVersion></Properties>"
)
_CORE = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
    'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms='
    '"http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:creator>Ada Lark</dc:creator><cp:lastModifiedBy>Ada Lark</cp:lastModifiedBy>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">2015-06-05T18:17:20Z</dcterms:created>'
    "</cp:coreProperties>"
)
_WORKBOOK = (
    f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:mc="{_MC}"'
    ' mc:Ignorable="x15 xr" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/'
    f'2010/11/main" xmlns:xr="{_XR}"><fileVersion appName="xl" lastEdited="7"'
    ' lowestEdited="6" rupBuild="28025"/><workbookPr defaultThemeVersion="166925"/>'
    '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\\Lists\\"'
    ' xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/>'
    '</mc:Choice></mc:AlternateContent><xr:revisionPtr revIDLastSave="0" documentId="8_{5D}"'
    ' xr6:coauthVersionLast="47" xr6:coauthVersionMax="47" xmlns:xr6="http://schemas.'
    'microsoft.com/office/spreadsheetml/2016/revision6"/><bookViews><workbookView'
    ' xWindow="-120" yWindow="-120" windowWidth="29040" windowHeight="15720"'
    ' activeTab="{tab}"/></bookViews><sheets>{sheets}</sheets><calcPr calcId="191029"/>'
    "</workbook>"
)
_BOOK_RELATIONS = _relations(
    (f"{_OFFICE}/worksheet", "worksheets/sheet1.xml", ""),
    (f"{_OFFICE}/worksheet", "worksheets/sheet2.xml", ""),
    (f"{_OFFICE}/styles", "styles.xml", ""),
    (f"{_OFFICE}/sharedStrings", "sharedStrings.xml", ""),
    (f"{_OFFICE}/calcChain", "calcChain.xml", ""),
)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}" xmlns:mc="{_MC}" mc:Ignorable="x14ac"'
    f' xmlns:x14ac="{_X14AC}"><fonts count="2" x14ac:knownFonts="1"><font><sz val="11"/>'
    '<color rgb="FF000000"/><name val="Calibri"/><family val="2"/></font><font><u/>'
    '<sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/><family val="2"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/>'
    '<right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="2"><xf'
    ' numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="0" fontId="1"'
    ' fillId="0" borderId="0" applyNumberFormat="0"/></cellStyleXfs><cellXfs count="3"><xf'
    ' numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1"'
    ' fillId="0" borderId="0" xfId="1"/><xf numFmtId="14" fontId="0" fillId="0"'
    ' borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="2">'
    '<cellStyle name="Hyperlink" xfId="1" builtinId="8"/><cellStyle name="Normal" xfId="0"'
    ' builtinId="0"/></cellStyles><dxfs count="0"/><tableStyles count="0"'
    ' defaultTableStyle="TableStyleMedium2" defaultPivotStyle="PivotStyleLight16"/>'
    "</styleSheet>"
)
# The people of the list. One text is in runs, as when a letter of it is bold; spaces are kept.
_TEXTS = (
    "<t>Full name</t>",
    "<t>Email address</t>",
    "<t>Agency</t>",
    "<t>Job group</t>",
    "<t>Start date</t>",
    '<r><t>Andr</t></r><r><rPr><b/><sz val="11"/><color rgb="FF000000"/><rFont'
    ' val="Calibri"/><family val="2"/></rPr><t>é</t></r><r><rPr><sz val="11"/><rFont'
    ' val="Calibri"/></rPr><t xml:space="preserve"> Núñez</t></r>',
    "<t>andre@police.example</t>",
    "<t>Police</t>",
    "<t>Police officer</t>",
    '<t xml:space="preserve">Zoë O’Hara </t>',
    "<t>zoe@police.example</t>",
    '<t xml:space="preserve">Police </t>',
    "<t>How to use this list</t>",
    '<t xml:space="preserve">People to invite \nas of 5 November</t>',
)
_SHARED = (
    f'{_HEAD}<sst xmlns="{_MAIN}" count="24" uniqueCount="{len(_TEXTS)}">'
    + "".join(f"<si>{text}</si>" for text in _TEXTS)
    + "</sst>"
)


def _row(number: int, *cells: str) -> str:
    return (
        f'<row r="{number}" spans="1:5" x14ac:dyDescent="0.25">{"".join(cells)}</row>'
    )


def _text(place: str, which: int, style: int = 0) -> str:
    dressed = f' s="{style}"' if style else ""
    return f'<c r="{place}"{dressed} t="s"><v>{which}</v></c>'


def _sheet(rows: str, extent: str, rest: str = "") -> str:
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:mc="{_MC}"'
        f' mc:Ignorable="x14ac xr" xmlns:x14ac="{_X14AC}" xmlns:xr="{_XR}"'
        f' xr:uid="{{0B1C}}"><dimension ref="{extent}"/><sheetViews><sheetView'
        ' workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"'
        f' x14ac:dyDescent="0.25"/><sheetData>{rows}</sheetData>{rest}</worksheet>'
    )


def _list(title: bool, extent: str) -> tuple[str, str]:
    """The sheet of people, and where its table is."""
    down = 2 if title else 0
    top = _row(1, _text("A1", 13)) if title else ""
    h, a, z = 1 + down, 2 + down, 4 + down
    table = f"A{h}:E{z}"
    rows = top + "".join(
        (
            _row(h, *(_text(f"{c}{h}", n) for n, c in enumerate("ABCDE"))),
            _row(
                a,
                _text(f"A{a}", 5),
                _text(f"B{a}", 6, style=1),
                _text(f"C{a}", 7),
                _text(f"D{a}", 8),
                f'<c r="E{a}" s="2"><v>41218</v></c>',
            ),
            # An empty row that was dressed.
            _row(a + 1, f'<c r="A{a + 1}" s="1"/>', f'<c r="E{a + 1}" s="2"/>'),
            _row(
                z,
                _text(f"A{z}", 9),
                _text(f"B{z}", 10, style=1),
                _text(f"C{z}", 11),
                f'<c r="D{z}" t="str"><f>D{a}</f><v>Police officer</v></c>',
                f'<c r="E{z}" s="2"><f>TODAY()</f><v>41219</v></c>',
            ),
        )
    )
    rest = (
        f'<hyperlinks><hyperlink ref="B{a}" r:id="rId1" xr:uid="{{1}}"/><hyperlink'
        f' ref="B{z}" r:id="rId2" xr:uid="{{2}}"/></hyperlinks><pageMargins left="0.7"'
        ' right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><tableParts'
        ' count="1"><tablePart r:id="rId3"/></tableParts>'
    )
    return _sheet(rows, extent or f"A1:E{z}", rest), table


def _table(where: str) -> str:
    names = ("Full name", "Email address", "Agency", "Job group", "Start date")
    columns = "".join(
        f'<tableColumn id="{n}" xr3:uid="{{{n}}}" name="{name}"/>'
        for n, name in enumerate(names, start=1)
    )
    return (
        f'{_HEAD}<table xmlns="{_MAIN}" xmlns:mc="{_MC}" mc:Ignorable="xr xr3" xmlns:xr='
        f'"{_XR}" xmlns:xr3="http://schemas.microsoft.com/office/spreadsheetml/2016/'
        f'revision3" id="1" xr:uid="{{3}}" name="Table1" displayName="Table1" ref="{where}"'
        f' totalsRowShown="0"><autoFilter ref="{where}"/><tableColumns count="5">{columns}'
        '</tableColumns><tableStyleInfo name="TableStyleMedium2" showRowStripes="1"/>'
        "</table>"
    )


def excel(
    *, title: bool = False, extent: str = "", before: str = "", strict: bool = False
) -> bytes:
    """Two people of the police. ``title`` puts one above the headings, ``extent`` is what the sheet
    claims of itself, ``before`` ("hidden" or "visible") puts another sheet in front.
    """
    people, table = _list(title, extent)
    notes = _sheet(_row(1, _text("A1", 12)), "A1")
    names = ("Notes", "Staff") if before else ("Staff", "Notes")
    states = (' state="hidden"' if before == "hidden" else "", "")
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}"{state} r:id="rId{n}"/>'
        for n, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    )
    place = 2 if before else 1
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _TOP,
        "xl/workbook.xml": _WORKBOOK.replace("{sheets}", sheets).replace(
            "{tab}", str(place - 1)
        ),
        "xl/_rels/workbook.xml.rels": _BOOK_RELATIONS,
        f"xl/worksheets/sheet{place}.xml": people,
        f"xl/worksheets/sheet{3 - place}.xml": notes,
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": _SHARED,
        f"xl/worksheets/_rels/sheet{place}.xml.rels": _relations(
            (
                f"{_OFFICE}/hyperlink",
                "mailto:andre@police.example",
                ' TargetMode="External"',
            ),
            (
                f"{_OFFICE}/hyperlink",
                "mailto:zoe@police.example",
                ' TargetMode="External"',
            ),
            (f"{_OFFICE}/table", "../tables/table1.xml", ""),
        ),
        "xl/tables/table1.xml": _table(table),
        "xl/calcChain.xml": f'{_HEAD}<calcChain xmlns="{_MAIN}"><c r="D4" i="{place}"/>'
        f'<c r="E4" i="{place}"/></calcChain>',
        "docProps/core.xml": _CORE,
        "docProps/app.xml": _APP.replace("{first}", names[0]).replace(
            "{second}", names[1]
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            if strict:  # "Strict Open XML Spreadsheet" in Excel's list of kinds
                words = words.replace(
                    _OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
                )
                words = words.replace(
                    _MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"
                )
            archive.writestr(name, words)
    return out.getvalue()
