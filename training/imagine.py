"""Imagines what a thing looks like in a style that it was never drawn in, from its drawings in other styles.

A larger network than the shipped ones, because only its pictures are kept: convolutions around a
transformer over 16x16 places, to which the asked style is a condition. It begins with the drawing that
is most like the asked style, sees the others too, and learns to draw the missing one (Isola et al.,
1611.07004): as the artist did where that follows the same design, and otherwise with the shapes that are
there, such that a critic who knows the style takes it for drawn. What it makes are attempts, among which
choosing.py chooses. The pictures go into the word memory (memory.py), so that what ships knows every thing
in every style and is no larger.
"""
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import batches
import choosing
import colours
import critic
import data
import model
import train
import train_decoder

STYLES = len(data.STYLES)
WIDTH = {"cuda": 384, "cpu": 128}     # a CPU has no time for the larger one
SHOWN = 5                             # numbers of one drawing at one place: its four channels, and whether it is shown
RECOLOURED = 0.25                     # share of the samples whose drawings are recoloured, all to one colour
EDGE = 4                              # of the squares, in pixels, whose means are the shapes that stay
SURE, LOST = 0.12, 0.25               # distance of the beginning from the target up to which they are one design, and from which on they are not


class Attention(nn.Module):
    """Transformer block over places [B,N,C], scaled and shifted by the condition [B,D]."""

    def __init__(self, width, condition, heads):
        super().__init__()
        self.heads = heads
        self.modulate = nn.Linear(condition, 4 * width)
        self.query_key_value, self.gather = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        for part in (self.gather, self.outer):
            nn.init.zeros_(part.weight)

    def forward(self, h, condition):
        scale, shift, scale_after, shift_after = self.modulate(condition)[:, None].chunk(4, 2)
        normal = F.layer_norm(h, h.shape[2:]) * (1 + scale) + shift
        parts = self.query_key_value(normal).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        h = h + self.gather(F.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2))
        normal = F.layer_norm(h, h.shape[2:]) * (1 + scale_after) + shift_after
        return h + self.outer(F.silu(self.inner(normal)))


class Imaginer(nn.Module):
    """Drawings of one thing in six styles [B,6,4,64,64] in -1..1, which of them are shown [B,6], asked style [B] -> picture [B,4,64,64]."""

    def __init__(self, width=384, blocks=6, condition=128):
        super().__init__()
        self.config = dict(width=width, blocks=blocks, condition=condition)
        a, b = width // 6, width // 3
        self.asked, self.seen = nn.Embedding(STYLES, condition), nn.Linear(STYLES, condition)
        convolution = lambda before, after: nn.Conv2d(before, after, 3, padding=1)
        self.enter, self.fine_in = convolution(SHOWN * STYLES, a), model.Residual(a)
        self.to32, self.middle_in = convolution(4 * a, b), model.Residual(b)
        self.to16, self.place = convolution(4 * b, width), nn.Parameter(0.5 * torch.randn(1, 256, width))
        self.blocks = nn.ModuleList(Attention(width, condition, width // 64) for _ in range(blocks))
        self.from16, self.middle_out = convolution(width, 4 * b), model.Residual(b)
        self.from32, self.fine_out = convolution(b, 4 * a), model.Residual(a)
        self.paint = nn.Linear(condition, 2 * a)
        self.leave = convolution(a, 4)
        nn.init.zeros_(self.leave.weight)
        # [asked, other]: how alike two styles draw the same things.
        self.register_buffer("likeness", torch.zeros(STYLES, STYLES))

    def likest(self, shown, style):
        """Which of the styles that are shown is most like the asked one: [B]."""
        return (self.likeness[style] - 1e3 * (1 - shown)).argmax(1)

    def beginning(self, drawings, shown, style):
        """The shown drawing that is most like the asked style: [B,4,64,64]."""
        best = self.likest(shown, style)
        return drawings[torch.arange(len(best), device=best.device), best]

    def forward(self, drawings, shown, style):
        condition = F.silu(self.asked(style) + self.seen(shown))
        mask = shown[:, :, None, None, None]
        flat = torch.cat([drawings * mask, mask.expand(-1, -1, 1, *drawings.shape[3:])], 2).flatten(1, 2)
        fine = self.fine_in(self.enter(flat))
        middle = self.middle_in(self.to32(F.pixel_unshuffle(F.silu(fine), 2)))
        h = self.to16(F.pixel_unshuffle(F.silu(middle), 2)).flatten(2).transpose(1, 2)
        # Normalised before the places are added: otherwise they drown in it.
        h = F.layer_norm(h, h.shape[2:]) + self.place
        for block in self.blocks:
            h = block(h, condition)
        h = F.layer_norm(h, h.shape[2:]).transpose(1, 2).unflatten(2, (16, 16))
        middle = self.middle_out(middle + F.pixel_shuffle(self.from16(h), 2))
        scale, shift = self.paint(condition)[:, :, None, None].chunk(2, 1)
        fine = self.fine_out((fine + F.pixel_shuffle(self.from32(F.silu(middle)), 2)) * (1 + scale) + shift)
        return self.beginning(drawings, shown, style) + self.leave(F.silu(fine))


class DrawingFeed:
    """Draws batches of things in several styles, one of which is to be imagined."""

    def __init__(self, work, batch, seed):
        self.table, self.batch = data.Table(work, train.DEVICE), batch
        self.drawings, self.generator = self.table.drawings(), torch.Generator(train.DEVICE).manual_seed(seed)
        several = (self.drawings >= 0).sum(1)[self.table.concept] > 1
        self.weight = self.table.weight * several

    def stack(self, concept):
        """Drawings of concepts [n] in all styles [n,6,4,64,64] in 0..1, and which there are [n,6]."""
        rows = self.drawings[concept]
        there = (rows >= 0).float()
        pictures = self.table.batch(rows.clamp_min(0).flatten()).unflatten(0, rows.shape)
        return pictures * there[:, :, None, None, None], there

    def likeness(self):
        """How alike two styles draw the same things: minus the mean distance of their shapes [6,6]."""
        alike = torch.zeros(STYLES, STYLES, device=self.table.device)
        for style in range(STYLES):
            for other in range(STYLES):
                rows = self.drawings[(self.drawings[:, style] >= 0) & (self.drawings[:, other] >= 0)][:, [style, other]]
                if style != other and len(rows):
                    alike[style, other] = -train_decoder.coarse_distance(*(self.table.batch(row) for row in rows.T), EDGE).mean()
        return alike.fill_diagonal_(-1)

    def draw(self):
        """Drawings [n,6,4,64,64] in -1..1 (the asked one too), shown [n,6] without it, asked style [n]."""
        generator, count = self.generator, self.batch
        picture = torch.multinomial(self.weight, count, replacement=True, generator=generator)
        style = self.table.style[picture]
        pictures, there = self.stack(self.table.concept[picture])
        others = there * (1 - F.one_hot(style, STYLES))
        # One of the others is certain to be shown, more by chance: a thing may have been drawn once or five times.
        certain = F.one_hot(torch.multinomial(others, 1, generator=generator)[:, 0], STYLES)
        share = torch.rand(count, 1, generator=generator, device=generator.device)
        shown = torch.maximum(others * (torch.rand(others.shape, generator=generator, device=generator.device) < share), certain)
        return self.varied(pictures, picture) * 2 - 1, shown, style

    def varied(self, pictures, picture):
        """All drawings of a thing [n,6,4,64,64] mirrored, moved and recoloured alike; picture [n]: the asked ones, whose held colours are left out."""
        generator, count = self.generator, len(pictures)
        draw = lambda low, high: torch.rand(count, generator=generator, device=generator.device) * (high - low) + low
        turn = torch.where(draw(0, 1) < 0.5, 1.0, -1.0)
        angle, size = draw(-0.15, 0.15), draw(0.95, 1.15)
        rows = torch.stack([torch.stack([turn * size * angle.cos(), -size * angle.sin(), draw(-0.06, 0.06)], 1),
                            torch.stack([turn * size * angle.sin(), size * angle.cos(), draw(-0.06, 0.06)], 1)], 1)
        # Half of them stay where they are: moving a picture softens it, and softness is no style.
        still = torch.eye(2, 3, device=rows.device) * torch.stack([turn, turn.abs()], 1)[:, :, None]
        rows = torch.where((draw(0, 1) < 0.5)[:, None, None], rows, still)
        stacked = pictures.flatten(1, 2)
        moved = F.grid_sample(stacked, F.affine_grid(rows, list(stacked.shape), align_corners=False), align_corners=False).view_as(pictures)
        painted = batches.some_of(count, RECOLOURED)
        if not painted:
            return moved
        colour = batches.free_colour(self.table, picture[:painted], generator).repeat_interleave(STYLES)
        moved[:painted] = colours.recolour(moved[:painted].flatten(0, 1), colour).view_as(moved[:painted])
        return moved


def run(args):
    """Trains for the budget of args, then imagines; resumes from work/imagine.pt. From args.warm_start takes what its memory shows, and trains nothing."""
    if args.warm_start:
        return choosing.restore(args.work, DrawingFeed(args.work, args.batch, 0), args.warm_start)
    network = Imaginer(WIDTH[train.DEVICE]).to(train.DEVICE)
    optimiser = torch.optim.AdamW(network.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    average = train.Average(network, 0.998)
    checkpoint = train.Checkpoint(Path(args.work) / "imagine.pt", network, average, optimiser)
    feed = DrawingFeed(args.work, args.batch, checkpoint.step)
    network.likeness.copy_(feed.likeness())
    average.shadow.likeness.copy_(network.likeness)

    def paint(drawings, shown, style):
        target = drawings[torch.arange(len(style), device=style.device), style]
        made = network(drawings, shown, style).float()
        loss = train_decoder.painting_loss(made, target, network.beginning(drawings, shown, style), EDGE, SURE, LOST)
        return made, target, F.one_hot(style, STYLES).float(), loss

    critic.train_against(checkpoint, STYLES, args, 1.0, lambda _: feed.draw(), paint)
    choosing.write(args.work, feed, average.shadow, choosing.train_jury(feed.table, args))
