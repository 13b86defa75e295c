"""Palettes: the colours in which the artists of a style fill their surfaces.

Artists keep to a few colours: all reds of one style are one red. So a drawing of another style, its surfaces
evened, becomes one of this style when each colour moves to where the style's colours are densest around it
(mean shift, as in surfaces.py, whose cells and colours are meant here too).
"""
import numpy as np

import data
import surfaces

SPREAD = 0.14     # standard deviation, of 1, of the colours around one: as wide as the gaps between a style's colours
ROUNDS = 8
# For each style with a palette the styles to begin with, the best first: by a classifier of styles that is not the judge, on pairs that training sees.
BEGIN_WITH = {"flat": ("3d", "noto", "emojitwo", "twemoji", "blob"), "twemoji": ("flat", "noto", "blob", "3d", "emojitwo"),
              "blob": ("twemoji", "noto", "flat", "3d", "emojitwo"), "emojitwo": ("3d", "noto", "twemoji", "blob", "flat")}


def palette_of(table, style):
    """The blurred histogram of the surfaces of a style's drawings: [CELLS,CELLS,CELLS,4]."""
    total = 0
    for i in table.drawings()[:, style].tolist():
        if i >= 0:
            picture = table.batch([i])[0].cpu().numpy().astype(np.float64)
            total = total + surfaces.histogram(surfaces.cells_of(picture), surfaces.weights_of(picture).ravel())
    return surfaces.blurred(total, SPREAD * (surfaces.CELLS - 1))


def in_palette(picture, palette):
    """A picture [4,H,W] in 0..1, premultiplied, in the colours of a style; the same shape."""
    picture = surfaces.even(picture).astype(np.float64)
    colours = surfaces.cells_of(picture)
    for _ in range(ROUNDS):
        colours = surfaces.means_around(colours, palette)
    colours = (colours / (surfaces.CELLS - 1)).T.reshape(3, *picture.shape[1:])
    return np.concatenate([colours * picture[3], picture[3:]]).astype(np.float32)


def restyle(table, concept, style):
    """Concepts [M] in one style that has a palette -> pictures [M,4,64,64] in 0..1, made of their best drawings in other styles."""
    palette, drawings = palette_of(table, style), table.drawings()
    order = [data.STYLES.index(name) for name in BEGIN_WITH[data.STYLES[style]]]
    begun = [next(int(drawings[c, other]) for other in order if drawings[c, other] >= 0) for c in concept.tolist()]
    return np.stack([in_palette(table.batch([i])[0].cpu().numpy(), palette) for i in begun])
