"""The command `explorer`, running beside a test of its page."""

import json
import signal
import subprocess
import sys

import psutil

LAW, HOUSEHOLDS, SEED = "example-county@2025-01-01", 2000, 7
PATIENCE = 30_000  # ms


class App:
    """The command, running; `kill` ends its computing process."""

    def __init__(self, port="0", law=LAW):
        words = ["explorer", "--no-browser", "--json", "--port", port, "--law", law]
        words += ["--households", str(HOUSEHOLDS), "--seed", str(SEED)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jiuzhu_sim", *words], stdout=subprocess.PIPE, text=True
        )
        self.address = json.loads(self.process.stdout.readline())["address"]

    def kill(self):
        for child in psutil.Process(self.process.pid).children():
            if any("spawn_main" in word for word in child.cmdline()):
                child.kill()

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE / 1000)
