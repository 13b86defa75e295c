"""A thing in a style that nobody drew it in: drawn in a style that somebody did, and dressed in the asked one by rule.

What makes a drawing flat, an icon, a blob or a sticker is to a great part how much of the frame it fills (framing.py) and
its colours; what makes it a cartoon, its shading. So it is framed, each colour moves to where the colours of the asked style
are densest around it (mean shift, weighed by how much artists use them), and a cartoon is shaded (shading.py). 3d is only
framed: the network learned light and material from drawings of all its things. The same rule as
packages/engines/src/local/composing/dressing.ts; record_dressing.py writes the table, which says for each thing and style
what is dressed, and the reference that both are held against.
"""
import functools
import json
from pathlib import Path

import numpy as np

import framing
import naming
import shading
import surfaces

TABLE = Path(__file__).resolve().parent.parent / "packages/engines/src/local/composing/dressing.json"
SHADED = "cartoon"
ROUNDS = 8
TURN = 35              # degrees that the hue of a colour may turn: a red heart stays red
COLOURFUL, GREY = 0.35, 0.08     # differences of the largest and the least of red, green and blue, from which on a colour is one, and up to which it is grey


@functools.cache
def table():
    """By English name of a thing and style: the style in which it is drawn to be dressed in that one, and the spread; 0 where its colours stay."""
    listed = json.loads(TABLE.read_text(encoding="utf-8"))
    dresses = {}
    for style, by_dress in listed.items():
        for dress, names in by_dress.items():
            source, spread = dress.split()
            for name in names.split("|"):
                dresses.setdefault(name, {})[style] = (source, float(spread))
    return dresses


def hue_of(colours):
    """Colours [n,3] in 0..1 -> hue in degrees [n], and the difference of the largest and the least channel [n]."""
    most, least = colours.max(1), colours.min(1)
    chroma = most - least
    red, green, blue = colours.T
    part = np.maximum(chroma, 1e-9)
    sixths = np.where(most == red, (green - blue) / part, np.where(most == green, (blue - red) / part + 2, (red - green) / part + 4))
    return sixths * 60, chroma


def is_another(before, after):
    """Whether colours [n,3] became others in the eyes of people: another hue, grey, or no longer grey [n]."""
    (hue, chroma), (turned, left) = hue_of(before), hue_of(after)
    turn = np.abs((turned - hue + 180) % 360 - 180)
    return (chroma > COLOURFUL) & ((left < GREY) | (turn > TURN)) | (chroma < GREY) & (left > COLOURFUL)


def in_colours_of(style, spread, colours):
    """Colours [n,3] in 0..1 -> those of a style's palette where they belong; the nearest one where they would become another colour. spread: standard deviation, of 1, of the colours around one."""
    palette, shares = surfaces.palettes()[style]
    moving = colours
    for _ in range(ROUNDS):
        apart = ((moving[:, None] - palette) ** 2).sum(2)
        weight = shares * np.exp(-apart / (2 * spread ** 2))
        total = weight.sum(1, keepdims=True)
        moving = np.where(total > 1e-9, weight @ palette / np.maximum(total, 1e-12), moving)
    moving = np.where(is_another(colours, moving)[:, None], colours, moving)
    return surfaces.nearest(moving, palette)[0]


def painted_as(style, spread, picture, is_even=False):
    """A thing [4,H,W] in 0..1, premultiplied, in the colours of a style and with its shades; the same shape. is_even: whether its surfaces are even already."""
    paint = surfaces.painted if is_even else surfaces.even
    made = paint(picture, functools.partial(in_colours_of, style, spread))
    return shading.shaded(made) if style == SHADED else made


def dressed(picture, style, spread):
    """A drawn thing [4,H,W] in 0..1, premultiplied, in another style; the same shape. spread: see in_colours_of; 0 where its colours stay."""
    framed = framing.framed(picture, style)
    return painted_as(style, spread, framed) if spread else surfaces.in_styles(framed, {style})


class Wardrobe:
    """How the things of a vocabulary are dressed."""

    def __init__(self, vocabulary, words_of):
        self.vocabulary, self.words_of = vocabulary, words_of
        self.style_words = {word for style, forms in vocabulary.get("styles", {}).items() for word in [style, *forms]}
        self.dresses = {}
        for concept in vocabulary.get("concepts", []):
            for language in ("en", "fr"):
                self.dresses.setdefault(self.ids_of(concept[language]), table().get(concept["en"], {}))

    def ids_of(self, text, without=frozenset()):
        """The ids of the words of a text, but for some."""
        ids = self.vocabulary["words"]
        return tuple(ids[word] for word in self.words_of(text) if word in ids and word not in without)

    def dress_of(self, text, style):
        """(style in which it is drawn, spread) for the longest name of a text in a style; None where it was drawn in that, or is left to the network."""
        ids = self.ids_of(text, self.style_words)
        return next((self.dresses[run] for run in naming.runs_of(ids) if run in self.dresses), {}).get(style)

    def without_styles(self, text):
        """A text without the words that name styles."""
        return " ".join(word for word in self.words_of(text) if word not in self.style_words)
