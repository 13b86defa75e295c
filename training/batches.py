"""Training batches for the denoiser and the decoder, made where the network is: on a GPU everything lies in its memory.

The held-out (concept, colour) and (concept, style) pairs are never drawn.
"""
import queue
import random
import threading
from pathlib import Path

import torch

import captions
import colours
import data
import latent
import model

IMAGINED = 0.5      # how often a concept's imagined picture (see imagine.py) is drawn, in units of a real one
RESTYLED = 0.25     # share of the decoder's samples that it shall paint in another style than they were drawn in


def chance(share, count, generator):
    """True for about that share of count, a number or a shape: bool [count]."""
    return torch.rand(count, generator=generator, device=generator.device) < share


def free_colour(table, picture, generator):
    """A random colour for each picture [n] that is not kept from training: [n]."""
    return torch.multinomial((~table.colour_held[picture]).float(), 1, generator=generator)[:, 0]


def some_of(count, share):
    """About a share of count, a whole number. A batch is in random order, so its first ones are a random part; nothing waits for a GPU to count."""
    return int(count * share + random.random())


def load_imagined(folder):
    """What imagine.py made of a prepared folder: concept [M], style [M], latents half [M, VARIANTS, L]."""
    path = Path(folder) / "imagined.pt"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run train.py imagine first")
    return torch.load(path, weights_only=True)


class CaptionedLatents:
    """Draws training batches: latents x [n,L] and tokens [n,T]. A share of the samples is recoloured and their caption says the colour."""

    def __init__(self, folder, seed, device, recoloured=0.1):
        self.recoloured = recoloured
        self.table, self.vocabulary = data.Table(folder, device), captions.load_vocabulary(folder).to(device)
        self.basis = latent.Basis.load(Path(folder) / "basis.pt").to(device)
        self.drawn, self.imagined = torch.load(Path(folder) / "latents.pt", weights_only=True), load_imagined(folder)
        self.latents = torch.cat([self.drawn, self.imagined["latents"]]).to(device)
        table, concept = self.table, self.imagined["concept"].to(device)
        self.concept, self.style = torch.cat([table.concept, concept]), torch.cat([table.style, self.imagined["style"].to(device)])
        self.colour = torch.cat([table.colour, torch.full_like(concept, -1)])
        # Any picture of a concept tells which of its colours are held, and how often it is drawn.
        some = torch.zeros(len(table.concepts), dtype=torch.long, device=device).scatter_(0, table.concept, torch.arange(len(table.concept), device=device))
        self.colour_held = torch.cat([table.colour_held, table.colour_held[some[concept]]])
        often = torch.zeros(len(table.concepts), device=device).scatter_reduce(0, table.concept, table.weight, "amax")
        self.weight = torch.cat([table.weight, IMAGINED * often[concept]])
        self.generator = torch.Generator(device).manual_seed(seed)

    def draw(self, count, styled=0.6, empty=0.08, mirrored=captions.MIRRORED_SHARE):
        vocabulary, generator = self.vocabulary, self.generator
        whole = lambda low, high: torch.randint(low, high, (count,), generator=generator, device=generator.device)
        picture = torch.multinomial(self.weight, count, replacement=True, generator=generator)
        concept, target = self.concept[picture], whole(0, len(colours.NAMES))
        painted = chance(self.recoloured, count, generator) & ~self.colour_held[picture, target]
        plain = torch.where(chance(0.5, count, generator), 0, whole(latent.JITTERED, latent.RECOLOURED))
        x = self.latents[picture, torch.where(painted, latent.RECOLOURED + target, plain)].float()
        flip = chance(mirrored, count, generator) & vocabulary.mirrored[concept]
        x = torch.where(flip[:, None] & self.basis.odd, -x, x)
        own = self.colour[picture]
        held = self.colour_held[picture, own.clamp_min(0)]
        named = painted | (chance(0.25, count, generator) & (own >= 0) & ~held)
        colour = vocabulary.colour_token[torch.where(painted, target, own.clamp_min(0))] * named
        style = vocabulary.style_token[self.style[picture]] * chance(styled, count, generator)
        tokens = torch.cat([vocabulary.draw_names(concept, generator), colour[:, None], style[:, None]], 1)
        return x, torch.where(chance(empty, count, generator)[:, None], model.empty_prompts(tokens), tokens)


class PictureFeed:
    """Batches for the decoder; on a CPU a background thread makes them, because recolouring large pictures takes a while.

    A batch: target [n,4,256,256] in -1..1; latent [n,L] of the picture to begin with, which is another drawing of
    the thing where it shall be restyled; tokens [n,T] that describe it fully; style [n] to paint in; restyled [n].
    """

    def __init__(self, work, batch, seed, recoloured, device):
        self.table, self.vocabulary = data.Table(work, device), captions.load_vocabulary(work).to(device)
        self.basis, self.drawings = latent.Basis.load(Path(work) / "basis.pt").to(device), self.table.drawings()
        self.recoloured, self.batch, self.generator = recoloured, batch, torch.Generator(device).manual_seed(seed)
        self.ready = queue.Queue(4) if device == "cpu" else None
        if self.ready:
            threading.Thread(target=self.fill, daemon=True).start()

    def fill(self):
        while True:
            self.ready.put(self.draw())

    def next(self):
        return self.ready.get() if self.ready else self.draw()

    def draw(self):
        return self.make(torch.multinomial(self.table.weight.sqrt(), self.batch, generator=self.generator), RESTYLED)

    def others(self, picture):
        """A random drawing of each picture's concept in another style: indices [n], the picture itself where there is none."""
        choice = self.drawings[self.table.concept[picture]]
        wanted = ((choice >= 0) & (choice != picture[:, None])).float()
        wanted[wanted.sum(1) == 0] = 1
        found = choice.gather(1, torch.multinomial(wanted, 1, generator=self.generator))[:, 0]
        return torch.where(found < 0, picture, found)

    def make(self, picture, restyled=0.0):
        """The batch of some pictures, given by indices [n]; a share of them restyled."""
        generator, vocabulary, table, count = self.generator, self.vocabulary, self.table, len(picture)
        begun = torch.where(chance(restyled, count, generator), self.others(picture), picture)
        pictures, small = table.batch(picture, table.large), table.batch(begun)
        colour, painted, flip = free_colour(table, picture, generator), some_of(count, self.recoloured), chance(0.3, count, generator)[:, None, None, None]
        for part in (pictures, small) if painted else ():
            part[:painted] = colours.recolour(part[:painted], colour[:painted])
        pictures, small = (torch.where(flip, part.flip(-1), part) for part in (pictures, small))
        small = torch.where((begun == picture)[:, None, None, None], data.shrink(pictures, data.SMALL), small)
        named = vocabulary.colour_token[colour] * (torch.arange(count, device=colour.device) < painted)
        tokens = torch.cat([vocabulary.options[table.concept[picture], 0], named[:, None],
                            vocabulary.style_token[table.style[begun]][:, None]], 1)
        return pictures * 2 - 1, self.basis.encode(small), tokens, table.style[picture], begun != picture
