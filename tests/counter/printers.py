"""A receipt printer on the shop's network: it listens, and keeps what it was told to print."""

import os
import socket
import threading
from contextlib import closing, contextmanager


def place_of_ones_own():
    """An address of this machine that no other worker's printer has."""
    return f"127.77.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 1}"


@contextmanager
def printer():
    """A printer at port 9100: answers (its address, what it got on each connection)."""
    papers = []
    with closing(socket.create_server((place_of_ones_own(), 9100))) as listening:

        def prints():
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    paper = b""
                    while piece := line.recv(4096):
                        paper += piece
                    # Before it hangs up: who printed goes on when it does.
                    papers.append(paper)

        thread = threading.Thread(target=prints, daemon=True)
        thread.start()
        yield place_of_ones_own(), papers
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)
