"""Writes what the rule for styles that were never drawn (dressing.py, the product's dressing.ts) knows, and a reference that both are held against.

  python record_dressing.py table --work WORK --model ../models/sticker-one > ../packages/engines/src/local/composing/dressing.json
  python record_dressing.py reference --model ../models/sticker-one > ../packages/engines/src/local/composing/dressing.reference.json

Which drawing is dressed, and how far its colours move, is for the jury of choosing.py to say, which must have been trained
(train.py imagine): the model draws each thing in all styles that training sees it drawn in and, as it imagines it, in each that
is missing; all are dressed in that, and the one counts in which the jury finds most of the style, among those whose colours
stay about the same. Colours that the thing was never drawn in, changes, and faults of what the network draws beneath count
against one. What was held out for the evaluation counts as never drawn.
"""
import argparse
import functools
import json
import multiprocessing
import os
import sys
import types
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import choosing
import colours
import data
import dressing
import framing
import record_surfaces
import runtime
import surfaces
from synonyms import COLOUR_WORDS, STYLE_WORDS

SPREADS, IMAGINED_SPREADS = (0.05, 0.11, 0.2), (0.15,)
SPREAD = 0.1         # of the reference
SEEDS = (1, 3)       # of the samples that are dressed: what suits one by chance does not suit the next
CHANGED = 0.16       # of 1: how far the colours of a drawing may be from those that it was dressed over
# What counts against a dress, in logarithms of how likely the style is: a main colour that no drawing of the thing has; a
# change of all colours from black to white; what the network draws beneath being another picture than the artist's, in the
# square where it is worst; and being dressed over what was imagined, which is softer than what artists drew.
ANOTHER_COLOUR, CHANGE, UNLIKE, SOFTER = 2.0, 2.0, 15.0, 0.4
SQUARE = 8           # edge of the squares, of 64 pixels
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


def small(picture):
    """A picture [4,256,256] -> [4,64,64], for the jury."""
    return data.shrink(torch.from_numpy(picture), data.SMALL)


def unlike(drawn, drawing):
    """How far a picture [4,64,64] is from another or its mirror image in the square where it is worst: the mean squared difference of its channels."""
    worst = lambda other: F.avg_pool2d((drawn - other).square().mean(0, keepdim=True), SQUARE, SQUARE // 2).max()
    return float(min(worst(drawing), worst(drawing.flip(-1))))


class Attempts:
    """A thing's dresses for a style, as small pictures: each one's (style beneath, spread), what it was put over, and what counts against that."""

    def __init__(self, style):
        self.style, self.dresses, self.made, self.under, self.faults = style, [], [], [], []

    def add(self, dress, made, under, fault):
        self.dresses.append(dress)
        self.made.append(small(made))
        self.under.append(small(under))
        self.faults.append(fault)

    @torch.no_grad()
    def judged(self, jury, known, is_coloured):
        """How good each dress is, and whether it counts: of a thing whose name has a colour only where the main one stays. known: the main colours of the thing's drawings."""
        made, under = torch.stack(self.made), torch.stack(self.under)
        changed, colour = choosing.colour_change(made, under), colours.main_colour(made)
        value = jury(made)[:, STYLES.index(self.style)] - CHANGE * changed - torch.tensor(self.faults)
        value -= ANOTHER_COLOUR * torch.tensor([main not in known for main in colour.tolist()])
        return value, (changed <= CHANGED) & ((colour == colours.main_colour(under)) | (not is_coloured))


def best_dress(samples, jury, known, is_coloured):
    """The best dress (style, spread) of attempts at the same dresses, one for each sample of the network. The others: see Attempts.judged."""
    value, counts = zip(*(attempts.judged(jury, known, is_coloured) for attempts in samples))
    return samples[0].dresses[int(torch.stack(value).mean(0).masked_fill(~torch.stack(counts).all(0), -torch.inf).argmax())]


def attempts_at(style, drawn, faults):
    """All dresses of a thing in a style, of what the network draws in others and imagines in the style itself (style -> picture [4,256,256]), and what counts against each."""
    attempts = Attempts(style)
    for source, picture in drawn.items():
        even = surfaces.even(framing.framed(picture, style))
        for spread in IMAGINED_SPREADS if source == style else SPREADS:
            attempts.add((source, spread), dressing.painted_as(style, spread, even, is_even=True), even, faults[source])
    as_it_is = dressing.dressed(drawn[style], style, 0)
    attempts.add((style, 0), as_it_is, as_it_is, faults[style])
    return attempts


def fault_of(picture, style, drawings):
    """What counts against a thing [4,256,256] as the network draws it in a style: against what it imagines there, that it is softer, and how far it is from the nearest drawing in that one's frame. drawings: style -> [4,64,64]."""
    if style in drawings:
        return UNLIKE * unlike(small(picture), drawings[style])
    return SOFTER + UNLIKE * min(unlike(small(framing.framed(picture, other)), drawing) for other, drawing in drawings.items())


def dresses_of(i, table, shipped, jury):
    """The dresses (style beneath, spread) of the i-th thing in all styles that training sees no drawing of, by style."""
    index = table.drawings()[i].tolist()
    missing, sources = [[style for style, one in zip(STYLES, index) if (one >= 0) == there] for there in (False, True)]
    painted = [style for style in missing if style in surfaces.palettes()]
    if not sources:
        return {}
    name = table.concepts[i]["names"]["en"]
    known = set(table.colour[(table.concept == i) & (table.weight > 0)].tolist())
    is_coloured = not COLOURED.isdisjoint(name.lower().split())
    drawings = {style: table.batch([index[STYLES.index(style)]])[0] for style in sources}
    samples = []
    for seed in SEEDS if painted else ():
        drawn = dict(zip(sources + painted, shipped.generate([f"{name} {style}" for style in sources + painted], seed) / 2 + 0.5))
        faults = {style: fault_of(picture, style, drawings) for style, picture in drawn.items()}
        samples.append({style: attempts_at(style, {one: drawn[one] for one in [*sources, style]}, faults) for style in painted})
    best = {style: best_dress([sample[style] for sample in samples], jury, known, is_coloured) for style in painted}
    return {style: best.get(style, (style, 0)) for style in missing}


def choose_some(work, folder, first, step):
    """The dresses of every so manyth thing, from the first on: [(style, "source spread", name)]."""
    torch.set_num_threads(1)
    table, shipped, jury = data.Table(work), runtime.Shipped(folder, threads=1), jury_of(work)
    count, found = len(table.concepts), []
    for i in range(first, count, step):
        dresses = dresses_of(i, table, shipped, jury)
        found += [(style, "{} {}".format(*dress), table.concepts[i]["names"]["en"]) for style, dress in dresses.items()]
        if i % 100 == first:
            print(f"{i} of {count} things", file=sys.stderr, flush=True)
    return found


def choose(work, folder):
    """The dresses of all pairs of a thing and a style that training sees no drawing of, on all processors: style -> "source spread" -> names."""
    processors, found = os.cpu_count(), {style: {} for style in STYLES}
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = pool.map(choose_some, [work] * processors, [folder] * processors, range(processors), [processors] * processors)
        for style, dress, name in (row for part in parts for row in part):
            found[style].setdefault(dress, []).append(name)
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
    for style in STYLES:
        made = dressing.dressed(premultiplied, style, SPREAD if style in surfaces.palettes() else 0)
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
        print(json.dumps(choose(args.work, args.model), ensure_ascii=False, indent=2))
    else:
        write_reference(args.model)


if __name__ == "__main__":
    main()
