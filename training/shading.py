"""Cartoon shading: each surface gets a shadow along its lower right edge and a gloss inside its upper left one, as artists of cartoons shade.

The same rule as packages/engines/src/local/composing/shading.ts; record_dressing.py records the reference that both are
held against. Distances are whole numbers (chamfer 3-4: Borgefors, 1986), so that both find the same pixels.
"""
import numpy as np

SIDE = 256                    # pixels of the picture to which the sizes below belong
LEAST = 400                   # pixels of a colour that is shaded at all
GAP = 4                       # radius of the lines that do not divide a surface
THIN = 7                      # radius up to which a part of a surface is a line, and stays as it is
SHADOW, DARK = 11, 0.7        # how far the shadow reaches in from the edge, and what it leaves of the light
RIM, GLOSS, LIGHT = 5, 6, 0.55     # how far the gloss keeps from the edge, how wide it is, how much of the way to white it goes
FAR = 1 << 20


def reach(mask):
    """The distance of each pixel from the nearest one of a mask [H,W], in thirds of a pixel."""
    height, width = mask.shape
    distance, x = np.where(mask, 0, FAR), 3 * np.arange(width)
    for rows, step in ((range(1, height), -1), (range(height - 2, -1, -1), 1)):
        for y in rows:
            row, before = distance[y], distance[y + step]
            row = np.minimum(row, before + 3)
            row[1:] = np.minimum(row[1:], before[:-1] + 4)
            row[:-1] = np.minimum(row[:-1], before[1:] + 4)
            row = np.minimum.accumulate(row - x) + x
            distance[y] = np.minimum.accumulate((row + x)[::-1])[::-1] - x
    return distance


def grown(mask, radius):
    """A mask and what is within a radius of it."""
    return reach(mask) <= 3 * radius


def shrunk(mask, radius):
    """What of a mask is farther than a radius from what is outside; none of it touches the border."""
    return reach(~mask) > 3 * radius


def filled(mask):
    """A mask, which does not touch the border, and what it surrounds."""
    outside, free = np.zeros_like(mask), ~mask
    outside[0, 0] = True
    while True:
        spread = outside
        for across in (False, True):
            for backwards in (False, True):
                spread = flooded(spread, free, across, backwards)
        if (spread == outside).all():
            return ~outside
        outside = spread


def flooded(wet, free, across, backwards):
    """What of the free is wet, or behind it in one direction with nothing between: [H,W] each."""
    turn = lambda part: (part.T if across else part)[::-1 if backwards else 1]
    wet, free = turn(wet), turn(free)
    place = np.arange(len(wet))[:, None]
    last = lambda part: np.maximum.accumulate(np.where(part, place, -1))
    reached = wet | free & (last(wet) > last(~free))
    reached = reached[::-1 if backwards else 1]
    return reached.T if across else reached


def shifted(mask, by):
    """A mask moved right and down by some pixels, left and up if negative."""
    moved = np.zeros_like(mask)
    height, width = mask.shape
    to, of = slice(max(by, 0), None), lambda size: slice(max(-by, 0), size - max(by, 0))
    moved[to if by >= 0 else slice(0, height + by), to if by >= 0 else slice(0, width + by)] = mask[of(height), of(width)]
    return moved


def soft(mask):
    """A mask as numbers, each the mean of its neighbourhood: 1 2 1 across and down."""
    for axis in (0, 1):
        padded = np.pad(mask.astype(np.float64), [(1, 1) if i == axis else (0, 0) for i in (0, 1)])
        before, here, after = (np.take(padded, np.arange(mask.shape[axis]) + k, axis) for k in (0, 1, 2))
        mask = (before + 2 * here + after) / 4
    return mask


def shades(surface, unit):
    """The shadow and the gloss of a surface [H,W], which does not touch the border: two masks, or None where all of it is thin."""
    whole = filled(shrunk(grown(surface, GAP * unit), GAP * unit) | surface)
    core = shrunk(whole, THIN * unit)
    if not core.any():
        return None
    body = grown(core, THIN * unit + 1) & whole
    inner = shrunk(body, RIM * unit)
    step = lambda length: max(1, int(length * unit + 0.5))
    return surface & body & ~shifted(body, -step(SHADOW)), surface & inner & ~shifted(inner, step(GLOSS))


def shaded(picture):
    """A picture [4,H,W] in 0..1, premultiplied, of even surfaces, with each of them shaded; the same shape."""
    alpha, unit = picture[3].astype(np.float64), picture.shape[2] / SIDE
    straight = (picture[:3] / np.maximum(alpha, 1e-6)).clip(0, 1)
    margin = int(GAP * unit) + 2
    colour = np.rint(straight * 255).astype(np.int64).transpose(1, 2, 0) @ [65536, 256, 1]
    colour = np.pad(np.where(alpha >= 0.5, colour, -1), margin, constant_values=-1)
    shadow, gloss = np.zeros(colour.shape, bool), np.zeros(colour.shape, bool)
    for one, pixels in zip(*np.unique(colour[colour >= 0], return_counts=True)):
        found = shades(colour == one, unit) if pixels >= LEAST * unit ** 2 else None
        if found:
            shadow, gloss = shadow | found[0], gloss | found[1]
    shadow, gloss = (soft(part)[margin:-margin, margin:-margin] for part in (shadow, gloss))
    darker = straight * (1 - (1 - DARK) * shadow)
    lighter = darker + (1 - darker) * LIGHT * gloss
    return np.concatenate([np.rint(lighter * 255) / 255 * alpha, alpha[None]]).astype(np.float32)
