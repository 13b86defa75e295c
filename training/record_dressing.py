"""Writes what the rule for styles that were never drawn (dressing.py, the product's dressing.ts) knows, and a reference that both are held against.

  python record_dressing.py table --work WORK --model ../models/sticker-one > ../packages/engines/src/local/composing/dressing.json
  python record_dressing.py reference --model ../models/sticker-one > ../packages/engines/src/local/composing/dressing.reference.json

Which drawing is dressed, and how far its colours move, is for the jury of choosing.py to say, which must have been trained
(train.py imagine): the model draws each thing in all styles that training sees it drawn in and, as it imagines it, in each that
is missing; all are dressed in that, and the one counts in which the jury finds most of the style, among those whose colours
stay about the same. Colours that the thing was never drawn in and changes count against one. What was held out for the evaluation counts as never drawn.
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
import product
import record_surfaces
import runtime
import surfaces
from synonyms import COLOUR_WORDS, STYLE_WORDS

SPREADS, IMAGINED_SPREADS = (0.05, 0.08, 0.11, 0.15, 0.2), (0.08, 0.15)
SPREAD = 0.1         # of the reference
SEEDS = (1, 3)       # of the samples that are dressed: what suits one by chance does not suit the next
CHANGED = 0.16       # of 1: how far the colours of a drawing may be from those that it was dressed over
# What counts against a dress, in logarithms of how likely the style is: a main colour that no drawing of the thing has, a
# change of all colours from black to white, and being dressed over what was imagined, which is softer than what artists drew.
ANOTHER_COLOUR, CHANGE, SOFTER = 0.5, 1.0, 0.1
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


class Attempts:
    """A thing's dresses for a style, as small pictures: each one's (style beneath, spread), and what it was put over."""

    def __init__(self, style):
        self.style, self.dresses, self.made, self.under = style, [], [], []

    def add(self, source, spread, made, under):
        self.dresses.append((source, spread))
        for pictures, picture in ((self.made, made), (self.under, under)):
            pictures.append(data.shrink(torch.from_numpy(picture), data.SMALL))

    @torch.no_grad()
    def judged(self, jury, known, is_coloured):
        """How good each dress is, and whether it counts: of a thing whose name has a colour only where the main one stays. known: the main colours of the thing's drawings."""
        made, under = torch.stack(self.made), torch.stack(self.under)
        changed, colour = choosing.colour_change(made, under), colours.main_colour(made)
        value = jury(made)[:, STYLES.index(self.style)] - CHANGE * changed
        value -= ANOTHER_COLOUR * torch.tensor([main not in known for main in colour.tolist()])
        value -= SOFTER * torch.tensor([source == self.style for source, _ in self.dresses])
        return value, (changed <= CHANGED) & ((colour == colours.main_colour(under)) | (not is_coloured))


def best_dress(samples, jury, known, is_coloured):
    """The best dress (style, spread) of attempts at the same dresses, one for each sample of the network; None where that is none at all. The others: see Attempts.judged."""
    value, counts = zip(*(attempts.judged(jury, known, is_coloured) for attempts in samples))
    found = torch.stack(value).mean(0).masked_fill(~torch.stack(counts).all(0), -torch.inf)
    source, spread = samples[0].dresses[int(found.argmax())]
    return (source, spread) if spread else None


def attempts_at(style, drawings, imagined):
    """All dresses of a thing in a style, of its drawings of even surfaces (style -> picture [4,256,256]) and of what the network imagines in the style itself, which may also stay as it is."""
    attempts, even = Attempts(style), surfaces.even(imagined)
    for source, picture, spreads in [*((*one, SPREADS) for one in drawings.items()), (style, even, IMAGINED_SPREADS)]:
        for spread in spreads:
            attempts.add(source, spread, dressing.dressed(picture, style, spread, is_even=True), picture)
    as_it_is = product.Product.in_surfaces(imagined, {style}, None)
    attempts.add(style, 0, as_it_is, as_it_is)
    return attempts


def choose(work, folder, jury):
    """The dresses of all pairs of a thing and a style with a palette that training sees no drawing of: style -> "source spread" -> names."""
    table, shipped = data.Table(work), runtime.Shipped(folder, threads=1)
    found, seen = {style: {} for style in surfaces.palettes()}, table.weight > 0
    for i, (concept, there) in enumerate(zip(table.concepts, (table.drawings() >= 0).tolist())):
        missing = [style for style in found if not there[STYLES.index(style)]]
        sources = [style for style, one in zip(STYLES, there) if one]
        if not missing or not sources:
            continue
        name, known = concept["names"]["en"], set(table.colour[(table.concept == i) & seen].tolist())
        is_coloured = not COLOURED.isdisjoint(name.lower().split())
        samples = [shipped.generate([f"{name} {style}" for style in sources + missing], seed) / 2 + 0.5 for seed in SEEDS]
        evened = [{style: surfaces.even(picture) for style, picture in zip(sources, drawn)} for drawn in samples]
        for k, style in enumerate(missing, len(sources)):
            dress = best_dress([attempts_at(style, even, drawn[k]) for even, drawn in zip(evened, samples)], jury, known, is_coloured)
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
