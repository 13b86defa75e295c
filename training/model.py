"""The two networks: a flow-matching denoiser over latents, and a decoder that paints pictures.

Shapes: B batch, L latent size, T tokens. Time t runs from 0 (pure noise) to 1 (picture):
z_t = t x + (1 - t) noise. The denoiser predicts x.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

import data
import latent
from captions import EMPTY, MIRRORED_SHARE, words_that_count
from memory import WordMemory


class TextEncoder(nn.Module):
    """Bag of words: gated sum of word vectors, then two layers. tokens, known [B,T] -> [B, width]."""

    def __init__(self, vocabulary_size, word_width, width):
        super().__init__()
        self.word = nn.Embedding(vocabulary_size, word_width)
        nn.init.normal_(self.word.weight, std=0.05)
        self.gate = nn.Linear(word_width, 1)
        self.norm = nn.LayerNorm(word_width)
        self.inner, self.outer = nn.Linear(word_width, width), nn.Linear(width, width)

    def forward(self, tokens, known):
        nothing = (known.sum(1, keepdim=True) == 0).float()
        words = self.word(tokens)
        gates = torch.sigmoid(4 * self.gate(words)) * known[..., None]
        total = (words * gates).sum(1) + nothing * self.word.weight[EMPTY]
        return self.outer(F.silu(self.inner(self.norm(total))))


def time_features(t, count=64):
    """[B] in 0..1 -> [B, 2*count] sines and cosines."""
    frequencies = torch.exp(-math.log(1000.0) * torch.arange(count, device=t.device) / count)
    angles = 100.0 * t[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)


class Block(nn.Module):
    """Residual block whose normalised input is scaled and shifted by the condition."""

    def __init__(self, width, hidden, condition):
        super().__init__()
        self.modulate = nn.Linear(condition, 2 * width)
        self.inner, self.outer = nn.Linear(width, hidden), nn.Linear(hidden, width)
        nn.init.zeros_(self.outer.weight)

    def forward(self, h, condition):
        scale, shift = self.modulate(condition).chunk(2, 1)
        normal = F.layer_norm(h, h.shape[1:])
        return h + self.outer(F.silu(self.inner(normal * (1 + scale) + shift)))


class Denoiser(nn.Module):
    """z [B,L], t [B], tokens [B,T] -> predicted picture x [B,L].

    The word memory shows what the prompt looks like in each style, and mirrored where that makes
    sense; these are weighed by the prompt and by how well they explain z. The output is the
    Wiener estimate (the best linear guess from z alone) plus a correction in units of that
    guess's remaining error, so that all is at the same scale for every t. The correction is a gated share of the way to
    the remembered picture, plus what the residual network makes of z, t, words and memory:
    recolouring, choosing, and what least squares got wrong. The memory itself is not trained.
    """

    NEAR = 0.35     # deviation of a picture around the remembered one, in units of the deviation of all pictures
    MIRRORED = math.log(MIRRORED_SHARE / (1 - MIRRORED_SHARE))    # preference for mirrored pictures, where they are as likely as the others
    FORBIDDEN = -1e4

    def __init__(self, std, odd, vocabulary_size, things, width=1024, hidden=1408, blocks=3, word_width=192, condition=384, code=1088, shown=768, folded=False):
        super().__init__()
        size, self.folded = len(std), folded
        self.config = dict(width=width, hidden=hidden, blocks=blocks, word_width=word_width, condition=condition, code=code, shown=shown, folded=folded)
        self.register_buffer("std", std.clone())
        self.register_buffer("amplitude", torch.ones(size), persistent=False)
        self.register_buffer("odd", odd.float())
        self.memory = WordMemory(vocabulary_size, things, code, size, shown).requires_grad_(False)
        self.text = TextEncoder(vocabulary_size, word_width, condition)
        self.time_inner, self.time_outer = nn.Linear(128, condition), nn.Linear(condition, condition)
        self.enter, self.recall = nn.Linear(size, width), nn.Linear(size, width)
        self.start, self.trust, self.heat = nn.Linear(condition, width), nn.Linear(condition, size), nn.Linear(condition, 1)
        self.blocks = nn.ModuleList(Block(width, hidden, condition) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, size)
        nn.init.zeros_(self.leave.weight)
        nn.init.constant_(self.heat.bias, -3.0)
        with torch.no_grad():
            self.trust.bias[:shown], self.trust.bias[shown:] = 0.5, -3.0

    def remember(self, z, t1, shown, preference, mirrored, tokens, condition):
        """The remembered picture [B,L]: the styles' mean pictures shown [B,6,L], as they are and where mirrored [B] says so mirrored, weighed by preference [B,6] and likelihood."""
        spread = (1 - t1).square() + (self.NEAR * t1 * self.std).square()
        misfit = ((z[:, None] - t1[:, None] * shown).square() / spread[:, None]).sum(2)
        # Mirroring changes the sign of the odd coordinates, so only their products with z differ.
        change = 4 * t1 * (shown * (self.odd * z / spread)[:, None]).sum(2)
        liking = torch.cat([preference, preference + self.MIRRORED + self.FORBIDDEN * (1 - mirrored[:, None])], 1)
        misfit = torch.cat([misfit, misfit + change], 1)
        share = torch.softmax(liking - F.softplus(self.heat(condition)) * (misfit - misfit.amin(1, keepdim=True)), 1)
        plain, turned = ((part[..., None] * shown).sum(1) for part in share.chunk(2, 1))
        return self.memory.colour(plain + turned * (1 - 2 * self.odd), tokens)

    def correction(self, z, t, tokens):
        """The network's part and the linear guess's error: net [B,L], residual scale [B,L], guess [B,L]."""
        t1 = t[:, None]
        variance, noise = self.std.square(), (1 - t1).square()
        power = variance * t1.square() + noise
        residual, guess = self.std * (1 - t1) * power.rsqrt(), z * variance * t1 / power
        known = words_that_count(tokens)
        shown, preference, mirrored = self.memory(tokens, known)
        text = self.text(tokens, known)
        condition = F.silu(text + self.time_outer(F.silu(self.time_inner(time_features(t)))))
        memory = self.remember(z, t1, shown, preference, mirrored, tokens, condition)
        near = variance * self.NEAR ** 2
        better = memory + (z - t1 * memory) * near * t1 / (near * t1.square() + noise)
        pull = (better - guess) / residual
        h = self.enter(z * power.rsqrt()) + self.recall(memory / self.std) + self.start(text)
        for block in self.blocks:
            h = block(h, condition)
        return self.leave(self.norm(h)) + torch.sigmoid(self.trust(condition)) * pull, residual, guess

    def predict(self, z, t, tokens):
        """The prediction as it is trained."""
        net, residual, guess = self.correction(z, t, tokens)
        return guess + residual * net

    def forward(self, z, t, tokens):
        """The prediction as it is sampled: guidance exaggerates, and amplitude [L] (see calibrate) takes that back."""
        return self.predict(z, t, tokens) * self.amplitude


class Residual(nn.Module):
    """Two 3x3 convolutions around a skip."""

    def __init__(self, channels):
        super().__init__()
        self.first, self.second = nn.Conv2d(channels, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, h):
        return h + self.second(F.silu(self.first(F.silu(h))))


class Decoder(nn.Module):
    """Latents x [B,L], tokens [B,T] -> picture [B,4,256,256] in -1..1, colours premultiplied by alpha.

    The basis gives a murky 64x64 picture; convolutions at 16, 32, 64 and 128 pixels look at
    it from afar to near and paint a clean one. Most of the arithmetic is at 16 and 32
    pixels, where one convolution sees half an object. Of the prompt only the style words
    count: they scale and shift what each size sees, because a murky picture does not say
    whether its surface is flat or shaded.
    """

    def __init__(self, basis, style_token, channels=(192, 128, 64, 32), depth=(3, 2, 1, 1)):
        super().__init__()
        self.config = dict(channels=channels, depth=depth)
        self.register_buffer("style_token", style_token.clone())
        self.register_buffer("vectors_even", basis.vectors[~basis.odd])
        self.register_buffer("vectors_odd", basis.vectors[basis.odd])
        self.register_buffer("place_even", (~basis.odd).nonzero()[:, 0])
        self.register_buffer("place_odd", basis.odd.nonzero()[:, 0])
        self.register_buffer("mean", basis.mean)
        self.register_buffer("scale", basis.scale)
        a, b, c, d = channels
        body = lambda width, count: nn.Sequential(*(Residual(width) for _ in range(count)))
        self.enter = nn.Conv2d(64, a, 3, padding=1)
        self.body16, self.to32 = body(a, depth[0]), nn.Conv2d(a, 4 * b, 3, padding=1)
        self.see32, self.body32, self.to64 = nn.Conv2d(16, b, 3, padding=1), body(b, depth[1]), nn.Conv2d(b, 4 * c, 3, padding=1)
        self.see64, self.body64, self.to128 = nn.Conv2d(4, c, 3, padding=1), body(c, depth[2]), nn.Conv2d(c, 4 * d, 3, padding=1)
        self.body128, self.to256 = body(d, depth[3]), nn.Conv2d(d, 32, 3, padding=1)
        self.leave = nn.Conv2d(8, 4, 3, padding=1)
        self.paint = nn.ModuleList(nn.Linear(len(style_token), 2 * width) for width in channels)
        for part in (self.leave, *self.paint):
            nn.init.zeros_(part.weight)
            nn.init.zeros_(part.bias)

    def styles(self, tokens):
        """[B,T] -> [B,6]: 1 at the style that the prompt names, shares where it names several, zeros where none."""
        named = (tokens[:, :, None] == self.style_token).float().amax(1)
        return named / named.sum(1, keepdim=True).clamp_min(1)

    def in_style(self, h, styles, size):
        """Scales and shifts features h [B,C,H,W] of one size for the styles [B,6]."""
        scale, shift = self.paint[size](styles)[:, :, None, None].chunk(2, 1)
        return h * (1 + scale) + shift

    def project(self, x):
        """[B,L] -> murky [B,4,64,64]."""
        raw = x * self.scale
        even = raw.index_select(1, self.place_even) @ self.vectors_even + self.mean
        odd = raw.index_select(1, self.place_odd) @ self.vectors_odd
        return latent.join_halves(even, odd)

    def refine(self, murky, styles):
        """[B,4,64,64], [B,6] -> [B,4,256,256], not yet clamped."""
        murky = murky.clamp(-1.3, 1.3)
        h = self.body16(self.in_style(self.enter(F.pixel_unshuffle(murky, 4)), styles, 0))
        h = F.pixel_shuffle(self.to32(F.silu(h)), 2) + self.see32(F.pixel_unshuffle(murky, 2))
        h = F.pixel_shuffle(self.to64(F.silu(self.body32(self.in_style(h, styles, 1)))), 2) + self.see64(murky)
        h = F.pixel_shuffle(self.to128(F.silu(self.body64(self.in_style(h, styles, 2)))), 2)
        h = F.pixel_shuffle(self.to256(F.silu(self.body128(self.in_style(h, styles, 3)))), 2)
        base = F.interpolate(murky, scale_factor=data.LARGE // data.SMALL, mode="bilinear", align_corners=False)
        return base + self.leave(F.silu(h))

    def forward(self, x, tokens):
        picture = (self.refine(self.project(x), self.styles(tokens)) / 2 + 0.5).clamp(0, 1)
        # Levels of the alpha channel: faint haze becomes nothing and nearly opaque becomes opaque.
        alpha = ((picture[:, 3:] - 0.06) / 0.88).clamp(0, 1)
        colour = picture[:, :3] * (alpha / picture[:, 3:].clamp_min(0.01))
        # A premultiplied colour cannot be brighter than its alpha.
        return torch.cat([torch.minimum(colour, alpha), alpha], 1) * 2 - 1


GUIDANCE, LATE_GUIDANCE, LATE_FROM = 1.3, 1.1, 0.6
NEGATIVE_GUIDANCE = 2.0     # the least scale with which a negative prompt pushes: at 1.3 one would hardly see it
# Of samples as they ship: whole noise strays more often, and so do more steps that are even.
# docs/decisions/2026-11-27-surer-samples.md has the figures.
BETWEEN, TEMPERATURE = (0.25, 0.75), 0.35


def default_guidance(t):
    """Guidance scale at times t [B]. It falls late: early steps choose the object, late ones its texture, which strong guidance would oversaturate."""
    return torch.where(t < LATE_FROM, GUIDANCE, LATE_GUIDANCE)


def guided(denoiser, z, t, tokens, negative):
    """One guided prediction [B,L]; a network with folded guidance needs one evaluation, any other two."""
    if denoiser.folded:
        return denoiser(z, t, tokens)
    both = denoiser(torch.cat([z, z]), torch.cat([t, t]), torch.cat([tokens, negative]))
    return both[len(z):] + default_guidance(t)[:, None] * (both[:len(z)] - both[len(z):])


def empty_prompts(tokens):
    """The tokens of the empty prompt, in the shape of tokens [B,T]."""
    nothing = torch.zeros_like(tokens)
    nothing[:, 0] = EMPTY
    return nothing


def guided_sample(denoiser, tokens, z, start=0.0, steps=4):
    """Euler sampling from z [B,L], noise of TEMPERATURE, at time start with the default guidance: tokens [B,T] -> latents [B,L]."""
    negative, times = empty_prompts(tokens), torch.linspace(start, 1, steps + 1).tolist()
    for now, after in zip(times[:-1], times[1:]):
        x = guided(denoiser, z, torch.full((len(z),), now, device=z.device), tokens, negative)
        z = x if after >= 1 else z + (after - now) * (x - z) / (1 - now)
    return z


@torch.no_grad()
def calibrate(denoiser, tokens, generator, rounds=5):
    """Sets a denoiser's amplitude so that its samples of tokens [B,T] deviate as pictures do (std), in bands of coordinates.

    Guided samples are clearer than pictures by guidance 1 and exaggerated, fine parts by half; this keeps the first alone.
    """
    z = TEMPERATURE * torch.randn(len(tokens), len(denoiser.std), generator=generator, device=generator.device)
    bands = [slice(at, min(2 * at, len(denoiser.std)) if at else 8) for at in (0, 8, 16, 32, 64, 128, 256, 512) if at < len(denoiser.std)]
    denoiser.amplitude.fill_(1.0)
    for _ in range(rounds):
        made = guided_sample(denoiser, tokens, z.to(tokens.device))
        for band in bands:
            denoiser.amplitude[band] *= denoiser.std[band].norm() / made[:, band].square().mean(0).sum().sqrt()
        denoiser.amplitude.clamp_(0.5, 1.0)
