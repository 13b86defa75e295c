"""Writes what the rules for surfaces and frames (surfaces.py and framing.py, the product's surfaces.ts and framing.ts) know of styles, and a reference that both are held against.

  python record_surfaces.py palettes --work WORK > ../packages/engines/src/local/composing/palettes.json
  python record_surfaces.py frames --work WORK > ../packages/engines/src/local/composing/framing.json
  python record_surfaces.py reference > ../packages/engines/src/local/composing/surfaces.reference.json

A palette has the colours that the drawings of a style which training sees use most, the most used first, and their
shares of all surfaces, of ten thousand. 3d has none: it is all shades.
"""
import argparse
import functools
import json

import numpy as np

import data
import framing
import palettes
import surfaces
from synonyms import STYLE_WORDS

SIDE = 96
STYLES = list(STYLE_WORDS)


def drawn():
    """Straight [4,SIDE,SIDE] 0..255: a disc with a soft rim, one half of it red and one blue, both with clouds. The product's test draws the same."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    distance = (x - 48) ** 2 + (y - 48) ** 2
    cloud = (x * 7 + y * 3) % 11
    red = np.where(x < 48, 200 + cloud, 40 + cloud)
    green, blue = 60 + (x + y) % 9, np.where(x < 48, 50, 190) + (y % 13)
    return np.stack([red, green, blue, np.where(distance < 1600, 255, np.where(distance < 1800, 128, 0))])


def write_palettes(work):
    """The palettes of the styles that have one, from a prepared folder."""
    table = data.Table(work)
    used = {style: palettes.most_used(palettes.colours_of(table, i)) for i, style in enumerate(STYLE_WORDS) if style != "3d"}
    print(json.dumps({style: {"colours": " ".join(bytes(colour).hex() for colour in np.rint(colours * 255).astype(np.uint8)),
                              "shares": " ".join(str(round(1e4 * share)) for share in shares)} for style, (colours, shares) in used.items()}, indent=2))


def write_frames(work):
    """How much of the frame half of a style's things fill at least, of 1, from a prepared folder."""
    table, found = data.Table(work), {style: [] for style in STYLE_WORDS}
    for i in (table.weight > 0).nonzero()[:, 0].tolist():
        left, top, right, bottom = framing.bounds_of(table.large[i, 3] / 255) or (0, 0, 0, 0)
        found[STYLES[table.style[i]]].append(max(right - left, bottom - top) / data.LARGE)
    print(json.dumps({style: round(float(np.median(extents)), 4) for style, extents in found.items()}, indent=2))


def write_reference():
    """What the rule makes of a picture, at some places, alone in each style."""
    straight = drawn() / 255
    samples = [[30, 40], [70, 60], [47, 48], [48, 48], [20, 70], [84, 62], [48, 8], [66, 30]]
    colours = {}
    for style in sorted(surfaces.STYLES):
        made = surfaces.even(np.concatenate([straight[:3] * straight[3:], straight[3:]]), functools.partial(surfaces.of_palettes, styles={style}))
        colours[style] = [[round(255 * float(made[c, y, x] / made[3, y, x])) for c in range(3)] for x, y in samples]
    print(json.dumps({"samples": samples, "colours": colours}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["palettes", "frames", "reference"])
    parser.add_argument("--work", help="prepared folder, for palettes and frames")
    args = parser.parse_args()
    if args.what == "reference":
        write_reference()
    else:
        {"palettes": write_palettes, "frames": write_frames}[args.what](args.work)


if __name__ == "__main__":
    main()
