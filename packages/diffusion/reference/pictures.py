"""A source picture and a mask, made of formulas."""

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 64


def save_source(path: Path) -> Image.Image:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    disc = (x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.09
    colours = np.stack([x, y, 1 - x], axis=2)
    colours[disc] = (0.9, 0.7, 0.1)
    picture = Image.fromarray((colours * 255).round().astype(np.uint8))
    picture.save(path, optimize=True)
    return picture


def save_mask(path: Path) -> Image.Image:
    """White is drawn anew: a disc that follows no grid."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    picture = Image.fromarray((((x - 37) ** 2 + (y - 29) ** 2 < 19**2) * 255).astype(np.uint8))
    picture.save(path, optimize=True)
    return picture
