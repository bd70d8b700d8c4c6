"""`homeport` as a person runs it, with a stand-in cluster and a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

LIMIT_S = 30.0


class Shell:
    """Commands whose target is the cluster."""

    def __init__(self, folder, kubeconfig=None, target="kubernetes"):
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "HOMEPORT_DATA": str(folder / "data"),
            "HOMEPORT_TARGET": target,
        }
        if kubeconfig is not None:
            self.environment["KUBECONFIG"] = str(kubeconfig)

    def _command(self, words):
        return [sys.executable, "-P", "-m", "homeport", *words]

    def run(self, *words, **options):
        return subprocess.run(
            self._command(words),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            **options,
        )

    def start(self, *words):
        return Running(
            subprocess.Popen(
                self._command(words),
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )


class Running:
    """A command that goes on; what it writes is read line by line."""

    def __init__(self, process):
        self.process = process
        self._timer = threading.Timer(LIMIT_S, process.kill)
        self._timer.start()

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def until(self, text):
        """The line that has the text in it."""
        for line in self.process.stdout:
            if text in line:
                return line.rstrip("\n")
        raise AssertionError(f"{text!r} never came: {self.process.stderr.read()}")

    def interrupt(self):
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(LIMIT_S)
        self.close()
        return code

    def close(self):
        self._timer.cancel()
        self.process.kill()
        self.process.communicate()
