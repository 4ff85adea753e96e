"""A mail server that takes everything and forgets it but for the addresses. Run as a script.

It prints its port, then writes each address to ``--log`` once it has answered for its message.
"""

import argparse
import asyncio
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ADDRESS = re.compile(rb"<([^>]*)>")


class Sink:
    def __init__(self, log: Path, delay: float, hang_up: int) -> None:
        self.log = log.open("ab", buffering=0)
        self.delay, self.hang_up = delay, hang_up
        self.messages = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        # Senders are killed in the middle: that is what it is for.
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"220 sink\r\n")
        to = b""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-sink\r\n250 8BITMIME\r\n")
            elif verb == b"RCPT":
                found = _ADDRESS.search(line)
                to = found[1] if found else b""
                writer.write(b"250 ok\r\n")
            elif verb == b"DATA":
                if not await self._take(reader, writer, to):
                    break
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: bytes
    ) -> bool:
        """One message; False when the server goes away without saying whether it has it."""
        writer.write(b"354 go on\r\n")
        await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        self.messages += 1
        self.log.write(to + b"\n")
        if self.hang_up and self.messages % self.hang_up == 0:
            return False
        writer.write(b"250 kept\r\n")
        return True


async def _run(sink: Sink, port: int) -> None:
    server = await asyncio.start_server(
        sink.serve, "127.0.0.1", port, limit=2**20, backlog=50
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


@dataclass
class Running:
    """A sink in a process of its own."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def received(self) -> Counter[str]:
        return Counter(self.log.read_text().split())

    def wait_for(self, number: int, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while self.log.stat().st_size == 0 or sum(self.received().values()) < number:
            assert time.monotonic() < until, f"only {self.received().total()} came"
            time.sleep(0.005)


@contextmanager
def running(
    folder: Path, *, delay: float = 0.0, hang_up: int = 0, port: int = 0
) -> Iterator[Running]:
    """``delay`` seconds for each message; ``hang_up`` at each so-manieth, without an answer."""
    log = folder / "received"
    log.touch()
    words = ["--log", str(log), "--delay", str(delay), "--hang-up", str(hang_up)]
    sink = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, __file__, *words, "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sink.stdout is not None
        yield Running(int(sink.stdout.readline()), log)
    finally:
        sink.kill()
        sink.communicate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--hang-up", type=int, default=0)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    asyncio.run(_run(Sink(given.log, given.delay, given.hang_up), given.port))
