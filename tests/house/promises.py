"""What the product says: every sentence of a page, letter, framework, catalogue or document, and
which of them promise something about who can see, link, open or keep what, and until when.

A tag that says something stands as ``[kept_for review.words_kept]``, a choice as ``either | or``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("peerreview", "reviews", "questionnaires"),
    *("casemapping", "scheduling", "feedback"),
)

# A sentence with one of these may promise something.
PROMISING = re.compile(
    r"\b("
    # Who can see and open what.
    r"nobody|no one|no-one|only|alone|secret\w*|private\w*|privacy|confiden\w+|anonym\w+"
    r"|non[- ]attribut\w+|attribut\w+|untied|tied|hidden|hides?|mask\w*|author\w*|names? (nobody|no)"
    r"|(council|employer|organiser|contacts?|sponsor|manager|leader|team|agency|agencies|partners|peers?"
    r"|colleague|who|whoever|everybody|reader|they|it|you|nor) (\w+ ){0,3}(sees?|reads?)"
    r"|can (read|see|open|tell|find|follow|guess|connect)|read by|(is|are|be|was|were|not) shown"
    r"|(is|are|be|was) given|you may see|guess\w*|connect\w*|recognis\w+|identif\w+"
    r"|used by|everybody on the review|your name|belongs? to|digest|no child\w*|computer|exception"
    r"|dies|(is|are) (told|locked|refused|searched)|reads your|giv(es?|ing) (\w+ ){0,2}away|another row"
    r"|work(ed|s)? (it |that )?out|find out|in no order|joined|lead(s|ing)? (to|from) (a|it|them|one|the) "
    # What is never done, or cannot be.
    r"|cannot|can’t|can't|never|not even|neither|impossible|unread\w*|nowhere|no (names?|address"
    r"|table|list|group|answers?|second|single|third|more|device|figure|difference|share|time|number"
    r"|birth|session|other agency|earlier|copy|moment|actor|page (says|shows|brings))"
    # How it is kept from others.
    r"|seal\w*|shuffl\w+|mix(es|ed|ing)?|encrypt\w+|two people|second person|other person|trace\w*"
    r"|two passphrases|random\w*|chance|once|anew|back ?ups?|logs|logged|screen(ed|ing)"
    # Until when.
    r"|gone|at a time|at least (two|three|five|\d+)|nearest (ten|5|10)|byte for byte|same day"
    r"|made up is|typed and|opened the|in what order|not counted|fewer (than|people)"
    r"|destr\w+|delet\w+|eras\w+|overwrit\w+|withh\w+|forg[eo]t\w*|kept|lapses?|lapsed|goes? with"
    r"|the close|is closed|after the (release|visit)|is released|years?"
    r"|who (said|answered|wrote|has answered)|(see|sees|know|knows|tells?|says?) (who|which)"
    r")\b",
    re.IGNORECASE,
)
# These say as often how things stand; in a heading or a cell of a table they do so always.
WEAK = re.compile(
    r"\b(nothing|none|no longer|without|until|stays?|keeps?|log|sees?|shown|not (\w+ )?yet)\b",
    re.IGNORECASE,
)
LEAST_WORDS = 5

_BREAK = re.compile(
    r"</?(p|li|ul|ol|dl|dt|dd|td|th|tr|table|caption|h[1-6]|div|section|main|header|footer|nav"
    r"|form|fieldset|legend|label|button|summary|details|title|br|body|html|head|option|select"
    r"|blockquote|figure|figcaption|aside|article|thead|tbody|svg|text|desc)\b[^>]*>",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])[”’\"')\]]*\s+(?=[“‘\"'(\[]*[A-Z\[“‘$%{])")
_PARTS = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
_SAID_IN_TAGS = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'')
_COMMENTS = re.compile(
    r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL
)
# Tags that say nothing where they stand.
_SILENT = (
    r"if|elif|else|endif|for|empty|endfor|with|endwith|load|extends|block|endblock|include|csrf_token"
    r"|blocktranslate|blocktrans|endblocktranslate|endblocktrans|plural|spaceless|endspaceless"
    r"|autoescape|endautoescape|ifchanged|endifchanged|cycle|url|static|regroup|language|endlanguage"
    r"|get_current_language|filter|endfilter|verbatim|endverbatim|now"
)


def flat(text: str) -> str:
    return " ".join(text.split())


def sentences_in(text: str) -> Iterator[str]:
    """Those of one paragraph."""
    for each in _END.split(flat(text)):
        if said := each.strip():
            yield said


def of_template(source: str) -> Iterator[str]:
    source = _COMMENTS.sub(" ", source)
    apart: list[str] = []
    # A tag that is closed again is a component around what is said.
    around = set(re.findall(r"\{%\s*end(\w+)\s*%\}", source))

    def told(match: re.Match[str]) -> str:
        tag = match[1]
        inner = tag[2:-2].strip()
        if tag.startswith("{{"):
            return f"[{inner}]"
        name = inner.split()[0] if inner else ""
        strings = [
            a or b for a, b in _SAID_IN_TAGS.findall(inner) if " " in (a or b).strip()
        ]
        if name in ("translate", "trans"):
            return strings[0] if strings else ""
        apart.extend(strings)
        if name in ("else", "elif", "plural", "empty"):
            return " | "
        if strings or name in around or re.fullmatch(rf"end\w+|{_SILENT}", name):
            # An element of its own ends a sentence; a choice inside one does not.
            inline = name in (
                *("if", "endif", "with", "endwith", "for", "endfor", "url", "static"),
                *("blocktranslate", "endblocktranslate", "spaceless", "endspaceless"),
            )
            return "" if inline else "\n\n"
        return f"[{inner}]"

    text = _PARTS.sub(told, source)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    # What an ear hears is said too.
    apart += [
        found
        for found in re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', text)
        if " " in found
    ]
    text = _BREAK.sub("\n\n", text)
    text = re.sub(r"</?[a-zA-Z][^>]*>", "", text)
    text = text.replace("&nbsp;", " ").replace("&amp;", "&")
    for paragraph in (*re.split(r"\n\s*\n|\n(?=- )", text), *apart):
        yield from sentences_in(paragraph.replace("\\n", " "))


def of_python(source: str) -> Iterator[str]:
    """Strings that may be said; docstrings say theirs to nobody."""
    tree = ast.parse(source)
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    # Parts of a string that is said as a whole.
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            silent |= {id(each) for each in ast.walk(node) if each is not node}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                each.value
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
                else f"[{ast.unparse(each.value)}]"
                if isinstance(each, ast.FormattedValue)
                else ""
                for each in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if _said(text):
            for paragraph in re.split(r"\n\s*\n|\n(?=- )", text):
                yield from sentences_in(paragraph)


_OF_MACHINES = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|PRAGMA) [A-Z]|\s*<"
)
A_LIST = 40


def _said(text: str) -> bool:
    """Not a code, a statement of SQL, markup, or one of the lists of words of the screening."""
    words = text.split()
    if _OF_MACHINES.match(text) or (
        len(words) > A_LIST and not re.search("[.,:]", text)
    ):
        return False
    return len(words) > 1 or text.endswith(".")


def of_framework(source: str) -> Iterator[str]:
    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for each in value.values():
                yield from texts(each)
        elif isinstance(value, list):
            for each in value:
                yield from texts(each)

    for text in texts(yaml.safe_load(source)):
        for paragraph in text.split("\n\n"):
            yield from sentences_in(paragraph)


def of_catalogue(source: str) -> Iterator[str]:
    """Its English: what is said before it is translated."""
    for entry in re.findall(
        r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\n?)+)', source, re.MULTILINE
    ):
        text = "".join(ast.literal_eval(each) for each in entry.splitlines() if each)
        yield from sentences_in(re.sub(r"%\((\w+)\)s", r"[\1]", text))


def of_document(source: str) -> Iterator[str]:
    """Its paragraphs, the items of its lists, and of a table each row as a whole."""
    source = re.sub(r"^```.*?^```", "", source, flags=re.MULTILINE | re.DOTALL)
    source = re.sub(r"^[ \t]*> ?", "", source, flags=re.MULTILINE)
    source = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", source)
    source = source.replace("**", "")
    for part in re.split(
        r"\n\s*\n|\n(?=\s*[-*] )|\n(?=\s*\d+\. )|\n(?=\s*\|)|\n(?=#)", source
    ):
        if part.lstrip().startswith("|"):
            row = flat(part).strip("| ")
            if set(row) - set("|-: "):
                yield row
        else:
            yield from sentences_in(re.sub(r"^\s*([-*]|\d+\.|#+) ", "", part))


def sources() -> Iterator[tuple[str, Iterator[str]]]:
    """Every file that says something, and its sentences."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield _named(path), of_template(path.read_text())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            # What the demonstration's people write is theirs; commands speak to whoever
            # runs the machine.
            if not {"migrations", "demo", "management"} & set(
                path.relative_to(ROOT).parts
            ):
                yield _named(path), of_python(path.read_text())
    for path in sorted((ROOT / "reviews" / "frameworks").glob("*.yaml")):
        yield _named(path), of_framework(path.read_text())
    for path in sorted((ROOT / "locale").rglob("*.po")):
        yield _named(path), of_catalogue(path.read_text())
    for path in sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]):
        # Of their days, for whoever changes the code, or of how long things take.
        if path.name not in ("CHANGELOG.md", "CONTRIBUTING.md", "performance.md"):
            yield _named(path), of_document(path.read_text())


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


_TAG = re.compile(r"\[[^\[\]]*\]")
_PERIOD = re.compile(r"\[[^\]]*(kept_for|retention\.|words_until|kept_until)")


def promising(sentence: str) -> bool:
    if _PERIOD.search(sentence):
        return True
    # A name in a tag is the code's, not said.
    while sentence != (sentence := _TAG.sub("", sentence)):
        pass
    if PROMISING.search(sentence):
        return True
    return len(sentence.split()) >= LEAST_WORDS and WEAK.search(sentence) is not None


def promises() -> dict[str, list[str]]:
    """Each sentence that may promise something, and the files in which it stands."""
    found: dict[str, list[str]] = {}
    for name, sentences in sources():
        for sentence in sentences:
            if promising(sentence) and name not in found.setdefault(sentence, []):
                found[sentence].append(name)
    return found
