"""How much of its frame a thing fills: artists of each style keep to one grid, and draw icons up to the border, 3d with a margin.

The network draws a thing as large as its drawings in the style were; where there is none, it is scaled to what is usual
there. The same rule as packages/engines/src/local/composing/framing.ts; record_surfaces.py records the table.
"""
import functools
import json
from pathlib import Path

import numpy as np

import pose

TABLE = Path(__file__).resolve().parent.parent / "packages/engines/src/local/composing/framing.json"
VISIBLE_ALPHA = 128      # of 255
LEAST, MOST = 0.85, 1.2  # of its size: what is smaller than other things stays so


@functools.cache
def extents():
    """The larger of width and height that is usual in each style, of 1."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def bounds_of(alpha):
    """(left, top, right, bottom) of what is seen of an alpha channel [H,W] in 0..1; None where nothing is."""
    seen = np.rint(alpha * 255) >= VISIBLE_ALPHA
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1) if len(rows) else None


def framed(picture, style):
    """A drawn thing [4,H,W] in 0..1, premultiplied, in the middle and as large as things of a style are; the same shape."""
    bounds = bounds_of(picture[3])
    if bounds is None:
        return picture
    left, top, right, bottom = bounds
    _, height, width = picture.shape
    scale = np.clip(extents()[style] / max((right - left) / width, (bottom - top) / height), LEAST, MOST)
    centre = np.array([left + right, top + bottom]) / 2
    return pose.moved(picture, centre, np.array([width, height]) / 2, np.eye(2) * scale)
