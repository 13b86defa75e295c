"""Measures a shipped model folder with the independent judge of audit.py; prints one JSON.

  python evaluate.py --work WORK --model models/sticker-one [--compare models/other] [--minutes 20]

Per set of prompts: right object first (top-1) and among the first five (top-5), style and
main colour; of things in a style that they were never drawn in, also whether they keep a
colour of theirs. The same figures for real pictures are the ceiling. Then diversity over
four seeds, a Frechet distance to real drawings that training never saw, with controls, how near
pictures come to the drawings that they mean, the share of copies, and that of samples that stray. Prompts are drawn by
a fixed seed, never by hand. The other model is asked only for what it can know.
"""
import argparse
import json
import random
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

import audit
import captions
import colours
import data
import product
import steadiness

STYLE_WORDS = list(captions.STYLE_WORDS)
# What the pilot was trained on: these subgroups in its four styles.
PILOT_GROUPS = ("animal", "food", "plant", "drink", "place-", "transport-ground", "transport-air", "transport-water")
PILOT_STYLES = ("3d", "flat", "noto", "twemoji")


class Prompts:
    """Draws evaluation prompts with the labels that they ask for."""

    def __init__(self, table, pilot_world, seed):
        self.table, self.random = table, random.Random(seed)
        self.names = table.concepts
        group = [c["subgroup"].startswith(PILOT_GROUPS) for c in table.concepts]
        style = [name in PILOT_STYLES for name in data.STYLES]
        self.pictures = [i for i, (c, s) in enumerate(zip(table.concept.tolist(), table.style.tolist()))
                         if float(table.weight[i] + table.style_held[i]) > 0 and (not pilot_world or (group[c] and style[s]))]

    def pool(self, style):
        """The pictures of "seen" or "held" pairs of a thing and a style."""
        return [i for i in self.pictures if bool(self.table.style_held[i]) == (style == "held")]

    def row(self, i, hue=-1, language="en"):
        """What asks for picture i, in a colour or as it is: (prompt, concept, style, colour or -1, picture)."""
        concept, style = int(self.table.concept[i]), int(self.table.style[i])
        name = self.names[concept]["names"].get(language) or self.names[concept]["names"]["en"]
        words = ([colours.NAMES[hue]] if hue >= 0 else []) + [name, STYLE_WORDS[style]]
        return " ".join(words), concept, style, hue, i

    def draw(self, count, colour=None, style="seen", language="en"):
        """Random rows; colour: None, "seen" or "held"; style: "seen" or "held"."""
        rows, pool = [], self.pool(style)
        while len(rows) < count and pool:
            i, hue = self.random.choice(pool), -1
            if colour:
                fit = [k for k in range(len(colours.NAMES)) if bool(self.table.colour_held[i, k]) == (colour == "held")]
                if not fit:
                    continue
                hue = self.random.choice(fit)
            rows.append(self.row(i, hue, language))
        return rows

    def held(self):
        """A row for every drawing that training never saw."""
        return [self.row(i) for i in self.pool("held")]

    def seen_in(self, style):
        """A random drawing of a style that training saw."""
        return self.random.choice([i for i in self.pool("seen") if int(self.table.style[i]) == style])


def to_small(pictures):
    """Generated pictures [n,4,H,W] numpy in -1..1 -> torch [n,4,64,64] in 0..1."""
    return data.shrink(torch.from_numpy(pictures) / 2 + 0.5, data.SMALL).clamp(0, 1)


def real_pictures(table, rows):
    """The real pictures that rows ask for: recoloured exactly where a colour is asked."""
    pictures = table.batch([row[4] for row in rows])
    hue = torch.tensor([row[3] for row in rows])
    if (hue >= 0).any():
        pictures[hue >= 0] = colours.recolour(pictures[hue >= 0], hue[hue >= 0])
    return pictures


def scores(judgement, rows):
    """Percentages right, and the counts they rest on."""
    objects, styles, hues, _ = judgement
    concept, style, hue = (torch.tensor([row[k] for row in rows]) for k in (1, 2, 3))
    best = objects.topk(5, 1).indices
    percent = lambda right: round(100 * float(right.float().mean()), 1)
    result = {"n": len(rows), "object_top1": percent(best[:, 0] == concept), "object_top5": percent((best == concept[:, None]).any(1)),
              "style": percent(styles.argmax(1) == style)}
    result["style_by_style"] = {STYLE_WORDS[k]: percent((styles.argmax(1) == k)[style == k]) for k in style.unique().tolist()}
    if (hue >= 0).all():
        result["colour"] = percent(hues.argmax(1) == hue)
    return result


def known_colour(pictures, table, rows):
    """Percentage of pictures whose main colour (or that none leads) is that of a drawing of the thing which training sees."""
    seen, leads = table.weight > 0, torch.zeros(len(table.concepts), len(colours.NAMES) + 1)
    leads[table.concept[seen], table.colour[seen]] = 1     # -1, none, is the last column
    return round(100 * float(leads[[row[1] for row in rows], colours.main_colour(pictures)].mean()), 1)


def like_the_drawing(pictures, table, rows):
    """How near pictures come to the drawings that their words mean, mirrored or not: mean difference, of 100, and percentage of opaque pixels that differ by less than 2."""
    drawn = table.batch([row[4] for row in rows])
    difference = torch.stack([(pictures - one).abs() for one in (drawn, drawn.flip(-1))])
    mean = difference.mean((2, 3, 4))
    opaque = torch.stack([drawn[:, 3], drawn[:, 3].flip(-1)]) > 0.9
    same = ((difference.amax(2) < 0.02) & opaque).sum((2, 3)) / opaque.sum((2, 3)).clamp_min(1)
    nearer = mean.argmin(0)[None]
    return {"mean_difference": round(100 * float(mean.gather(0, nearer).mean()), 2), "same_colour": round(100 * float(same.gather(0, nearer).mean()), 1)}


def judged(network, table, sets):
    """Figures of prompt sets, each (pictures, rows), by name. In a style that it was never drawn in a thing shall keep a colour of its own."""
    result = {name: scores(audit.judge(network, pictures), rows) for name, (pictures, rows) in sets.items()}
    result["plain"]["like_the_drawing"] = like_the_drawing(sets["plain"][0], table, sets["plain"][1])
    result["style_held_pair"]["known_colour"] = known_colour(sets["style_held_pair"][0], table, sets["style_held_pair"][1])
    return result


def frechet(a, b):
    """Frechet distance of Gaussians fitted to two feature sets [n,d]."""
    a, b = a.double(), b.double()
    cov = lambda f: torch.cov(f.T)
    values, vectors = torch.linalg.eigh(cov(a))
    root = vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov(b) @ root).clamp_min(0).sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + torch.trace(cov(a)) + torch.trace(cov(b)) - 2 * cross)


def thumbnails(pictures):
    """Premultiplied [n,4,64,64] -> [n, 3*24*24] over white, for nearest-neighbour search in pixels."""
    return F.interpolate(audit.composite(pictures, torch.ones(len(pictures), 3)), size=24, mode="area").flatten(1)


def training_thumbnails(table, hue=None):
    """Thumbnails of all pictures as drawn, or of all pictures recoloured to hue."""
    parts = []
    for chunk in torch.arange(len(table.concept)).split(512):
        pictures = table.batch(chunk)
        parts.append(thumbnails(pictures if hue is None else colours.recolour(pictures, torch.full((len(chunk),), hue))))
    return torch.cat(parts)


def copying(generated, table):
    """Share of plain generated pictures closer to a training picture than 95 % of real unseen drawings are."""
    train_rows = (~table.style_held).nonzero()[:, 0]
    reference = training_thumbnails(table)[train_rows]
    reference = torch.cat([reference, reference.view(-1, 3, 24, 24).flip(-1).flatten(1)])
    unseen = thumbnails(table.batch(table.style_held.nonzero()[:, 0]))
    real = torch.cdist(unseen, reference).min(1).values
    made = torch.cdist(thumbnails(generated), reference).min(1).values
    return {"share_closer_than_real_5th_percentile": round(float((made < real.quantile(0.05)).float().mean()), 3),
            "share_closer_than_real_median": round(float((made < real.median()).float().mean()), 3),
            "median_nearest_generated": round(float(made.median()), 2), "median_nearest_real_unseen": round(float(real.median()), 2)}


def diversity(shipped, network, table, draws, count):
    """Four seeds of prompts without a style: pixel and feature distance between seeds, and how many are right."""
    rows = draws.draw(count)
    rows = [(table.concepts[r[1]]["names"]["en"], *r[1:]) for r in rows]
    pictures = [to_small(shipped.generate([row[0] for row in rows], seed=1000 * (k + 1))) for k in range(4)]
    features = [audit.judge(network, p) for p in pictures]
    apart = lambda sets: float(torch.stack([(sets[i] - sets[j]).norm(dim=1).mean() for i in range(4) for j in range(i)]).mean())
    concept = torch.tensor([row[1] for row in rows])
    right = torch.stack([(f[0].topk(5, 1).indices == concept[:, None]).any(1) for f in features])
    result = {"prompts": len(rows), "feature_distance": round(apart([f[3] for f in features]), 3),
              "thumbnail_distance": round(apart([thumbnails(p) for p in pictures]), 3), "top5_all_four_right": round(100 * float(right.all(0).float().mean()), 1)}
    shuffled = features[0][3][torch.randperm(len(rows), generator=torch.Generator().manual_seed(0))]
    result["feature_distance_between_prompts"] = round(float((features[0][3] - shuffled).norm(dim=1).mean()), 3)
    return result


def rows_for(draws, count):
    """The prompt sets, by name. Of pairs that were held out more are asked for: the bars are about them, and 300 prompts tell 89 % from 91 by chance."""
    return {"plain": draws.draw(count), "plain_french": draws.draw(count, language="fr"), "colour_seen_pair": draws.draw(count, "seen"),
            "colour_held_pair": draws.draw(5 * count, "held"), "style_held_pair": draws.held()}


def measure(folder, network, table, pilot_world, count, steps=None):
    """All figures of one shipped folder."""
    shipped = product.Product(folder, threads=2)
    draws = Prompts(table, pilot_world, seed=3)
    # Without the seed's pose, which is no matter of things and styles, and would hide a copy.
    sets = {name: (to_small(shipped.generate([row[0] for row in rows], seed=17, steps=steps, posed=False)), rows) for name, rows in rows_for(draws, count).items()}
    result = judged(network, table, sets)
    result["diversity"] = diversity(shipped, network, table, draws, min(48, count))
    held = draws.held()
    made = to_small(shipped.generate([row[0] for row in held], seed=17, steps=steps, posed=False))
    result["frechet"] = round(frechet(audit.judge(network, made)[3], audit.judge(network, real_pictures(table, held))[3]), 2)
    result["copying"] = copying(sets["plain"][0], table)
    plain = [row[0] for row in sets["plain"][1]]
    result["strays"] = {f"{n}_steps": steadiness.strays(shipped, plain, n) for n in (shipped.manifest["sampling"]["defaultSteps"], 16)}
    return result


def controls(network, table, pilot_world, count):
    """Ceilings from real pictures, and what else is how far from the drawings that training never saw.

    Of the real ones, as many others of the same styles; and of all drawings that training saw the nearest to each, with noise.
    """
    result = judged(network, table, {name: (real_pictures(table, rows), rows) for name, rows in rows_for(Prompts(table, pilot_world, seed=3), count).items()})
    draws = Prompts(table, pilot_world, seed=4)
    held = draws.held()
    unseen = real_pictures(table, held)
    away = lambda pictures: round(frechet(audit.judge(network, pictures)[3], audit.judge(network, unseen)[3]), 2)
    result["frechet_real_to_held"] = away(table.batch([draws.seen_in(row[2]) for row in held]))
    seen = torch.tensor(draws.pool("seen"))
    nearest = table.batch(seen[torch.cdist(thumbnails(unseen), training_thumbnails(table)[seen]).argmin(1)])
    noise = 0.15 * torch.randn(nearest.shape, generator=torch.Generator().manual_seed(1))
    result["frechet_noised_nearest_to_held"] = away((nearest + noise).clamp(0, 1))
    return result


def speed(folder):
    """Milliseconds of one picture at the default steps with two threads, best of five, and of loading."""
    began = time.time()
    shipped = product.Product(folder, threads=2)
    load, times = time.time() - began, []
    for _ in range(5):
        began = time.time()
        shipped.generate(["red fox 3d"])
        times.append(time.time() - began)
    return {"load_ms": round(1000 * load), "one_picture_ms_best_of_5": round(1000 * min(times)), "steps": shipped.manifest["sampling"]["defaultSteps"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--model", required=True, help="shipped folder")
    parser.add_argument("--compare", help="another shipped folder, judged on the pilot's world")
    parser.add_argument("--minutes", type=float, default=20, help="training time of the judge if there is none yet")
    parser.add_argument("--audit-steps", type=int, help="train the judge this many steps instead of minutes")
    parser.add_argument("--audit-batch", type=int, default=128, help="pictures in a training step of the judge")
    parser.add_argument("--report", help="file for the figures; without it they are printed")
    parser.add_argument("--count", type=int, default=300, help="prompts per set")
    parser.add_argument("--steps", type=int, help="sampling steps instead of the default")
    args = parser.parse_args()
    if args.audit_steps or not (Path(args.work) / "audit.pt").exists():
        audit.train_audit(args.work, args.minutes, args.audit_steps, args.audit_batch)
    network, table = audit.load_audit(args.work), data.Table(args.work)
    report = {"all_concepts": {"model": measure(args.model, network, table, False, args.count, args.steps), "real": controls(network, table, False, args.count)},
              "speed": speed(args.model)}
    if args.compare:
        print(json.dumps(report), file=sys.stderr, flush=True)   # the comparison takes as long again
    if args.compare:
        report["pilot_world"] = {"model": measure(args.model, network, table, True, args.count, args.steps),
                                 "compared": measure(args.compare, network, table, True, args.count), "real": controls(network, table, True, args.count)}
    text = json.dumps(report, indent=1)
    Path(args.report).write_text(text) if args.report else print(text)


if __name__ == "__main__":
    main()
