"""The memory of a service that reloads a changed configuration twenty times: ``python -m benchmarks.reloads [--times N]``.

With the shipped rules, so that a new judge is as large as in use. Prints the memory of the process after each take-over, and how
many judges and crawlers are still there of those that were made.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile

WARM = 2
"""Take-overs after which everything that is read when it is first needed has been read."""


def main() -> None:
    """Run it and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "tests.alerts.service.reloads",
            folder,
            str(given.times),
            "--shipped",
        ]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    for number, one in enumerate(found):
        print(
            f"take-over {number}: {one['megabytes']:.0f} MB, {one['alive']} of {one['made']} judges and crawlers in memory"
        )
    more = found[-1]["megabytes"] - found[WARM]["megabytes"]
    print(
        f"{found[-1]['megabytes']:.0f} MB after {given.times} take-overs, {more:+.0f} MB since the first {WARM}"
    )


if __name__ == "__main__":
    main()
