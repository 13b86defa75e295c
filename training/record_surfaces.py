"""Writes the palettes of the rule for surfaces (surfaces.py, the product's surfaces.ts), and a reference that both are held against.

  python record_surfaces.py palettes --work WORK > ../packages/engines/src/local/composing/palettes.json
  python record_surfaces.py reference > ../packages/engines/src/local/composing/surfaces.reference.json

A palette has the colours that the drawings of a style which training sees use most, the most used first, and their
shares of all surfaces, of ten thousand. 3d has none: it is all shades.
"""
import argparse
import functools
import json

import numpy as np

import data
import palettes
import surfaces
from synonyms import STYLE_WORDS

SIDE = 96


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
    parser.add_argument("what", choices=["palettes", "reference"])
    parser.add_argument("--work", help="prepared folder, for the palettes")
    args = parser.parse_args()
    if args.what == "palettes":
        write_palettes(args.work)
    else:
        write_reference()


if __name__ == "__main__":
    main()
