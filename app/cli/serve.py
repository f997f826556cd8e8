"""Serving: one command that keeps a web process and a worker process alive."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from flask import current_app
from waitress.server import create_server

from app.core import settings

APPLICATION = "app.factory:create_app"
PORT_TAKEN = 3
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 15.0


@click.command("serve")
@click.option("--host", help="Address to listen on; SHIFU_HOST otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; SHIFU_PORT otherwise.")
@click.option("--only", type=click.Choice(["web", "worker"]), help="Run one kind of process.")
@click.option("--supervisor", type=int, hidden=True, help="End when this parent ends.")
def serve(host: str | None, port: int | None, only: str | None, supervisor: int | None) -> None:
    """Serve pages and API, and work in the background, until Ctrl-C.

    A web process and a worker process are kept alive: one that dies is started again, after a
    pause that grows while it keeps dying.

    \b
    shifu serve                       both, at http://127.0.0.1:8000
    shifu serve --port 8080           another port
    shifu serve --only worker         one more worker on another machine
    """
    chosen = settings.current()
    address = (host or chosen.host, port or chosen.port)
    if only == "web":
        _serve_web(address, chosen.threads, supervisor)
    else:
        kinds = ["worker"] if only else ["web", "worker"]
        pair = Supervisor([Child(kind, _command(kind, address)) for kind in kinds])
        with _compiling():
            code = pair.run()
        sys.exit(code)


def _command(kind: str, address: tuple[str, int]) -> list[str]:
    ours = f"--supervisor={os.getpid()}"
    if kind == "worker":
        return [sys.executable, "-m", "app.worker", APPLICATION, ours]
    where = ["--host", address[0], "--port", str(address[1])]
    return [sys.executable, "-m", "app", "serve", "--only", "web", ours, *where]


def _serve_web(address: tuple[str, int], threads: int, supervisor: int | None) -> None:
    host, port = address
    application: Any = current_app
    try:
        server = create_server(application.wsgi_app, host=host, port=port, threads=threads)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        click.secho(f"Port {port} of {host} is taken by another program.", fg="red", err=True)
        click.echo("Stop that program, or choose another port: shifu serve --port 8080", err=True)
        sys.exit(PORT_TAKEN)
    signal.signal(signal.SIGTERM, _interrupt)
    if supervisor is not None:
        threading.Thread(target=_end_with_parent, args=(supervisor,), daemon=True).start()
    click.echo(f"Shifu is at http://{host}:{port} (Ctrl-C stops it)")
    server.run()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt  # waitress then ends its threads and returns


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _compiling() -> Iterator[None]:
    """Compile the search in the background, once a version; until then it is the plain one."""
    command = ["nice", sys.executable, "-m", "solver", "compile"]
    process = subprocess.Popen(command)  # noqa: S603  our own command line
    waiting = threading.Thread(target=process.wait, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        process.terminate()
        waiting.join()


@dataclass
class Child:
    """A process that is kept alive."""

    kind: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = SHORTEST_PAUSE
    due_at: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)  # noqa: S603  our own command line
        self.started_at = time.monotonic()

    def died(self) -> int | None:
        """Return the exit code of a process that has just ended, and plan the next start."""
        code = self.process.poll() if self.process is not None else None
        if code is None:
            return None
        self.process = None
        lived = time.monotonic() - self.started_at
        self.pause = SHORTEST_PAUSE if lived > HEALTHY_SECONDS else self.pause
        self.due_at = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return code


class Supervisor:
    """Keeps its children alive until it is told to stop."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = threading.Event()

    def run(self) -> int:
        """Run until a signal, or until a child says that it cannot; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        code = 0
        while not code and not self.stopping.is_set():
            code = self.turn()
            self.stopping.wait(0.2)
        self._stop()
        return code

    def turn(self) -> int:
        """Start what is due, notice who died; return non-zero to give up."""
        for child in self.children:
            if child.process is None and time.monotonic() >= child.due_at:
                child.start()
            code = child.died()
            if code == PORT_TAKEN:
                return PORT_TAKEN
            if code is not None:
                again = f"starting again in {child.due_at - time.monotonic():.0f} s"
                click.echo(f"The {child.kind} process ended with {code}; {again}.", err=True)
        return 0

    def _stop(self) -> None:
        alive = [child.process for child in self.children if child.process is not None]
        for process in alive:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
