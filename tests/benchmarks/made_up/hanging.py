"""Starts a process that never ends; both hold a connection to the test as long as they live."""

import os
import socket
import subprocess


def ratios():
    with socket.create_connection(("127.0.0.1", int(os.environ["MADE_UP"]))) as held:
        subprocess.run(["tail", "-f", "/dev/null"], check=True, pass_fds=[held.fileno()])
    return []
