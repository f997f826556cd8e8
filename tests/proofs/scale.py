"""How much of a proof is done: all of it, or the part that ``PROOF_SCALE`` says."""

import os


def scaled(number: int) -> int:
    """Return so many, or fewer where a proof is to be short; at least one."""
    return max(1, round(number * float(os.environ.get("PROOF_SCALE", "1"))))
