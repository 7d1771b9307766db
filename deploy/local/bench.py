"""`make bench`: ratios measured within one run, on SQLite and on PostgreSQL; what cannot be had is said."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack

from deploy.local import environment
from deploy.local.machine import Unavailable
from deploy.local.services import Services
from deploy.local.test import leave, run_tier
from deploy.local.tiers import Step, Tier

BENCHMARKS = (Step("import of 60,000 enrolments", ("-m", "benchmarks.import_enrolments")),)
TIERS = (
    Tier("bench-sqlite", "benchmarks on SQLite", BENCHMARKS),
    Tier("bench-postgres", "benchmarks on PostgreSQL", BENCHMARKS, ("postgres",)),
)


def main() -> int:
    signal.signal(signal.SIGTERM, leave)
    try:
        python = environment.ready(environment.RUNTIME)
    except Unavailable as problem:
        print(f"make bench: {problem}.")
        return 1
    with ExitStack() as stack:
        services = Services(stack)
        results = [run_tier(tier, services, python) for tier in TIERS]
    print("\n".join(["", *(result.line for result in results)]), flush=True)
    return int(any(result.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
