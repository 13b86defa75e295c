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
    """The colours that artists of each style use most, by style: [n,3] in 0..1, and their shares of all surfaces [n]."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return {style: (np.array([list(bytes.fromhex(colour)) for colour in palette["colours"].split()]) / 255,
                    np.array(palette["shares"].split(), float) / 1e4) for style, palette in table.items()}


def nearest(colours, palette):
    """The nearest of a palette [m,3] to each of some colours [n,3], and how far that is [n,1]."""
    distance = np.linalg.norm(colours[:, None] - palette, axis=2)
    return palette[distance.argmin(1)], distance.min(1, keepdims=True)


def of_palettes(colours, styles):
    """Colours [n,3] in 0..1, those that are near one of the palettes of styles as this."""
    found, distance = nearest(colours, np.concatenate([palettes()[style][0] for style in sorted(styles)]))
    return np.where(distance < NEAR, found, colours)


def straight_of(picture):
    """A picture [4,H,W] in 0..1, premultiplied -> its straight colours [3,H,W] and alpha [H,W], as the product sees them: of whole 255ths."""
    alpha = np.rint(picture[3].astype(np.float64) * 255) / 255
    return np.rint((picture[:3] / np.maximum(picture[3], 1e-6)).clip(0, 1) * 255) / 255 * (alpha > 0), alpha


def painted(picture, settled):
    """A picture [4,H,W] in 0..1, premultiplied, in what `settled` makes of its colours [n,3] in 0..1; the same shape."""
    straight, alpha = straight_of(picture)
    keys, where = np.unique(np.rint(straight * 255).reshape(3, -1).T @ [65536, 256, 1], return_inverse=True)
    unique = np.stack([keys // 65536, keys // 256 % 256, keys % 256], 1) / 255
    made = np.rint(settled(unique) * 255)[where.ravel()].T.reshape(straight.shape) / 255
    return np.concatenate([made * alpha, alpha[None]]).astype(np.float32)


def even(picture, settled=lambda colours: colours):
    """A picture [4,H,W] in 0..1, premultiplied, with each surface in one colour: what `settled` makes of colours [n,3] in 0..1; the same shape."""
    straight, alpha = straight_of(picture)
    weight = weights_of(np.concatenate([straight * alpha, alpha[None]])).ravel()
    sums = blurred(histogram(straight.reshape(3, -1).T * (CELLS - 1), weight))

    def moved(colours):
        colours = colours * (CELLS - 1)
        for _ in range(ROUNDS):
            colours = means_around(colours, sums)
        return settled(colours / (CELLS - 1))
    return painted(picture, moved)


def in_styles(picture, styles):
    """A picture [4,H,W] in 0..1, premultiplied, in even surfaces near the palettes of styles that all have them, else as it is; the same shape."""
    return even(picture, functools.partial(of_palettes, styles=styles)) if styles and styles <= STYLES else picture
