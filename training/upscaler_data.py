"""Pairs for the upscaler: a picture of the pack at 256 pixels and a smaller, spoilt copy of it.

Smaller means half by a resampler drawn at random, now and then softened, with noise, or
through JPEG or WebP, because that is what people upload. Half of the pairs are opaque:
the sticker lies on a plain colour, a gradient or fractal noise. Two in five stickers are
soft before they are made small: without them every soft edge is taken for a spoilt crisp
one, and painted pictures come out with contrast that they never had.
"""
import io
import math
import queue
import threading

import numpy as np
import torch
from PIL import Image

import data

CROP = 48                  # edge of a training crop of the small picture
HELD_SHARE = 0.04          # share of concepts that training never sees, in any style
KERNELS = {"box": 0.5, "triangle": 1.0, "cubic": 2.0, "mitchell": 2.0, "lanczos": 3.0}   # name -> support in pixels


def held(row):
    """True if the picture's concept is kept from training; decided by a hash."""
    return data.held_out("upscaler", row["concept"], "", HELD_SHARE)


def kernel(name, x):
    """The resampling kernel at distances x (in pixels of the coarser grid)."""
    d = x.abs()
    if name == "box":
        return (d <= 0.5).double()
    if name == "triangle":
        return (1 - d).clamp_min(0)
    if name == "lanczos":
        return torch.where(d < 3, torch.sinc(x) * torch.sinc(x / 3), torch.zeros_like(d))
    b, c = (1 / 3, 1 / 3) if name == "mitchell" else (0.0, 0.5)
    near = ((12 - 9 * b - 6 * c) * d ** 3 + (-18 + 12 * b + 6 * c) * d ** 2 + 6 - 2 * b) / 6
    far = ((-b - 6 * c) * d ** 3 + (6 * b + 30 * c) * d ** 2 + (-12 * b - 48 * c) * d + 8 * b + 24 * c) / 6
    return torch.where(d < 1, near, torch.where(d < 2, far, torch.zeros_like(d)))


def resampling_matrix(name, before, after, soften=1.0):
    """[after, before]: resamples a line of pixels; soften > 1 widens the kernel, which blurs. Borders repeat."""
    step = before / after
    stretch = max(step, 1.0) * soften
    reach = math.ceil(KERNELS[name] * stretch)
    centre = (torch.arange(after).double() + 0.5) * step - 0.5
    taps = centre.floor().long()[:, None] + torch.arange(-reach, reach + 2)
    weights = kernel(name, (taps - centre[:, None]) / stretch)
    matrix = torch.zeros(after, before, dtype=torch.double)
    matrix.scatter_add_(1, taps.clamp(0, before - 1), weights)
    return (matrix / matrix.sum(1, keepdim=True)).float()


def resample(picture, name, edge, soften=1.0):
    """picture [C,H,H] -> [C,edge,edge], valid premultiplied colours."""
    matrix = resampling_matrix(name, picture.shape[-1], edge, soften)
    return valid(matrix @ picture @ matrix.T)


def valid(picture):
    """Clamps a premultiplied picture [4,H,W] so that no colour exceeds its alpha."""
    alpha = picture[3:].clamp(0, 1)
    return torch.cat([torch.minimum(picture[:3].clamp_min(0), alpha), alpha])


def blurred(picture, sigma):
    """picture [C,H,W] under a Gaussian of `sigma` pixels; borders repeat."""
    reach = math.ceil(3 * sigma)
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma).square())
    line = line / line.sum()
    wide = torch.nn.functional.pad(picture[:, None], (reach,) * 4, mode="replicate")
    down = torch.nn.functional.conv2d(wide, line[None, None, :, None])
    return torch.nn.functional.conv2d(down, line[None, None, None, :])[:, 0]


def rounded(picture):
    """What is left of a premultiplied picture after it was kept as 8-bit straight RGBA."""
    alpha = (picture[3:] * 255).round() / 255
    colour = (picture[:3] / alpha.clamp_min(1 / 255) * 255).clamp(0, 255).round() / 255
    return torch.cat([colour * alpha, alpha])


def compress(picture, form, quality):
    """Sends a picture [4,H,W] through JPEG (opaque only) or WebP at a quality of 0..100."""
    alpha = picture[3:].clamp_min(1 / 255)
    straight = torch.cat([picture[:3] / alpha, picture[3:]]).clamp(0, 1)
    pixels = (straight * 255).round().byte().permute(1, 2, 0).contiguous().numpy()
    file = io.BytesIO()
    Image.fromarray(pixels[..., :3] if form == "JPEG" else pixels).save(file, form, quality=quality)
    back = torch.from_numpy(np.array(Image.open(file).convert("RGBA"))).permute(2, 0, 1).float() / 255
    return torch.cat([back[:3] * back[3:], back[3:]])


class Source:
    """Draws pictures and spoils them. Everything random comes from one generator."""

    def __init__(self, folder, seed):
        self.pack = data.Pack(folder)
        self.rows = [i for i, row in enumerate(self.pack.rows) if not held(row)]
        self.random = np.random.default_rng(seed)

    def backdrop(self):
        """An opaque [3,256,256]: a plain colour, a gradient between two, or fractal noise like a photograph's."""
        first, second = (torch.from_numpy(self.random.random(3)).float()[:, None, None] for _ in range(2))
        kind = self.random.random()
        if kind < 0.35:
            return first.expand(3, data.LARGE, data.LARGE)
        ramp = torch.linspace(0, 1, data.LARGE)[None, :, None] * torch.ones(1, 1, data.LARGE)
        if kind < 0.65:
            return first + (second - first) * (ramp if kind < 0.5 else ramp.transpose(1, 2))
        return (first + (second - first) * self.fractal()).clamp(0, 1)

    def fractal(self):
        """[3,256,256] about 0..1: noise whose amplitude falls with frequency as in photographs (one over f)."""
        frequency = torch.fft.fftfreq(data.LARGE)[:, None].square() + torch.fft.rfftfreq(data.LARGE)[None].square()
        shape = 1 / (frequency.sqrt() + 2 / data.LARGE) ** float(self.random.uniform(0.8, 2.4))
        noise = torch.from_numpy(self.random.standard_normal((3, data.LARGE, data.LARGE))).float()
        field = torch.fft.irfft2(torch.fft.rfft2(noise) * shape, s=(data.LARGE, data.LARGE))
        return field / (4 * field.std()) + 0.5

    def target(self):
        """One picture [4,256,256], premultiplied: mirrored, turned, soft or opaque as it falls, and sometimes a backdrop alone."""
        if self.random.random() < 0.15:
            return torch.cat([self.backdrop(), torch.ones(1, data.LARGE, data.LARGE)])
        picture = self.pack.picture(self.rows[self.random.integers(len(self.rows))])
        if self.random.random() < 0.5:
            picture = picture.flip(-1)
        picture = torch.rot90(picture, int(self.random.integers(4)), (1, 2))
        if self.random.random() < 0.4:
            picture = blurred(picture, math.exp(self.random.uniform(math.log(0.6), math.log(3))))
        if self.random.random() < 0.5:
            return picture
        opaque = picture[:3] + (1 - picture[3:]) * self.backdrop()
        return torch.cat([opaque, torch.ones(1, data.LARGE, data.LARGE)])

    def spoil(self, picture):
        """[4,256,256] -> [4,128,128]: resampled, and for one in three also softened, noisy or compressed."""
        draw = self.random
        name = draw.choice(list(KERNELS), p=[0.25, 0.15, 0.2, 0.1, 0.3])
        # Rarely: what softening takes away cannot be told from what a soft picture never had.
        soften = draw.uniform(1, 1.3) if draw.random() < 0.1 else 1.0
        small = resample(picture, name, data.LARGE // 2, soften)
        if draw.random() < 0.1:
            noise = torch.from_numpy(draw.standard_normal(small.shape)).float() * draw.uniform(0, 4 / 255)
            small = valid(torch.cat([small[:3] + noise[:3] * small[3:], small[3:]]))
        if draw.random() < 0.2:
            opaque = bool((small[3] == 1).all())
            return compress(small, "JPEG" if opaque and draw.random() < 0.6 else "WEBP", int(draw.integers(70, 98)))
        return rounded(small)

    def crops(self, small, large, count):
        """The same `count` windows of both; each the busier of two, because most of a sticker is plain."""
        found = []
        for _ in range(count):
            corners = self.random.integers(0, data.LARGE // 2 - CROP + 1, (2, 2))
            windows = [(small[:, y:y + CROP, x:x + CROP], large[:, 2 * y:2 * (y + CROP), 2 * x:2 * (x + CROP)]) for y, x in corners]
            found.append(max(windows, key=lambda pair: float(pair[1].var())))
        return found

    def batch(self, count, each=2):
        """small [count,4,CROP,CROP] and large [count,4,2 CROP,2 CROP], `each` crops of a picture."""
        pairs = []
        while len(pairs) < count:
            large = self.target()
            pairs += self.crops(self.spoil(large), large, each)
        return tuple(torch.stack([pair[side] for pair in pairs[:count]]) for side in (0, 1))


class Feed:
    """Makes batches in a background thread, a few ahead."""

    def __init__(self, source, count):
        self.source, self.count, self.ready = source, count, queue.Queue(4)
        threading.Thread(target=self.fill, daemon=True).start()

    def fill(self):
        while True:
            self.ready.put(self.source.batch(self.count))
