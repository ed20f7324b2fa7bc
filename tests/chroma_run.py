"""A real Chroma server, started by ``chroma run`` in a folder of its own."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.stores import ChromaServer
from tests.running import free_port


@contextmanager
def chroma_server(folder: Path, port: int = 0) -> Iterator[ChromaServer]:
    """Run a server until the ``with`` ends."""
    port = port or free_port()
    command = [
        str(Path(sys.executable).parent / "chroma"),
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--path",
        str(folder),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = ChromaServer(f"http://127.0.0.1:{port}", timeout=10.0)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{server.url}/api/v2/heartbeat", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(30)
