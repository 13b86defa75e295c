"""Writes what the rule for styles that were never drawn (dressing.py, the product's dressing.ts) knows, and a reference that both are held against.

  python record_dressing.py table --work WORK --model ../models/sticker-one > ../packages/engines/src/local/composing/dressing.json
  python record_dressing.py reference --model ../models/sticker-one > ../packages/engines/src/local/composing/dressing.reference.json

Which drawing is dressed, and how far its colours move, is for the jury of choosing.py to say, which must have been trained
(train.py imagine): the model draws each thing in all styles that training sees it drawn in, each is dressed in each style that
is missing, and the one counts in which the jury finds most of that style, among those whose colours stay about the same.
What was held out for the evaluation counts as never drawn.
"""
import argparse
import functools
import json
import types
from pathlib import Path

import numpy as np
import torch

import choosing
import colours
import data
import dressing
import record_surfaces
import runtime
import shading
import surfaces
from synonyms import COLOUR_WORDS, STYLE_WORDS

SPREADS = (0.08, 0.11, 0.15, 0.2)
SPREAD = 0.1         # of the reference
CHANGED = 0.16       # of 1: how far the colours of a drawing may be from those that it was dressed over
STYLES = list(STYLE_WORDS)
COLOURED = {word for words in COLOUR_WORDS.values() for word in words}
TEXTS = ["fox", "koala", "a koala with a hat", "black cat", "roasted sweet potato", "three-thirty", "trois heures et demie", "name badge", "unknownword"]


def jury_of(work):
    """The trained jury: pictures [n,4,64,64] -> logarithms of how likely each style is [n,6]."""
    jurors = []
    for path in sorted(Path(work).glob("juror*.pt")):
        jurors.append(choosing.StyleJuror())
        jurors[-1].load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["average"])
    if not jurors:
        raise SystemExit(f"{work} has no juror*.pt: run train.py imagine first.")
    return choosing.jury_of([juror.eval() for juror in jurors])


@torch.no_grad()
def best_dress(jury, drawings, style, is_coloured):
    """Of drawings of a thing (style -> picture [4,256,256], of even surfaces) the one to dress in another style, and its spread: (style, spread).

    Where the name of the thing has a colour, its main colour stays; None if no dress leaves it.
    """
    worn = {(source, spread): dressing.dressed(picture, style, spread, is_even=True) for source, picture in drawings.items() for spread in SPREADS}
    made = torch.from_numpy(np.stack(list(worn.values())))
    under = torch.from_numpy(np.stack([drawings[source] for source, _ in worn]))
    changed = choosing.colour_change(made, under)
    value = jury(data.shrink(made, data.SMALL))[:, STYLES.index(style)]
    allowed = changed <= max(CHANGED, float(changed.min()))
    if is_coloured:
        allowed &= colours.main_colour(made) == colours.main_colour(under)
    if not allowed.any():
        return None
    return list(worn)[int(value.masked_fill(~allowed, -torch.inf).argmax())]


def choose(work, folder, jury):
    """The dresses of all pairs of a thing and a style with a palette that training sees no drawing of: style -> "source spread" -> names."""
    table, shipped = data.Table(work), runtime.Shipped(folder, threads=1)
    found = {style: {} for style in surfaces.palettes()}
    for concept, there in zip(table.concepts, (table.drawings() >= 0).tolist()):
        missing = [style for style in found if not there[STYLES.index(style)]]
        sources = [style for style, one in zip(STYLES, there) if one]
        if not missing or not sources:
            continue
        name = concept["names"]["en"]
        drawn = shipped.generate([f"{name} {style}" for style in sources], seed=1) / 2 + 0.5
        drawings = {style: surfaces.even(picture) for style, picture in zip(sources, drawn)}
        is_coloured = not COLOURED.isdisjoint(name.lower().split())
        for style in missing:
            dress = best_dress(jury, drawings, style, is_coloured)
            if dress:
                found[style].setdefault("{} {}".format(*dress), []).append(name)
    return {style: {dress: "|".join(sorted(names)) for dress, names in sorted(dresses.items())} for style, dresses in found.items()}


def drawn():
    """Straight [4,SIDE,SIDE] 0..255: the disc of record_surfaces.py with a hole, and a thin stroke. The product's test draws the same."""
    side = record_surfaces.SIDE
    y, x = np.mgrid[0:side, 0:side]
    picture = record_surfaces.drawn()
    eye, stroke = (x - 40) ** 2 + (y - 40) ** 2 < 16, (abs(y - 90) < 2) & (x > 10) & (x < 86)
    return np.where(eye | stroke, np.array([20, 20, 20, 255])[:, None, None], picture)


def write_reference(folder):
    """What becomes of a picture in each style, every few pixels, and how some things are dressed."""
    straight = drawn() / 255
    premultiplied = np.concatenate([straight[:3] * straight[3:], straight[3:]])
    samples = [[x, y] for y in range(8, 96, 8) for x in range(8, 96, 8) if straight[3, y, x] == 1]
    colours = {}
    for style in surfaces.palettes():
        made = dressing.dressed(premultiplied, style, SPREAD)
        colours[style] = [[round(255 * float(made[c, y, x])) for c in range(3)] for x, y in samples]
    vocabulary = json.loads((Path(folder) / "vocabulary.json").read_text())
    wardrobe = dressing.Wardrobe(vocabulary, functools.partial(runtime.Shipped.words_of, types.SimpleNamespace(vocabulary=vocabulary)))
    dresses = {text: {style: wardrobe.dress_of(text, style) for style in STYLES} for text in TEXTS}
    print(json.dumps({"spread": SPREAD, "samples": samples, "colours": colours, "dresses": dresses}, ensure_ascii=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["table", "reference"])
    parser.add_argument("--work", help="prepared folder with a jury, for the table")
    parser.add_argument("--model", required=True, help="shipped folder")
    args = parser.parse_args()
    if args.what == "table":
        print(json.dumps(choose(args.work, args.model, jury_of(args.work)), ensure_ascii=False, indent=2))
    else:
        write_reference(args.model)


if __name__ == "__main__":
    main()
