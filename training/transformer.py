"""The larger denoiser: a transformer over 16x16 places of a 64x64 picture (Peebles and Xie, 2212.09748), which draws by words, by drawings of the thing in other styles, or by both.

Flow matching as in model.py, but on pictures instead of their latents: it predicts the picture itself and is trained on
the velocity that follows from it (Li and He, 2511.13720). Too slow and too large to ship; what it draws of a thing in a
style that nobody drew it in are attempts, among which choosing.py chooses (imagine.py).
"""
import torch
from torch import nn
from torch.nn import functional as F

import data
import model

STYLES = len(data.STYLES)
ANY = STYLES            # the style that stands for no wish
PATCH = 4               # edge of a place in pixels
PLACES = (data.SMALL // PATCH) ** 2
NUMBERS = 4 * PATCH ** 2        # of one picture at one place
LEAST = 0.1             # least share of noise that errors are divided by: near the end they would count without bound


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
        query, key, value = self.query_key_value(normal).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        # Normalised, so that a high learning rate does not blow the scores up.
        query, key = (F.layer_norm(part, part.shape[3:]).to(value.dtype) for part in (query, key))
        h = h + self.gather(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))
        normal = F.layer_norm(h, h.shape[2:]) * (1 + scale_after) + shift_after
        return h + self.outer(F.silu(self.inner(normal)))


def places_of(pictures):
    """Pictures [n,4,64,64] -> numbers at places [n, PLACES, NUMBERS]."""
    return F.pixel_unshuffle(pictures, PATCH).flatten(2).transpose(1, 2)


class Drawer(nn.Module):
    """z [B,4,64,64], t [B], drawings [B,6,4,64,64] in -1..1, which of them are shown [B,6], asked style [B] (ANY: none), tokens [B,T] -> predicted picture [B,4,64,64] in about -1..1."""

    def __init__(self, vocabulary_size, width=384, blocks=8, condition=256, word_width=192):
        super().__init__()
        self.config = dict(width=width, blocks=blocks, condition=condition, word_width=word_width)
        self.enter = nn.Linear((1 + STYLES) * NUMBERS, width)
        self.place = nn.Parameter(0.5 * torch.randn(1, PLACES, width))
        self.text, self.asked, self.seen = model.TextEncoder(vocabulary_size, word_width, condition), nn.Embedding(STYLES + 1, condition), nn.Linear(STYLES, condition)
        self.time_inner, self.time_outer = nn.Linear(128, condition), nn.Linear(condition, condition)
        self.blocks = nn.ModuleList(Attention(width, condition, max(1, width // 64)) for _ in range(blocks))
        self.leave = nn.Linear(2 * width, 2 * NUMBERS)
        # Places are drawn one by one; what lies between them is for these.
        self.join = nn.Sequential(nn.Conv2d(8, 24, 3, padding=1), nn.SiLU(), nn.Conv2d(24, 4, 3, padding=1))
        for part in (self.leave, self.join[2]):
            nn.init.zeros_(part.weight)

    def forward(self, z, t, drawings, shown, style, tokens):
        words = self.text(tokens, model.words_that_count(tokens))
        condition = F.silu(words + self.asked(style) + self.seen(shown) + self.time_outer(F.silu(self.time_inner(model.time_features(t)))))
        seen = places_of((drawings * shown[:, :, None, None, None]).flatten(0, 1)).unflatten(0, shown.shape).transpose(1, 2).flatten(2)
        h = stem = self.enter(torch.cat([places_of(z), seen], 2))
        # Normalised before the places are added: otherwise they drown in it.
        h = F.layer_norm(h, h.shape[2:]) + self.place
        for block in self.blocks:
            h = block(h, condition)
        made = self.leave(torch.cat([F.layer_norm(h, h.shape[2:]), stem], 2))
        made = F.pixel_shuffle(made.transpose(1, 2).unflatten(2, (data.SMALL // PATCH,) * 2), PATCH)
        return made[:, :4] + self.join(made)


def velocity_loss(network, x, t, noise, *condition):
    """Squared error of the velocity that a prediction of pictures x [B,4,64,64] means at times t [B]."""
    t1 = t[:, None, None, None]
    made = network(t1 * x + (1 - t1) * noise, t, *condition).float()
    return ((made - x) / (1 - t1).clamp_min(LEAST)).square().mean()


@torch.no_grad()
def drawn(network, noise, drawings, shown, style, tokens, guidance=1.0, steps=12):
    """Euler sampling from noise [n,4,64,64]: pictures in about -1..1. Guided away from what it would draw without a wish for a style, and without words."""
    z, times = noise, torch.linspace(0, 1, steps + 1).tolist()
    without = (drawings, shown, torch.full_like(style, ANY), model.empty_prompts(tokens))
    for now, after in zip(times[:-1], times[1:]):
        t = torch.full((len(z),), now, device=z.device)
        x = network(z, t, drawings, shown, style, tokens).float()
        if guidance != 1:
            other = network(z, t, *without).float()
            x = other + guidance * (x - other)
        z = x if after >= 1 else z + (after - now) * (x - z) / (1 - now)
    return z
