"""One command keeps a web and a worker process alive, and ends with both."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection, socket

import pytest

pytestmark = pytest.mark.proof
SHIFU = [sys.executable, "-m", "app"]


def free_port():
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(app, database, port):
    environment = {
        **os.environ,
        "SHIFU_DATABASE_URL": database,
        "SHIFU_INSTANCE_DIR": app.instance_path,
        "SHIFU_DELIVERY": "none",
    }
    process = subprocess.Popen(  # noqa: S603  our own command
        [*SHIFU, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()


def answers(port):
    """Tell whether the web process answers that it is well."""
    with suppress(OSError), create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return b" 200 " in connection.recv(64)
    return False


def wait_for(found, seconds=60):
    until = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.2)
    return value


def children(process, part):
    """Return the ids of a process's children whose command line has a part."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(one) for one in listed if part in Path(f"/proc/{one}/cmdline").read_text()]


@pytest.fixture(autouse=True)
def one_database_is_enough(database):
    if not database.startswith("sqlite"):
        pytest.skip("supervising is the same whatever the database")


@pytest.fixture
def port():
    return free_port()


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc here")


@needs_proc
def test_both_processes_run_and_end_with_the_command(app, database, port):
    with serving(app, database, port) as process:
        wait_for(lambda: answers(port))
        (worker,) = wait_for(lambda: children(process, "app.worker"))
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0

    assert not answers(port)
    assert not Path(f"/proc/{worker}").exists()


@needs_proc
@pytest.mark.parametrize("part", ["app.worker", "web"])
def test_a_process_that_is_killed_is_started_again(app, database, port, part):
    with serving(app, database, port) as process:
        wait_for(lambda: answers(port))
        (first,) = wait_for(lambda: children(process, part))
        os.kill(first, signal.SIGKILL)

        wait_for(lambda: [one for one in children(process, part) if one != first])
        wait_for(lambda: answers(port))


@needs_proc
def test_processes_end_when_the_command_that_started_them_is_killed(app, database, port):
    with serving(app, database, port) as process:
        wait_for(lambda: answers(port))
        (worker,) = wait_for(lambda: children(process, "app.worker"))
        process.kill()
        process.wait(10)

        wait_for(lambda: not answers(port))
        wait_for(lambda: not Path(f"/proc/{worker}").exists())


def test_a_port_that_is_taken_is_told_with_what_to_do(app, database, port):
    with socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with serving(app, database, port) as process:
            told, _ = process.communicate(timeout=40)

    assert process.returncode == 3
    assert f"Port {port} of 127.0.0.1 is taken" in told
    assert "--port" in told
    assert "Traceback" not in told
