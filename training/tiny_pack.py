"""Draws a tiny picture pack in the real pack's format, for the test of the whole chain.

  python tiny_pack.py OUT

Twelve shapes in six "styles" (fill, outline, shading), with English and French names. The
first two styles follow one design, as in the real pack, whose readers and trainers run on it
unchanged.
"""
import gzip
import io
import json
import math
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

import data

# English name, French name, character, sides (0: circle), inner radius of a star (1: polygon), stretch in x
SHAPES = [
    ("ball", "balle", "●", 0, 1.0, 1.0), ("egg", "oeuf", "○", 0, 1.0, 0.7), ("triangle", "triangle", "▲", 3, 1.0, 1.0),
    ("box", "boite", "■", 4, 1.0, 1.0), ("pentagon", "pentagone", "⬟", 5, 1.0, 1.0), ("hexagon", "hexagone", "⬢", 6, 1.0, 1.0),
    ("star", "etoile", "★", 5, 0.45, 1.0), ("spark", "etincelle", "✦", 4, 0.3, 1.0), ("sun", "soleil", "☀", 12, 0.75, 1.0),
    ("flower", "fleur", "✿", 8, 0.6, 1.0), ("kite", "cerf volant", "◆", 4, 1.0, 0.6), ("sign", "panneau", "▽", 3, 1.0, 0.6),
]
HUES = [(214, 60, 50), (240, 170, 40), (60, 160, 80), (50, 110, 210)]


def outline(shape, radius):
    """Points of a shape around the picture's middle."""
    _, _, _, sides, inner, stretch = shape
    count = 64 if sides == 0 else sides * (1 if inner == 1.0 else 2)
    points = []
    for k in range(count):
        reach = radius * (inner if inner != 1.0 and k % 2 else 1.0)
        angle = 2 * math.pi * k / count - math.pi / 2
        points.append((128 + stretch * reach * math.cos(angle), 128 + reach * math.sin(angle)))
    return points


def draw(shape, style, hue):
    """One 256x256 RGBA picture."""
    image = Image.new("RGBA", (256, 256))
    pen, points = ImageDraw.Draw(image), outline(shape, 96 + 4 * style)
    if style == 0:
        pen.polygon(points, fill=hue)
        light = Image.new("RGBA", (256, 256))
        ImageDraw.Draw(light).ellipse((70, 50, 150, 130), fill=(255, 255, 255, 130))
        clipped = Image.composite(light.filter(ImageFilter.GaussianBlur(12)), Image.new("RGBA", (256, 256)), image.getchannel("A"))
        return Image.alpha_composite(image, clipped)
    pen.polygon(points, fill=hue, outline=(40, 40, 40) if style in (2, 4) else None, width=8)
    if style >= 3:
        pen.ellipse((100, 100, 116, 116), fill=(30, 30, 30))
        pen.ellipse((140, 100, 156, 116), fill=(30, 30, 30))
    if style == 5:
        pen.arc((96, 110, 160, 160), 20, 160, fill=(30, 30, 30), width=7)
    return image


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    body, rows, concepts = io.BytesIO(), [], []
    for n, shape in enumerate(SHAPES):
        concepts.append({"id": f"tiny-{n}", "kind": "emoji", "group": "shapes", "subgroup": "animal-shape", "char": shape[2],
                         "names": {"en": shape[0], "fr": shape[1]}, "tags": {"en": ["shape"], "fr": ["forme"]}})
        for s, style in enumerate(data.STYLES):
            encoded = io.BytesIO()
            draw(shape, s, HUES[(n + max(s - 1, 0)) % len(HUES)]).save(encoded, "WEBP", lossless=True)
            rows.append({"file": f"{style}/{n}.webp", "pack": "core", "off": body.tell(), "len": encoded.tell(), "w": 256, "h": 256,
                         "concept": f"tiny-{n}", "style": style, "license": "CC0-1.0", "source": "tiny_pack.py"})
            body.write(encoded.getvalue())
    (folder / "core.bin").write_bytes(body.getvalue())
    for name, table in (("images", rows), ("concepts", concepts)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in table)


if __name__ == "__main__":
    main(sys.argv[1])
