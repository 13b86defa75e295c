"""Records what colours.recolour makes of two drawn pictures, as a reference for the product's own recolouring.

  python record_recolour.py > ../packages/engines/src/local/composing/recolour.reference.json
"""
import json

import torch

import colours

SIDE = 160


def drawn(kind):
    """[1,4,SIDE,SIDE] straight 0..255: a disc with a soft rim, of many hues, nearly grey, or grey with faint colours. The product's test draws the same."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    distance = (x - 80) ** 2 + (y - 80) ** 2
    alpha = torch.where(distance < 4900, 255, torch.where(distance < 5600, 128, 0))
    shade = 70 + (x + y) // 2
    colour = {"hues": [120 + (x * y) % 97, 40 + x % 120, 30 + y % 60], "grey": [shade, shade + x % 9, shade],
              "faint": [shade + (y // 20) % 2 * 40, shade, shade + (x // 20) % 2 * 40]}[kind]
    return torch.stack([*colour, alpha])[None]


def main():
    samples = [[80, 80], [30, 60], [100, 40], [60, 120], [131, 90], [77, 11], [80, 152]]
    recorded = {"samples": samples, "pictures": {}}
    for name in ("hues", "grey", "faint"):
        straight = drawn(name).float() / 255
        premultiplied = torch.cat([straight[:, :3] * straight[:, 3:], straight[:, 3:]], 1)
        painted = {}
        for k, colour in enumerate(colours.NAMES):
            made = colours.unpremultiply(colours.recolour(premultiplied, torch.tensor([k])))[0]
            painted[colour] = [[round(255 * float(v)) for v in made[:, y, x]] for x, y in samples]
        recorded["pictures"][name] = painted
    print(json.dumps(recorded))


if __name__ == "__main__":
    main()
