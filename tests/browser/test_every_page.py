"""Every page that anybody of the demonstration reaches, at three widths (T43).

No page breaks the content policy, carries a script or style of its own, asks anything of
another site, scrolls sideways or fails the accessibility check. Each is heard as it is seen, and
keeps what it says in forced colours and with text at twice its size.
"""

import re
from pathlib import Path

from playwright.sync_api import Browser

from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import walk


def test_every_page_keeps_to_the_policy_is_accessible_and_fits(
    walked: dict[Goal, walk.Looked],
) -> None:
    looked = walked.values()
    faults = [fault for each in looked for fault in each.faults]
    assert not faults, "\n".join(faults)
    assert set().union(*(each.elsewhere for each in looked)) == set()
    # The crawl itself must not shrink unseen.
    assert len(set().union(*(each.names for each in looked))) > 140


def test_every_page_is_heard_and_lasts(walked: dict[Goal, walk.Looked]) -> None:
    faults = [
        f"{goal.value}: {fault}"
        for goal, looked in walked.items()
        for fault in looked.heard
    ]
    assert not faults, "\n".join(faults)


def test_a_script_in_the_page_would_be_blocked_and_seen(
    chromium: Browser, stages: dict[Goal, Site], tmp_path: Path
) -> None:
    """The control: with the site's own policy, what these tests look for does happen."""
    site = stages[Goal.ON_SITE]
    looked = walk.Looked()
    context = walk.context_of(chromium, site, looked)
    page = context.new_page()

    def with_inline(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        body = re.sub(
            "</main>",
            '<script>window.ran = 1</script><p style="color: red" onclick="x()">a</p>'
            '<img src="https://elsewhere.example/dot.gif" alt=""></main>',
            answer.text(),
        )
        route.fulfill(response=answer, body=body)  # type: ignore[attr-defined]

    page.route("**/account/login/", with_inline)
    faults = list(walk.look(page, site, "/account/login/"))
    assert page.evaluate("window.ran") is None
    kinds = {fault.split()[0] for fault in faults if not fault.startswith("inline")}
    assert {"script-src-elem", "style-src-attr", "script-src-attr", "img-src"} <= kinds
    assert {fault for fault in faults if fault.startswith("inline")} == {
        "inline script",
        "inline p style",
        "inline p onclick",
    }
    assert looked.faults != []
    context.close()
