"""Records what surfaces.even makes of a drawn picture, as a reference for the product's own even surfaces.

  python record_surfaces.py > ../packages/engines/src/local/composing/surfaces.reference.json
"""
import json

import numpy as np

import surfaces

SIDE = 96


def drawn():
    """Straight [4,SIDE,SIDE] 0..255: a disc with a soft rim, one half of it red and one blue, both with clouds. The product's test draws the same."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    distance = (x - 48) ** 2 + (y - 48) ** 2
    cloud = (x * 7 + y * 3) % 11
    red = np.where(x < 48, 200 + cloud, 40 + cloud)
    green, blue = 60 + (x + y) % 9, np.where(x < 48, 50, 190) + (y % 13)
    return np.stack([red, green, blue, np.where(distance < 1600, 255, np.where(distance < 1800, 128, 0))])


def main():
    straight = drawn() / 255
    made = surfaces.even(np.concatenate([straight[:3] * straight[3:], straight[3:]]))
    samples = [[30, 40], [70, 60], [47, 48], [48, 48], [20, 70], [84, 62], [48, 8], [66, 30]]
    colours = [[round(255 * float(made[c, y, x] / made[3, y, x])) for c in range(3)] for x, y in samples]
    print(json.dumps({"samples": samples, "colours": colours}))


if __name__ == "__main__":
    main()
