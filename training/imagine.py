"""Imagines what a thing looks like in a style that it was never drawn in, from its drawings in other styles.

The transformer of transformer.py learns to draw a thing in one style from some of its drawings in others, from its words,
or from both. What it makes are attempts, among which choosing.py chooses. The pictures go into the word memory (memory.py),
so that what ships knows every thing in every style and is no larger.
"""
import time
from pathlib import Path

import torch
from torch.nn import functional as F

import batches
import captions
import choosing
import colours
import data
import model
import train
import transformer

STYLES = len(data.STYLES)
SIZES = {"cuda": dict(width=384, blocks=8), "cpu": dict(width=128, blocks=3)}     # a CPU has no time for the larger one
RECOLOURED = 0.15       # share of the samples whose drawings are recoloured, all to one colour
WORDS_ALONE, WORDS = 0.25, 0.35     # shares of the samples that are drawn by words alone, and by words at all
WARM = 100              # steps until the learning rate is what it shall be
UNASKED = 0.12          # share that is drawn in no style in particular


class DrawingFeed:
    """Draws batches of things in several styles, one of which is to be imagined."""

    def __init__(self, work, batch, seed):
        self.table, self.batch = data.Table(work, train.DEVICE), batch
        self.vocabulary = captions.load_vocabulary(work).to(train.DEVICE)
        self.drawings, self.generator = self.table.drawings(), torch.Generator(train.DEVICE).manual_seed(seed)
        several = (self.drawings >= 0).sum(1)[self.table.concept] > 1
        self.weight = self.table.weight * several

    def stack(self, concept):
        """Drawings of concepts [n] in all styles [n,6,4,64,64] in 0..1, and which there are [n,6]."""
        rows = self.drawings[concept]
        there = (rows >= 0).float()
        pictures = self.table.batch(rows.clamp_min(0).flatten()).unflatten(0, rows.shape)
        return pictures * there[:, :, None, None, None], there

    def draw(self):
        """The asked pictures [n,4,64,64] in -1..1, drawings [n,6,4,64,64] in -1..1, which are shown [n,6] (never the asked one), asked style [n] and tokens [n,T]."""
        generator, count, vocabulary = self.generator, self.batch, self.vocabulary
        chance = lambda share: batches.chance(share, count, generator)
        picture = torch.multinomial(self.weight, count, replacement=True, generator=generator)
        concept, style = self.table.concept[picture], self.table.style[picture]
        pictures, there = self.stack(concept)
        others = there * (1 - F.one_hot(style, STYLES))
        # One of the others is certain to be shown, more by chance: a thing may have been drawn once or five times.
        certain = F.one_hot(torch.multinomial(others, 1, generator=generator)[:, 0], STYLES)
        share = torch.rand(count, 1, generator=generator, device=generator.device)
        shown = torch.maximum(others * (torch.rand(others.shape, generator=generator, device=generator.device) < share), certain)
        pictures, colour = self.varied(pictures, picture, vocabulary.mirrored[concept])
        tokens = torch.cat([vocabulary.draw_names(concept, generator), colour[:, None]], 1)
        worded = torch.rand(count, 1, generator=generator, device=generator.device)
        pictures = pictures * 2 - 1
        return (pictures[torch.arange(count, device=style.device), style], pictures, shown * (worded >= WORDS_ALONE),
                torch.where(chance(UNASKED), transformer.ANY, style), torch.where(worded < WORDS, tokens, model.empty_prompts(tokens)))

    def varied(self, pictures, picture, mirrored):
        """All drawings of a thing [n,6,4,64,64] moved and recoloured alike, and mirrored where they may be [n], and the word of the colour [n]; picture [n]: the asked ones, whose held colours are left out."""
        generator, count = self.generator, len(pictures)
        draw = lambda low, high: torch.rand(count, generator=generator, device=generator.device) * (high - low) + low
        turn = torch.where((draw(0, 1) < 0.5) & mirrored, -1.0, 1.0)
        angle, size = draw(-0.15, 0.15), draw(0.95, 1.15)
        rows = torch.stack([torch.stack([turn * size * angle.cos(), -size * angle.sin(), draw(-0.06, 0.06)], 1),
                            torch.stack([turn * size * angle.sin(), size * angle.cos(), draw(-0.06, 0.06)], 1)], 1)
        # Half of them stay where they are: moving a picture softens it, and softness is no style.
        still = torch.eye(2, 3, device=rows.device) * torch.stack([turn, turn.abs()], 1)[:, :, None]
        rows = torch.where((draw(0, 1) < 0.5)[:, None, None], rows, still)
        stacked = pictures.flatten(1, 2)
        moved = F.grid_sample(stacked, F.affine_grid(rows, list(stacked.shape), align_corners=False), align_corners=False).view_as(pictures)
        painted, colour = batches.some_of(count, RECOLOURED), batches.free_colour(self.table, picture, generator)
        if painted:
            moved[:painted] = colours.recolour(moved[:painted].flatten(0, 1), colour[:painted].repeat_interleave(STYLES)).view_as(moved[:painted])
        return moved, self.vocabulary.colour_token[colour] * (torch.arange(count, device=colour.device) < painted)


class Optimisers:
    """Two optimisers as one: Muon (Jordan et al., 2024) for the matrices of the blocks, AdamW for the rest."""

    def __init__(self, network, rate):
        matrices = [p for p in network.blocks.parameters() if p.ndim == 2]
        inside = {id(p) for p in matrices}
        rest = [p for p in network.parameters() if id(p) not in inside]
        self.parts = [torch.optim.Muon(matrices, lr=rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
                      torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True)]

    def step(self, rate):
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = rate
            part.step()
            part.zero_grad(set_to_none=True)

    def state_dict(self):
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states):
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)


def train_drawer(feed, args):
    """Trains a drawer for the budget of args and returns its average; resumes from work/imagine.pt."""
    network = transformer.Drawer(feed.vocabulary.size, **SIZES[train.DEVICE]).to(train.DEVICE)
    optimiser, average = Optimisers(network, args.rate), train.Average(network, 0.998)
    checkpoint = train.Checkpoint(Path(args.work) / "imagine.pt", network, average, optimiser)
    step, budget, saved = checkpoint.step, train.Budget(args, checkpoint.spent), time.time()
    report = train.Report(budget, feed.batch, 100)
    feed.generator.manual_seed(step)
    if train.DEVICE == "cuda":
        network.compile()
    while (progress := budget.progress(step)) < 1:
        x, *condition = feed.draw()
        t = train.draw_times(len(x), feed.generator)
        noise = torch.randn(x.shape, generator=feed.generator, device=x.device)
        with torch.autocast(train.DEVICE, torch.bfloat16, enabled=not args.full_precision):
            loss = transformer.velocity_loss(network, x, t, noise, *condition)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        # By steps too, because compiling takes a good part of a short budget.
        optimiser.step(train.learning_rate(progress, args.rate) * min(1, (step + 1) / WARM))
        step += 1
        average.update(network, step)
        report.add(step, loss=loss)
        if time.time() - saved > args.save_every:
            checkpoint.keep(step, budget.spent)
            saved = time.time()
    checkpoint.keep(step, budget.spent)
    return average.shadow


def run(args):
    """Trains for the budget of args, then imagines; resumes from work/imagine.pt. From args.warm_start takes what its memory shows, and trains nothing."""
    feed = DrawingFeed(args.work, args.batch, 0)
    if args.warm_start:
        return choosing.restore(args.work, feed, args.warm_start)
    choosing.write(args.work, feed, train_drawer(feed, args), choosing.train_jury(feed.table, args))
