"""An operator's machine in a folder: the commands of docs/betrieb.md are run there, with the folders of a real one beneath it.

Programs that need a whole machine, its packages or the network are not run: ``apt-get``, ``make``, ``useradd``, ``certbot``,
``docker``, ``nginx`` and ``journalctl`` are only noted.  ``systemctl`` is stood in for: it starts what the installed unit says.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.conftest import ROOT
from tests.running import free_port

_NOTED = ("apt-get", "make", "useradd", "certbot", "docker", "nginx", "journalctl")
_OURS = re.compile(r"/(?:opt/fundstelle|var/lib/fundstelle|var/backups|etc/fundstelle|etc/systemd|etc/nginx|usr/local/bin|srv)\b")


class Machine:
    """What stands under ``folder`` is what stands under / on a real one; ports are free ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.noted: list[str] = []
        self._ports = {port: str(free_port()) for port in ("8000", "8001")}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for name in (
            "etc/systemd/system",
            "etc/nginx/sites-available",
            "etc/nginx/sites-enabled",
            "usr/local/bin",
            "srv/kopie/index",
        ):
            (folder / name).mkdir(parents=True)
        self._install_program()

    def _install_program(self) -> None:
        """Lay the program where ``make install`` would have it."""
        program = self.folder / "opt/fundstelle"
        (program / ".venv/bin").mkdir(parents=True)
        command = program / ".venv/bin/fundstelle"
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(ROOT / "cli.py"))} "$@"\n')
        command.chmod(0o755)
        (program / "corpus").symlink_to(ROOT / "corpus")
        (program / "deploy").mkdir()
        for file in (ROOT / "deploy").iterdir():
            copy = program / "deploy" / file.name
            # everybody is the service's user here
            copy.write_text(
                self.here(file.read_text().replace("setpriv --reuid fundstelle --regid fundstelle --init-groups", "env"))
            )
            copy.chmod(file.stat().st_mode)

    def here(self, text: str) -> str:
        """Return a text with its paths led into the folder, and its ports to free ones."""
        text = _OURS.sub(lambda found: f"{self.folder}{found.group()}", text)
        return re.sub(r"127\.0\.0\.1:(800[01])", lambda found: f"127.0.0.1:{self._ports[found.group(1)]}", text)

    def run(self, line: str, at: Path) -> str:
        """Run a line as it stands in the document, in a folder; returns what it printed.  Raises CalledProcessError."""
        first = line.split()[0]
        if first in _NOTED:
            self.noted.append(line)
            return ""
        if first == "systemctl":
            self._systemctl(*shlex.split(line)[1:])
            return ""
        line = self.here(line.replace("-o fundstelle -g fundstelle ", ""))
        path = f"{self.folder}/usr/local/bin:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euc", line],
            cwd=at,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": path},
            input="ein langes Passwort\n" * 2,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _systemctl(self, verb: str, *rest: str) -> None:
        (unit,) = [word for word in rest if not word.startswith("-")] or [""]
        if verb in ("daemon-reload", "status", "reload"):
            return
        if unit.endswith(".timer"):
            assert (self.folder / "etc/systemd/system" / unit).is_file()
            return
        assert verb in ("enable", "start", "restart"), verb
        name, _, instance = unit.removesuffix(".service").partition("@")
        if verb == "restart":
            self._stop(unit)
        process = self._start(name + ("@" if instance else ""), instance)
        if instance:
            self._running[unit] = process
            self._wait(self._ports[instance])
        else:
            assert process.wait(120) == 0

    def _start(self, name: str, instance: str) -> subprocess.Popen[bytes]:
        """Start what a unit says, with its settings."""
        unit = (self.folder / "etc/systemd/system" / f"{name}.service").read_text()
        settings = dict(os.environ)
        (file,) = re.findall(r"^EnvironmentFile=(.*)$", unit, re.M)
        assigned = [line for line in Path(file).read_text().splitlines() if "=" in line and not line.startswith("#")]
        assigned += [word for line in re.findall(r"^Environment=(.*)$", unit, re.M) for word in line.split()]
        settings |= dict(word.replace("%i", self._ports.get(instance, "")).split("=", 1) for word in assigned)
        (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.M)
        return subprocess.Popen(shlex.split(command.replace("%%", "%")), env=settings, stdout=subprocess.DEVNULL)

    def _wait(self, port: str) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/gesund", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"nothing answers on port {port}")

    def _stop(self, unit: str) -> None:
        process = self._running.pop(unit)
        process.terminate()
        assert process.wait(60) == 0

    def close(self) -> None:
        """Stop what was started."""
        for unit in list(self._running):
            self._stop(unit)
