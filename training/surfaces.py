"""Even surfaces: artists of some styles fill each surface with one colour out of few, where a network leaves faint clouds.

Each colour moves to where the picture's colours are densest around it (mean shift: Comaniciu and Meer, 2002), then to the
nearest of its style's palette, if that is near. The same rule as packages/engines/src/local/composing/surfaces.ts;
record_surfaces.py records the palettes, and the reference that both are held against.
"""
import functools
import json
from pathlib import Path

import numpy as np

TABLE = Path(__file__).resolve().parent.parent / "packages/engines/src/local/composing/palettes.json"
STYLES = {"flat", "icon", "blob", "sticker"}     # the words of captions.STYLE_WORDS for styles with even surfaces
CELLS = 32                       # of the histogram along red, green and blue
SPREAD = 0.03 * (CELLS - 1)      # standard deviation, in cells, of what counts as one colour
ROUNDS = 5
EDGE = 0.06                      # sum of differences to the four neighbours at which a pixel is an edge and counts little
LEAST_PIXELS = 0.05              # pixels around a colour below which it stays as it is
NEAR = 0.07                      # distance, of 1 along each of red, green and blue, up to which a colour becomes one of the palette


def weights_of(picture):
    """Premultiplied [4,H,W] in 0..1 -> how much each pixel says about the colours of surfaces [H,W]."""
    change = np.zeros(picture.shape[1:])
    down, across = np.abs(np.diff(picture, axis=1)).max(0), np.abs(np.diff(picture, axis=2)).max(0)
    change[1:] += down
    change[:-1] += down
    change[:, 1:] += across
    change[:, :-1] += across
    return picture[3] * np.exp(-(change / EDGE) ** 2)


def cells_of(picture):
    """The straight colours of a picture [4,H,W], premultiplied, in cells: [H*W,3]."""
    return (picture[:3] / np.maximum(picture[3], 1e-6)).clip(0, 1).reshape(3, -1).T * (CELLS - 1)


def histogram(colours, weight):
    """Weighted sums of colours [n,3], in cells, and of weights [n]: [CELLS,CELLS,CELLS,4]."""
    cell = np.floor(colours + 0.5).astype(int) @ [CELLS * CELLS, CELLS, 1]
    columns = [np.bincount(cell, weight * part, CELLS ** 3) for part in (*colours.T, np.ones(len(cell)))]
    return np.stack(columns, 1).reshape(CELLS, CELLS, CELLS, 4)


def blurred(sums, spread=SPREAD):
    """Sums [CELLS,CELLS,CELLS,4] blurred along the three colours by a bell of a standard deviation in cells; nothing lies outside."""
    reach = int(3 * spread) + 1
    kernel = np.exp(-np.arange(-reach, reach + 1) ** 2 / (2 * spread ** 2))
    kernel /= kernel.sum()
    for axis in range(3):
        padded = np.moveaxis(np.pad(sums, [(reach, reach) if i == axis else (0, 0) for i in range(4)]), axis, 0)
        sums = np.moveaxis(sum(weight * padded[i:i + CELLS] for i, weight in enumerate(kernel)), 0, axis)
    return sums


def means_around(colours, sums):
    """The mean of the colours around each colour [n,3], in cells; itself where there are none."""
    low = np.minimum(CELLS - 2, np.floor(colours)).astype(int)
    part, total = colours - low, np.zeros((len(colours), 4))
    for corner in range(8):
        upper = np.array([corner >> channel & 1 for channel in range(3)])
        share = np.where(upper, part, 1 - part).prod(1)
        total += share[:, None] * sums[tuple((low + upper).T)]
    found = total[:, 3:] > LEAST_PIXELS
    return np.where(found, total[:, :3] / np.maximum(total[:, 3:], 1e-9), colours)


@functools.cache
def palettes():
    """The colours that artists of each style use most, by style: [n,3] in 0..1."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return {style: np.array([list(bytes.fromhex(colour)) for colour in colours.split()]) / 255 for style, colours in table.items()}


def of_palette(colours, palette):
    """Colours [n,3] in 0..1, those that are near one of a palette [m,3] as this."""
    distance = np.linalg.norm(colours[:, None] - palette, axis=2)
    return np.where(distance.min(1, keepdims=True) < NEAR, palette[distance.argmin(1)], colours)


def even(picture, styles):
    """A picture [4,H,W] in 0..1, premultiplied, with each surface in one colour, of the palettes of the styles (a set) where near; the same shape."""
    # As the product sees it: straight and of whole numbers.
    alpha = np.rint(picture[3].astype(np.float64) * 255) / 255
    straight = np.rint((picture[:3] / np.maximum(picture[3], 1e-6)).clip(0, 1) * 255) / 255 * (alpha > 0)
    weight = weights_of(np.concatenate([straight * alpha, alpha[None]])).ravel()
    sums = blurred(histogram(straight.reshape(3, -1).T * (CELLS - 1), weight))
    keys, where = np.unique(np.rint(straight * 255).reshape(3, -1).T @ [65536, 256, 1], return_inverse=True)
    unique = np.stack([keys // 65536, keys // 256 % 256, keys % 256], 1) / 255 * (CELLS - 1)
    for _ in range(ROUNDS):
        unique = means_around(unique, sums)
    unique = of_palette(unique / (CELLS - 1), np.concatenate([palettes()[style] for style in sorted(styles)]))
    made = np.rint(unique * 255)[where.ravel()].T.reshape(straight.shape) / 255
    return np.concatenate([made * alpha, alpha[None]]).astype(np.float32)
