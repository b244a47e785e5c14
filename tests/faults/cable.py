"""The cable between a server and its database, which a test can pull out and put back."""

import socket
import threading
from contextlib import suppress

CHUNK = 65536


class Cable:
    """Listens as PostgreSQL does in `folder` and passes everything on to the real socket."""

    NAME = ".s.PGSQL.5432"

    def __init__(self, folder, real):
        self._mine = folder / self.NAME
        self._real = str(real / self.NAME)
        self._ends = []
        self._listener = None
        self._flowing = threading.Event()
        self._flowing.set()
        self.plug_in()

    def plug_in(self):
        """From here on the database answers."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._mine))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def pull_out(self):
        """From here on nobody gets through, and every connection is lost."""
        self._mine.unlink(missing_ok=True)
        ended(self._listener)
        ends, self._ends = self._ends, []
        for end in ends:
            ended(end)

    def stall(self):
        """From here on everything is accepted and nothing arrives, as on a machine that hangs."""
        self._flowing.clear()

    def flow(self):
        """What was accepted meanwhile arrives, and so does all that follows."""
        self._flowing.set()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._real)
            self._ends += [near, far]
            for source, target in ((near, far), (far, near)):
                ends = (source, target, self._flowing)
                threading.Thread(target=passed_on, args=ends, daemon=True).start()


def passed_on(source, target, flowing):
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            flowing.wait()
            target.sendall(chunk)
    ended(target)


def ended(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
