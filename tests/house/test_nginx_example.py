"""The example for nginx: nothing that anybody sends lies in a file in clear, and its log knows less."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reviews.files.uploads import MOST_BYTES
from reviews.models import Stage, User
from tests.adversarial.policy import PAGES, address, parts, rules
from tests.adversarial.real_objects import PAIRS, make_world, named, said
from tests.make import move

EXAMPLE = Path(settings.BASE_DIR) / "deploy/nginx.conf.example"
_TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|[{};]|[^\s{};"\']+')
_SIZES = {"k": 1024, "m": 1024**2}


@dataclass
class Block:
    """Directives of a block by name, with what the blocks around it say where it says nothing."""

    words: list[str]
    says: dict[str, list[list[str]]] = field(default_factory=dict)
    inner: list["Block"] = field(default_factory=list)
    outer: "Block | None" = None

    def all(self, name: str) -> list[list[str]]:
        if name in self.says:
            return self.says[name]
        return self.outer.all(name) if self.outer else []

    def one(self, name: str) -> str:
        found = self.all(name)
        return " ".join(found[0]) if found else ""

    def size(self, name: str) -> int:
        value = self.one(name)
        return int(value[:-1]) * _SIZES[value[-1]] if value else 0


def parsed(text: str) -> Block:
    tokens = iter(_TOKEN.findall(re.sub(r"(?m)^\s*#.*$", "", text)))
    return _block(Block([]), tokens)


def _block(block: Block, tokens: Iterator[str]) -> Block:
    words: list[str] = []
    for token in tokens:
        if token == ";":
            block.says.setdefault(words[0], []).append(words[1:])
            words = []
        elif token == "{":
            block.inner.append(_block(Block(words, outer=block), tokens))
            words = []
        elif token == "}":
            return block
        else:
            words.append(token.strip("\"'"))
    return block


@pytest.fixture(scope="module")
def site() -> Block:
    servers = [
        each for each in parsed(EXAMPLE.read_text()).inner if each.words == ["server"]
    ]
    (found,) = [each for each in servers if "443" in each.one("listen")]
    return found


def place_of(site: Block, where: str) -> Block:
    """As nginx chooses: the longest prefix if it says ^~, else the first pattern, else the prefix."""
    prefixes = [
        each
        for each in site.inner
        if each.words[1] != "~" and where.startswith(each.words[-1])
    ]
    longest = max(prefixes, key=lambda each: len(each.words[-1]))
    if longest.words[1] == "^~":
        return longest
    for each in site.inner:
        if each.words[1] == "~" and re.search(each.words[2], where):
            return each
    return longest


ADDRESSES = {name: address(name, 7) for name in PAGES}
# A part of an address that says what must not be logged.
_SPEECH = re.compile(r"/(notes?|my-day|comments|excerpts?)/")
_BY_LINK = re.compile(r"^/(q|calendar)/")


def silent() -> list[str]:
    """Where a line would tell who wrote, screened or used what somebody said, or a secret itself."""
    return [
        where
        for name, where in ADDRESSES.items()
        if _BY_LINK.match(where)
        or "token" in parts(PAGES[name])
        or (where.startswith("/reviews/") and _SPEECH.search(PAGES[name].route))
    ]


def test_nothing_but_an_upload_is_larger_than_the_buffer_that_holds_it(
    site: Block,
) -> None:
    """By a buffer of that size, and not by sending it straight on: whoever sends slowly would hold a
    thread. Django takes no larger form."""
    for where in [*ADDRESSES.values(), "/account/login/", "/account/key/1-secret/"]:
        place = place_of(site, where)
        if place.one("proxy_request_buffering") == "off":
            continue
        most = place.size("client_max_body_size")
        assert most, where
        assert place.size("client_body_buffer_size") >= most, where
        assert place.one("proxy_pass"), where
    most = place_of(site, "/reviews/7/my-day/").size("client_max_body_size")
    assert most >= settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_respondents_bodies_are_buffered_and_small(site: Block) -> None:
    place = place_of(site, "/q/questions/1")

    assert place.one("proxy_request_buffering") != "off"
    # The most that a page of answers holds: their sealed field twice over, and own words.
    assert place.size("client_max_body_size") >= 8 * 16 * 1024
    assert ["X-Forwarded-For", ""] in place.all("proxy_set_header")


@pytest.mark.adversarial
@pytest.mark.django_db
def test_uploads_go_straight_through_a_few_at_a_time(
    site: Block, tmp_path: Path
) -> None:
    """Every page that has a box for a file, found by looking at it, and nothing else."""
    world = make_world(tmp_path)
    User.objects.filter(memberships__access_role="RM").update(may_create_reviews=True)
    uploads = {}
    for rule in rules().values():
        if rule.kind == "review" and rule.does != "page":
            continue
        if rule.kind not in ("review", "member"):
            continue
        pairs = [pair for pair in PAIRS if rule.allows(*pair)]
        role, stage = pairs[0] if pairs else ("RM", Stage.SET_UP)
        if rule.kind == "member" and parts(PAGES[rule.name]):
            continue
        move(world.review, Stage(stage))
        things = named(rule, world.things) if rule.object else {}
        where = address(rule.name, world.review.pk, **things)
        answer: Any = world.here[role].get(where)
        if said(answer) == "page":
            uploads[where] = b'enctype="multipart/form-data"' in answer.content

    assert {where for where, has_file in uploads.items() if has_file} >= {
        "/frameworks/import/",
        "/reviews/import/",
        "/reviews/move-in/",
    }
    assert sum(uploads.values()) >= 9
    for where, has_file in uploads.items():
        place = place_of(site, where)
        straight = place.one("proxy_request_buffering") == "off"
        assert straight == has_file, where
        if straight:
            assert place.size("client_max_body_size") > MOST_BYTES
            assert place.one("limit_conn").split()[0] == "uploads"
            # Less than the threads that there are, or uploads alone could hold them all.
            assert int(place.one("limit_conn").split()[1]) < 8
            # Else a body of unknown length is put into a file first.
            assert place.one("proxy_http_version") == "1.1"


def test_the_log_has_no_query_and_nothing_of_speech_or_of_a_secret_address(
    site: Block,
) -> None:
    (form,) = parsed(EXAMPLE.read_text()).says["log_format"]
    places = silent()

    assert "$request_uri" not in " ".join(form)
    assert "$args" not in " ".join(form)
    assert '$request"' not in " ".join(form)
    assert len(places) > 20
    for where in [*places, "/account/key/1-secret/"]:
        place = place_of(site, where)
        assert place.one("access_log") == "off", where
        assert place.one("error_log") == "/dev/null crit", where


@pytest.mark.parametrize(
    "where",
    ["/reviews/7/my-day/", "/reviews/7/notes/", "/q/anything", "/calendar/x/plan.ics"],
)
def test_the_places_that_the_specification_names_are_among_them(where: str) -> None:
    assert where in silent() or where in ("/q/anything", "/calendar/x/plan.ics")


def test_other_pages_are_logged(site: Block) -> None:
    """The control: a log of nothing would pass as well."""
    for name in ("reviews:team", "scheduling:timetable", "feedback:report"):
        assert "review.log" in place_of(site, ADDRESSES[name]).one("access_log")
    assert "review.log" in place_of(site, "/account/login/").one("access_log")


def test_pages_on_their_way_back_lie_in_no_file_either(site: Block) -> None:
    for where in ADDRESSES.values():
        assert place_of(site, where).one("proxy_max_temp_file_size") == "0"


def test_every_place_says_whom_it_speaks_for(site: Block) -> None:
    """nginx forgets all headers of the block around where a place sets one of its own."""
    for place in site.inner:
        headers = {name for name, _ in place.all("proxy_set_header")}
        assert headers == {"Host", "X-Forwarded-Proto", "X-Forwarded-For"}
