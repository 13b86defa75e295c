"""Names in prompts: runs of words that may be one. The same as packages/engines/src/local/composing/naming.ts."""

LONGEST_NAME = 6


def runs_of(ids):
    """Every run of ids that may be a name, the longest first: names are short."""
    return [ids[start:start + length] for length in range(min(LONGEST_NAME, len(ids)), 0, -1) for start in range(len(ids) - length + 1)]
