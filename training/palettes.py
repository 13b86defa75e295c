"""Palettes: the colours in which the artists of a style paint.

Artists keep to a few colours: all reds of one style are one red. So a drawing comes closer to a style when each of
its colours moves to where the colours of the style's drawings are densest around it (mean shift, as in surfaces.py,
whose histogram and cells are meant here too). The product knows the colours that each style uses most, and how much.
"""
import numpy as np
import torch

import surfaces

SPREADS = (0.04, 0.06, 0.1, 0.14)     # standard deviations, of 1, of the colours around one: a narrow bell keeps shades, a wide one reaches across the gaps between a style's colours
ROUNDS = 8
FINE = 64                             # colours along red, green and blue that a palette gives an answer for
USED = 80                             # colours of a style that the product knows (surfaces.py); more make nothing better
SETTLED = 60                          # rounds after which every colour has arrived where the histogram is densest


def colours_of(table, style):
    """The histogram of the surfaces of a style's drawings that training sees: [CELLS,CELLS,CELLS,4]."""
    total = 0
    for i in table.drawings()[:, style].tolist():
        if i >= 0:
            picture = table.batch([i])[0].cpu().numpy().astype(np.float64)
            total = total + surfaces.histogram(surfaces.cells_of(picture), surfaces.weights_of(picture).ravel())
    return total


def palette(colours, spread):
    """A histogram of colours and the width of the bell -> what becomes of each colour: [FINE,FINE,FINE,3] in 0..1."""
    around = surfaces.blurred(colours, spread * (surfaces.CELLS - 1))
    moving = np.stack(np.meshgrid(*[np.linspace(0, surfaces.CELLS - 1, FINE)] * 3, indexing="ij"), -1).reshape(-1, 3)
    for _ in range(ROUNDS):
        moving = surfaces.means_around(moving, around)
    return torch.from_numpy(moving / (surfaces.CELLS - 1)).float().view(FINE, FINE, FINE, 3)


def repainted(pictures, palette):
    """Pictures [n,4,H,W] in 0..1, premultiplied, in the colours of a palette; the same shape."""
    alpha = pictures[:, 3:]
    red, green, blue = ((pictures[:, :3] / alpha.clamp_min(1e-6)).clamp(0, 1) * (FINE - 1)).round().long().unbind(1)
    return torch.cat([palette[red, green, blue].permute(0, 3, 1, 2) * alpha, alpha], 1)


def most_used(colours, spread=surfaces.SPREAD):
    """The colours that a style uses most, of its histogram, the most used first: [n,3] in 0..1, and their shares of all surfaces [n]. spread: of what counts as one colour, in cells."""
    around, place = surfaces.blurred(colours, spread), np.nonzero(colours[..., 3])
    weight = colours[place][:, 3]
    found = colours[place][:, :3] / weight[:, None]
    moving = found
    for _ in range(SETTLED):
        moving = surfaces.means_around(moving, around)
    _, group = np.unique(np.rint(moving), axis=0, return_inverse=True)
    total = np.bincount(group.ravel(), weight)
    # The place where a bell is densest is a mean; the artist's colour is the one most used around it.
    order = weight.argsort()
    heaviest = np.zeros(len(total), int)
    heaviest[group.ravel()[order]] = order
    most = total.argsort()[::-1][:USED]
    return found[heaviest[most]] / (surfaces.CELLS - 1), total[most] / total.sum()
