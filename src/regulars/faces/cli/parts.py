"""The parts of an import side by side, each in a process of its own.

A part writes one line of JSON a batch; only the process above it saves how far the import is. The
parts end with it, even by kill -9.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from queue import SimpleQueue
from typing import IO, Annotated

import msgspec
import typer

from regulars.faces.cli.words import language_learnt
from regulars.foundation.errors import Told
from regulars.foundation.processes import collections_made_rare, end_with_parent
from regulars.rules.imports.errors import ImportStopped
from regulars.rules.imports.services import part_run
from regulars.rules.imports.types import BatchReport, Plan

Noted = Callable[[BatchReport], None]
# What a part's listener hears: a line, or None when the part has ended.
Heard = SimpleQueue[tuple["Part", bytes | None]]

_REPORT = msgspec.json.Decoder(BatchReport)
_LAST_WORDS_MAX = 300


def import_part(
    part: Annotated[int, typer.Argument()], parent: Annotated[int, typer.Argument()]
) -> None:
    """Runs one part of an import for the command above it, which sends the plan."""
    end_with_parent(parent, signal.SIGKILL)
    collections_made_rare()
    language_learnt()
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    out = sys.stdout.buffer

    def written(report: BatchReport) -> None:
        out.write(msgspec.json.encode(report) + b"\n")
        out.flush()

    part_run(plan, part, written)


def parts_run(plan: Plan, noted: Noted) -> None:
    """Runs all parts to their end; `noted` is called in this process after each batch."""
    if plan.asked.parts == 1:
        part_run(plan, 0, noted)
        return
    heard: Heard = SimpleQueue()
    with ExitStack() as stack:
        running = {Part(stack, plan, number, heard) for number in range(plan.asked.parts)}
        while running:
            part, line = heard.get()
            if line is not None:
                noted(_REPORT.decode(line))
                continue
            part.ended_well()
            running.remove(part)


class Part:
    """A process that runs one part, and the thread that listens to it."""

    def __init__(self, stack: ExitStack, plan: Plan, number: int, heard: Heard) -> None:
        self._errors: IO[bytes] = stack.enter_context(
            tempfile.TemporaryFile()  # noqa: SIM115 - the stack closes it
        )
        command = [sys.executable, "-m", "regulars", "import-part", str(number), str(os.getpid())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        self._listener = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        stack.callback(self._end)
        self._listener.start()
        with self._input as sending:
            sending.write(msgspec.json.encode(plan))

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - tells the type checker
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - tells the type checker
        return self._process.stdout

    def _listen(self, heard: Heard) -> None:
        for line in self._output:
            heard.put((self, line))
        heard.put((self, None))

    def ended_well(self) -> None:
        """Waits for the process; refuses with its last words when it failed."""
        code = self._process.wait()
        if code != 0:
            self._errors.seek(0)
            lines = self._errors.read().decode(errors="replace").strip().splitlines()
            last = (
                lines[-1][-_LAST_WORDS_MAX:]
                if lines
                else Told(f"a part ended with {code}", f"有一部分以 {code} 结束")
            )
            raise ImportStopped(problem=last)

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._listener.join()
        self._output.close()
