"""A mail server that takes everything at once and keeps only the count.

    python sink.py PORT

Writes how many letters it has into the file ``count`` of the folder it stands in, twice a second.
A process of its own, so that the sender pays nothing for it.
"""

import socketserver
import sys
import threading
import time
from pathlib import Path

letters = 0


class Talk(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        global letters
        self.say(b"220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                self.say(b"250 sink")
            elif word == b"DATA":
                self.say(b"354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                letters += 1
                self.say(b"250 taken")
            elif word == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 ok")

    def say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


if __name__ == "__main__":
    server = Sink(("127.0.0.1", int(sys.argv[1])), Talk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        Path("count.new").write_text(str(letters))
        Path("count.new").rename("count")
        time.sleep(0.1)
