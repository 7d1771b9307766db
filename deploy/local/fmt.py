"""`make fmt`: put the code into the agreed format and fix what can be fixed safely."""

from __future__ import annotations

import subprocess
import sys

from deploy.local import environment


def main() -> int:
    python = environment.ready(environment.DEVELOPMENT)
    commands = (["check", "--fix"], ["format"])
    return max(
        subprocess.run([python, "-m", "ruff", *c, "."], cwd=environment.ROOT).returncode for c in commands
    )


if __name__ == "__main__":
    sys.exit(main())
