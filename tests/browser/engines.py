"""Firefox by Marionette and WebKit by its driver, behind one small person at a browser.

Both speak WebDriver in slightly different Python; what differs stands in two classes.
"""

import gc
import os
import shutil
import socket
import subprocess
import warnings
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from tests.browser.site import free_port
from tests.browser.visitor import wait_for

START = 120.0
# Whatever a browser asks of its maker ends at a port where nobody listens.
_NOWHERE = {
    "network.proxy.type": 1,
    **{
        f"network.proxy.{kind}{what}": value
        for kind in ("http", "ssl", "socks")
        for what, value in (("", "127.0.0.1"), ("_port", 9))
    },
    "network.proxy.no_proxies_on": "127.0.0.1",
}
# The control that somebody means by these words: by its label, or by what stands on it.
_LABELLED = """
const [words] = arguments;
const said = one => one.textContent.replace(/\\s+/g, " ").trim();
const label = [...document.querySelectorAll("main label")].find(
    one => said(one).startsWith(words) && one.control && one.control.type !== "hidden");
return label ? label.control : null;
"""
_TO_PRESS = """
const [words, kind] = arguments;
const said = one => one.innerText.replace(/\\s+/g, " ").trim();
return [...document.querySelectorAll(kind)].find(
    one => one.checkVisibility() && !one.ariaHidden && said(one).startsWith(words)) || null;
"""
_TEXT = 'return document.querySelector("main").innerText.replace(/\\s+/g, " ").trim();'
# Left in a page, it says whether the browser has gone on to another.
_MARK = "document.documentElement.dataset.left = 'yes';"
_IS_NEW = """
return document.readyState === "complete" && !document.documentElement.dataset.left;
"""
# GOV.UK Frontend writes down each part that it has brought to life.
_IS_ALIVE = """
return [...document.querySelectorAll("[data-module^=govuk-]")].every(
    one => one.hasAttribute(`data-${one.dataset.module}-init`));
"""

_CONSOLE = """
const said = Services.console.getMessageArray();
Services.console.reset();
return said
    .filter(one => one instanceof Ci.nsIScriptError && !(one.flags & one.warningFlag))
    .filter(one => /^(content javascript|CSP_)/.test(one.category))
    .map(one => `${one.sourceName}: ${one.errorMessage}`);
"""


class Engine(ABC):
    """A browser and one person at it. ``name`` is what it calls itself."""

    name: str

    @abstractmethod
    def go(self, address: str) -> None: ...

    @abstractmethod
    def run(self, script: str, *values: object) -> Any: ...

    @abstractmethod
    def back(self) -> None: ...

    @abstractmethod
    def forget(self) -> None:
        """Delete the cookies, as somebody who comes with another browser."""

    @abstractmethod
    def close(self) -> None: ...

    # --- what somebody does, the same in both --------------------------------------------

    def find(self, script: str, *values: object) -> Any:
        """The element that ``script`` gives, once it is there."""
        found: list[Any] = []

        def is_there() -> bool:
            found[:] = [self.run(script, *values)]
            return found[0] is not None

        wait_for(is_there, f"{values} is not at {self.url}: {self.text}")
        return found[0]

    def type(self, label: str, words: str) -> None:
        box = self.find(_LABELLED, label)
        box.clear()
        box.send_keys(words)

    def choose(self, label: str) -> None:
        box = self.find(_LABELLED, label)
        if not self.run("return arguments[0].checked", box):
            box.click()
        assert self.run("return arguments[0].checked", box), label

    def press(self, words: str) -> None:
        """A button, which leads to another page or the same one anew."""
        self._leave_by(self.find(_TO_PRESS, words, "button"))

    def follow(self, words: str) -> None:
        self._leave_by(self.find(_TO_PRESS, words, "a"))

    def press_here(self, words: str) -> None:
        """A button that does its work without leaving the page."""
        self.find(_TO_PRESS, words, "button").click()

    def _leave_by(self, control: Any) -> None:
        self.run(_MARK)
        control.click()
        wait_for(lambda: self.run(_IS_NEW), "nothing came of it")
        wait_for(self.is_alive, f"scripts do not run at {self.url}")

    def is_alive(self) -> bool:
        """Whether the scripts of this page have done their work."""
        return bool(self.run(_IS_ALIVE))

    @property
    def url(self) -> str:
        return str(self.run("return location.href"))

    @property
    def text(self) -> str:
        return str(self.run(_TEXT))

    def reads(self, *pieces: str) -> None:
        for piece in pieces:
            assert piece in self.text, f"{piece!r} at {self.url}: {self.text}"


class Firefox(Engine):
    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Mozilla's own libraries use what newer Pythons advise against.
            warnings.simplefilter("ignore", DeprecationWarning)
            from marionette_driver.marionette import Marionette

            self._driver = Marionette(
                bin=_program("firefox-esr"),
                headless=True,
                port=free_port(),
                prefs=_NOWHERE,
                gecko_log=str(folder / "firefox.log"),
                startup_timeout=START,
            )
            self._driver.start_session()
        self.name = str(self._driver.session_capabilities["browserName"])

    def go(self, address: str) -> None:
        self._driver.navigate(address)

    def run(self, script: str, *values: object) -> Any:
        return self._driver.execute_script(script, script_args=values)

    def back(self) -> None:
        from marionette_driver.errors import UnknownException

        try:
            self._driver.go_back()
        except UnknownException as error:
            # It has kept nothing of that page, and says so in a page of its own.
            assert "notCached" in str(error), error  # noqa: PT017

    def forget(self) -> None:
        self._driver.delete_all_cookies()

    def complaints(self) -> list[str]:
        """What came to the console since this was last asked: broken scripts, blocked content."""
        with self._driver.using_context("chrome"):
            return list(self._driver.execute_script(_CONSOLE))

    def close(self) -> None:
        self._driver.cleanup()
        # Its libraries tidy up again when they are forgotten: not at the end of everything.
        del self._driver
        gc.collect()


class WebKit(Engine):
    """In a window of a screen that nobody sees: WebKit's browser has no mode without one.

    What comes to its console is told to nobody, so that Firefox alone is asked for complaints.
    """

    def __init__(self, folder: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.remote.client_config import ClientConfig
        from selenium.webdriver.remote.remote_connection import RemoteConnection
        from selenium.webdriver.webkitgtk.options import Options

        self._screen, display = _screen()
        port = free_port()
        with (folder / "webkit.log").open("wb") as log:
            self._server = subprocess.Popen(  # noqa: S603 - the browser's own driver
                [_program("WebKitWebDriver"), "--host=127.0.0.1", f"--port={port}"],
                env={**os.environ, "DISPLAY": display},
                stdout=log,
                stderr=log,
            )
        wait_for(lambda: _listens(port), "WebKit's driver did not start")
        options = Options()
        options.binary_location = _mini_browser()
        options.add_argument("--automation")
        server = ClientConfig(f"http://127.0.0.1:{port}")
        self._driver = webdriver.Remote(
            RemoteConnection(client_config=server), options=options
        )
        self.name = self._driver.name

    def go(self, address: str) -> None:
        self._driver.get(address)

    def run(self, script: str, *values: object) -> Any:
        return self._driver.execute_script(script, *values)

    def back(self) -> None:
        self._driver.back()

    def forget(self) -> None:
        self._driver.delete_all_cookies()

    def close(self) -> None:
        self._driver.quit()
        for process in (self._server, self._screen):
            process.terminate()
            process.wait(10)


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not installed: make setup installs it"
    return found


def _mini_browser() -> str:
    """Debian keeps it in a folder of its processor."""
    found = sorted(Path("/usr/lib").glob("*/webkit*gtk-*/MiniBrowser"))
    assert found, "WebKit's browser is not installed: make setup installs it"
    return str(found[-1])


def _screen() -> "tuple[subprocess.Popen[bytes], str]":
    reading, writing = os.pipe()
    size = ("-screen", "0", "1280x900x24")
    screen = subprocess.Popen(  # noqa: S603 - a screen of memory
        [_program("Xvfb"), "-displayfd", str(writing), "-nolisten", "tcp", *size],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    assert number, "the screen did not start"
    return screen, f":{number}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
