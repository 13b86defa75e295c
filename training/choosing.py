"""Chooses what a thing looks like in a style that it was never drawn in, among many attempts, by a jury.

Attempts are the drawings in other styles and what the transformer of imagine.py draws of all or some of them, as they are
and in the style's colours (palettes.py). The jury is a few small networks that name the styles of the drawings which
training sees, and rarely err in the same way. The judge of audit.py is not among them and never chooses: it has other
weights and another architecture.
"""
import copy
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import audit
import batches
import colours
import data
import latent
import model
import palettes
import train
import transformer
import warm_start

STYLES = len(data.STYLES)
CHANGED = 0.12      # of 1: how far painting may move the colours of an attempt; without a bound crocodiles become blue
SHAPES, COLOURS = 0.18, 0.12     # of 1: how far means of squares and the mean of all may be from those of the nearest drawing; nine in ten real drawings are as near to another
CONVINCED = 0.8     # of 1: how likely an attempt must be of its style to be as good as any
SQUARE = 8          # edge of the squares, in pixels
GUIDANCE = (1.0, 1.6, 2.4)     # of the style, for the transformer's samples
SAMPLES = {"cuda": 4, "cpu": 2}     # for each of them
JURORS, JUROR_BATCH = {"cuda": 6, "cpu": 3}, {"cuda": 256, "cpu": 96}
TOGETHER = {"cuda": 64, "cpu": 16}     # pairs whose attempts are judged together


def stage(before, after, stride):
    """Two 3x3 convolutions."""
    layer = lambda width, step: nn.Sequential(nn.Conv2d(width, after, 3, step, 1), nn.GroupNorm(8, after), nn.SiLU())
    return nn.Sequential(layer(before, stride), layer(after, 1))


class StyleJuror(nn.Module):
    """Premultiplied pictures [n,4,64,64] in 0..1 -> style logits [n,6]: of what each stage sees anywhere, not of where it is."""

    def __init__(self, width=48):
        super().__init__()
        self.config = dict(width=width)
        self.body = nn.ModuleList([stage(16, width, 1), stage(width, 2 * width, 2), stage(2 * width, 3 * width, 2)])
        self.head = nn.Sequential(nn.Linear(12 * width, 192), nn.SiLU(), nn.Dropout(0.2), nn.Linear(192, STYLES))

    def forward(self, pictures):
        h, seen = F.pixel_unshuffle(pictures * 2 - 1, 2), []
        for part in self.body:
            h = part(h)
            seen += [h.mean((2, 3)), h.amax((2, 3))]
        return self.head(torch.cat(seen, 1))


def varied(pictures, generator):
    """Half of the pictures [n,4,64,64] moved, all a little noisy."""
    where = dict(generator=generator, device=generator.device)
    draw = lambda low, high: torch.rand(len(pictures), **where) * (high - low) + low
    pictures = torch.where((draw(0, 1) < 0.5)[:, None, None, None], audit.moved(pictures, draw, 0.1, 0.9, 1.15), pictures)
    return pictures + draw(0, 0.02)[:, None, None, None] * torch.randn(pictures.shape, **where)


def train_jury(table, args):
    """A jury, trained in the minutes of args: pictures [n,4,64,64] -> logarithms of how likely each style is [n,6]."""
    each = copy.copy(args)
    each.minutes = args.minutes / JURORS[train.DEVICE]
    return jury_of([train_juror(table, each, k) for k in range(JURORS[train.DEVICE])])


def jury_of(jurors):
    """Several jurors as one: pictures [n,4,64,64] -> logarithms of how likely each style is [n,6]."""
    return lambda pictures: torch.stack([juror(pictures).log_softmax(1) for juror in jurors]).mean(0)


def train_juror(table, args, which, rate=2e-3):
    """One of the jury, trained for the budget of args; resumes from work/juror<which>.pt."""
    torch.manual_seed(which)
    network = StyleJuror().to(train.DEVICE, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.03)
    checkpoint = train.Checkpoint(Path(args.work) / f"juror{which}.pt", network, train.Average(network, 0.99), optimiser)
    step, budget, right = checkpoint.step, train.Budget(args, checkpoint.spent), 0.0
    seen, generator = (table.weight > 0).nonzero()[:, 0], torch.Generator(train.DEVICE).manual_seed(step + which)
    while (progress := budget.progress(step)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate(progress, rate, 0.3)
        pictures, _, style, _ = audit.draw_real(table, JUROR_BATCH[train.DEVICE], generator, seen)
        pictures = varied(pictures, generator).contiguous(memory_format=torch.channels_last)
        with torch.autocast(train.DEVICE, torch.bfloat16, enabled=not args.full_precision):
            guess = network(pictures).float()
        F.cross_entropy(guess, style, label_smoothing=0.05).backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        checkpoint.average.update(network, step)
        right += (guess.argmax(1) == style).float().mean()
        if step % 200 == 0:
            print(f"juror {which}, step {step} minute {budget.spent / 60:.1f} right {float(right) / 200:.3f}", flush=True)
            right = 0.0
            checkpoint.keep(step, budget.spent)
    checkpoint.keep(step, budget.spent)
    return checkpoint.average.shadow


def imagined(drawer, drawings, there, asked, generator):
    """Samples of things, of their drawings [n,6,4,64,64] in 0..1 and which there are [n,6], in styles [n]: a list of [n,4,64,64] in 0..1. Every second one sees some of the drawings only."""
    samples, wordless = [], torch.zeros(len(asked), 1, dtype=torch.long, device=asked.device)
    for guidance in GUIDANCE:
        for k in range(SAMPLES[train.DEVICE]):
            some = there * batches.chance(0.5, there.shape, generator).float() if k % 2 else there
            shown = torch.where(some.sum(1, keepdim=True) > 0, some, there)
            noise = torch.randn(drawings[:, 0].shape, generator=generator, device=asked.device)
            with torch.autocast(train.DEVICE, torch.bfloat16, enabled=train.half_precision_pays()):
                samples.append(as_pictures(transformer.drawn(drawer, noise, drawings * 2 - 1, shown, asked, model.empty_prompts(wordless), guidance)))
    return samples


def as_pictures(made):
    """What a network or the basis made [n,4,64,64] in about -1..1, in 0..1: no premultiplied colour is brighter than its alpha."""
    made = (made / 2 + 0.5).clamp(0, 1)
    return torch.cat([torch.minimum(made[:, :3], made[:, 3:]), made[:, 3:]], 1)


def attempts(drawer, drawings, there, style, painters, generator):
    """Attempts at things, of their drawings [n,6,4,64,64] and which there are [n,6], in a style with its palettes (painters).

    Returns attempts [n,K,4,64,64], what each was before it was painted, alike, and which count [n,K].
    """
    asked = torch.full((len(there),), style, device=there.device)
    samples = imagined(drawer, drawings, there, asked, generator)
    before, count = [*drawings.unbind(1), *samples], [*there.unbind(1), *[torch.ones_like(there[:, 0])] * len(samples)]
    painted = [picture for one in before for picture in (one, *(palettes.repainted(one, palette) for palette in painters))]
    each = lambda parts: torch.stack(parts, 1).repeat_interleave(1 + len(painters), 1)
    return torch.stack(painted, 1), each(before), each(count) > 0


def colour_change(pictures, source):
    """How far colours moved, pictures and what they were made of [...,4,H,W] -> mean difference of opaque pixels [...]."""
    return (pictures[..., :3, :, :] - source[..., :3, :, :]).abs().sum((-3, -2, -1)) / (3 * source[..., 3, :, :].sum((-2, -1))).clamp_min(1)


def apart(what, pictures, drawings, there):
    """How far what(...) [n,K,d] of attempts [n,K,4,64,64] is from that of the nearest of the drawings [n,6,4,64,64] that are there [n,6]: mean difference [n,K]."""
    found, drawn = what(pictures), what(drawings)
    return (torch.cdist(found, drawn, p=1) / drawn.shape[2] + 9 * (1 - there[:, None])).amin(2)


def shapes_of(pictures):
    """Means of the squares of pictures [n,K,4,64,64]: [n,K,d]."""
    return F.adaptive_avg_pool2d(pictures.flatten(0, 1), data.SMALL // SQUARE).flatten(1).unflatten(0, pictures.shape[:2])


def mean_colour(pictures):
    """[n,K,4,64,64] -> [n,K,3]."""
    return pictures[..., :3, :, :].sum((-2, -1)) / pictures[..., 3, :, :].sum((-2, -1)).clamp_min(1)[..., None]


def main_colour(pictures):
    """[n,K,4,64,64] -> the main colour, 1 at its place, the last one for none: [n,K,13]."""
    found = colours.main_colour(pictures.flatten(0, 1)).view(pictures.shape[:2])
    return F.one_hot(found % (len(colours.NAMES) + 1), len(colours.NAMES) + 1).float()


def is_true(pictures, drawings, there):
    """Whether attempts [n,K,4,64,64] have the main colour, about the mean colour and about the shapes of drawings [n,6,4,64,64] that are there [n,6]: bool [n,K]."""
    return (apart(shapes_of, pictures, drawings, there) <= SHAPES) & (apart(mean_colour, pictures, drawings, there) <= COLOURS) & (apart(main_colour, pictures, drawings, there) == 0)


def best(likely, pictures, before, drawings, there, count):
    """The best of attempts [n,K,4,64,64] that count [n,K], at drawings [n,6,4,64,64] that are there [n,6]: [n,4,64,64].

    likely: pictures [m,4,64,64] -> logarithms of how likely they are of the style [m]. Of those that convince, the one
    whose shapes are nearest to a drawing: the likeliest of many has often no more than its style.
    """
    allowed = count & (colour_change(pictures, before) <= CHANGED) & is_true(pictures, drawings, there)
    value = likely(pictures.flatten(0, 1)).view(count.shape).clamp_max(math.log(CONVINCED)) - apart(shapes_of, pictures, drawings, there)
    return pictures[torch.arange(len(pictures), device=pictures.device), value.masked_fill(~allowed, -torch.inf).argmax(1)]


@torch.no_grad()
def choose(feed, drawer, jury, concept, style):
    """Pictures [M,4,64,64] of concepts [M] in styles [M]."""
    made = torch.zeros(len(concept), 4, data.SMALL, data.SMALL, device=concept.device)
    for wanted in style.unique().tolist():
        histogram = palettes.colours_of(feed.table, wanted)
        painters = [palettes.palette(histogram, spread).to(concept.device) for spread in palettes.SPREADS]
        likely = lambda pictures: jury(pictures)[:, wanted]
        for part in (style == wanted).nonzero()[:, 0].split(TOGETHER[train.DEVICE]):
            drawings, there = feed.stack(concept[part])
            pictures, before, count = attempts(drawer, drawings, there, wanted, painters, feed.generator)
            made[part] = best(likely, pictures, before, drawings, there, count)
    return made


def pairs_of(feed):
    """The pairs of a thing and a style that it was never drawn in (or that is held out): concept [M], style [M]."""
    there = feed.drawings >= 0
    return (~there & there.any(1, keepdim=True)).nonzero().T


def write(work, feed, drawer, jury):
    """Imagines what was never drawn, and keeps it."""
    concept, style = pairs_of(feed)
    keep(work, feed, concept, style, choose(feed, drawer, jury, concept, style))


def restore(work, feed, shipped):
    """Keeps what the memory of a shipped folder shows of these pairs: it was imagined once, by networks that do not ship."""
    concept, style = pairs_of(feed)
    basis, shown = latent.Basis.load(Path(work) / "basis.pt"), warm_start.shipped_pictures(shipped, STYLES)[concept.cpu(), style.cpu()]
    pictures = as_pictures(basis.decode(F.pad(shown, (0, basis.size - shown.shape[1]))))
    keep(work, feed, concept, style, pictures.to(train.DEVICE))


def keep(work, feed, concept, style, pictures):
    """Writes work/imagined.pt, the latents of pictures [M,4,64,64] of concepts [M] in styles [M], and imagined.png."""
    basis = latent.Basis.load(Path(work) / "basis.pt").to(train.DEVICE)
    latents = torch.cat([latent.variants_of(part, basis, feed.generator) for part in pictures.split(256)])
    train.save_checkpoint(Path(work) / "imagined.pt", concept=concept.cpu(), style=style.cpu(), latents=latents)
    some = torch.arange(0, len(concept), max(1, len(concept) // 20), device=concept.device)[:20]
    known, _ = feed.stack(concept[some])
    data.contact_sheet(torch.cat([known, pictures[some][:, None]], 1).flatten(0, 1), Path(work) / "imagined.png", 2 * (STYLES + 1))
