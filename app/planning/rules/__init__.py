"""What planning computes without asking anybody: states, penalties, fingerprints, measures."""
