"""The latent: coordinates of a 64x64 picture on principal components, mirror-symmetric.

A picture splits into an even part (equal to its mirror) and an odd part (opposite to its
mirror). Principal components of each need only half a picture to store, and mirroring is
a change of sign of the odd coordinates. Half the bytes, and exact.
"""
from pathlib import Path

import torch

import colours
import data
import warm_start

HALF = data.SMALL // 2
WIDTH = 4 * data.SMALL * HALF       # numbers in half a picture
SPREAD = 0.65                       # what the square root of a component's deviation becomes


def split_halves(pictures):
    """[n,4,64,64] in -1..1 -> even, odd halves, each [n, WIDTH], orthonormal scaling."""
    left, right = pictures[..., :HALF], pictures[..., HALF:].flip(-1)
    return ((left + right) / 2 ** 0.5).flatten(1), ((left - right) / 2 ** 0.5).flatten(1)


def join_halves(even, odd):
    """Inverse of split_halves: [n, WIDTH] twice -> [n,4,64,64]."""
    even, odd = (part.view(-1, 4, data.SMALL, HALF) for part in (even, odd))
    return torch.cat([even + odd, (even - odd).flip(-1)], -1) / 2 ** 0.5


class Basis:
    """Components and scales. Latent coordinate k of a picture p is (c_k . (p - mean)) / scale_k.

    vectors [L, WIDTH]; odd bool [L]; mean [WIDTH] (even part; the odd mean is zero);
    std [L]: standard deviation of the latent coordinates; scale [L].
    Coordinates are divided by the square root of their own deviation (half-way to
    whitening): the range of deviations is 10 instead of 100, so small and large features
    are decided at neighbouring times and few sampling steps suffice.
    """

    def __init__(self, vectors, odd, mean, deviation):
        self.vectors, self.odd, self.mean, self.deviation = vectors, odd, mean, deviation
        self.scale = deviation.sqrt() / SPREAD
        self.std = deviation / self.scale

    @property
    def size(self):
        return len(self.deviation)

    def to(self, device):
        """The same basis on another device."""
        return Basis(*(part.to(device) for part in (self.vectors, self.odd, self.mean, self.deviation)))

    def encode(self, pictures):
        """[n,4,64,64] in 0..1 -> [n, L]."""
        even, odd = split_halves(pictures * 2 - 1)
        both = torch.empty(len(pictures), self.size, device=pictures.device)
        both[:, ~self.odd] = (even - self.mean) @ self.vectors[~self.odd].T
        both[:, self.odd] = odd @ self.vectors[self.odd].T
        return both / self.scale

    def decode(self, latents):
        """[n, L] -> [n,4,64,64] in about -1..1."""
        raw = latents * self.scale
        return join_halves(raw[:, ~self.odd] @ self.vectors[~self.odd] + self.mean, raw[:, self.odd] @ self.vectors[self.odd])

    def save(self, path):
        torch.save({"vectors": self.vectors.half(), "odd": self.odd, "mean": self.mean, "deviation": self.deviation}, path)

    @staticmethod
    def load(path):
        stored = torch.load(path)
        return Basis(stored["vectors"].float(), stored["odd"], stored["mean"], stored["deviation"])

    @staticmethod
    def shipped(folder):
        """The basis that the decoder of a shipped folder holds, in its eight bits."""
        vectors, odd, mean, scale = warm_start.shipped_basis(folder)
        return Basis(vectors, odd, mean, (scale * SPREAD).square())

    def is_like(self, other):
        """Whether coordinates mean the same in another basis: each component has the direction and the sign of the other's."""
        same = self.vectors.shape == other.vectors.shape and torch.equal(self.odd, other.odd)
        return same and float(torch.nn.functional.cosine_similarity(self.vectors, other.vectors).min()) > 0.98


def components(rows, keep):
    """Leading principal axes of centred rows [n, d]: vectors [keep, d], deviations [keep]."""
    torch.manual_seed(0)
    keep = min(keep, min(rows.shape) - 1)
    _, singular, vectors = torch.svd_lowrank(rows, q=min(keep + 48, min(rows.shape)), niter=3)
    return vectors.T[:keep].contiguous(), singular[:keep] / len(rows) ** 0.5


def fit(table, size, per_picture=1):
    """Fits the basis on every picture as it is and on per_picture random recolourings of it."""
    generator = torch.Generator().manual_seed(1)
    parts = []
    trained = (table.weight > 0).nonzero()[:, 0]
    for chunk in trained.split(512):
        pictures = table.batch(chunk)
        parts.append(split_halves(pictures * 2 - 1))
        for _ in range(per_picture):
            target = torch.randint(len(colours.NAMES), (len(chunk),), generator=generator)
            parts.append(split_halves(colours.recolour(pictures, target) * 2 - 1))
    even, odd = (torch.cat(column) for column in zip(*parts))
    mean = even.mean(0)
    even -= mean
    total = float(even.square().sum() + odd.square().sum()) / len(even)
    (v_even, d_even), (v_odd, d_odd) = components(even, size), components(odd, size)
    deviation = torch.cat([d_even, d_odd])
    order = deviation.argsort(descending=True)[:size]
    vectors, is_odd = torch.cat([v_even, v_odd])[order], (order >= len(d_even))
    kept = float(deviation[order].square().sum()) / total
    print(f"{len(order)} components keep {kept:.3f} of the variance")
    return Basis(vectors, is_odd, mean, deviation[order])


# Variants of each picture whose latents are stored: as drawn, two jittered, one per colour.
AS_DRAWN, JITTERED, RECOLOURED = 0, 1, 3
VARIANTS = RECOLOURED + len(colours.NAMES)


def encode_variants(table, basis):
    """Variants of all pictures of a table that lies where the basis does: float16 [P, VARIANTS, L], on the CPU."""
    generator = torch.Generator(basis.mean.device).manual_seed(2)
    return torch.cat([variants_of(table.batch(chunk), basis, generator) for chunk in torch.arange(len(table.concept)).split(256)])


def variants_of(pictures, basis, generator):
    """Pictures [n,4,64,64] -> float16 [n, VARIANTS, L], on the CPU."""
    drawn = [pictures, *(colours.jitter(pictures, generator) for _ in range(JITTERED, RECOLOURED))]
    drawn += [colours.recolour(pictures, torch.full((len(pictures),), k, device=pictures.device)) for k in range(len(colours.NAMES))]
    return torch.stack([basis.encode(variant).half().cpu() for variant in drawn], 1)


def prepare(folder, size, device, like=None):
    """Fits the basis and stores it and the latents of all variants in folder; a basis that is there stays, because checkpoints mean it.

    like: a shipped folder whose weights training will begin with, and whose basis is taken. Returns the basis.
    """
    folder = Path(folder)
    if not (folder / "basis.pt").exists():
        (Basis.shipped(like) if like else fit(data.Table(folder), size)).save(folder / "basis.pt")
    basis = Basis.load(folder / "basis.pt")
    torch.save(encode_variants(data.Table(folder, device), basis.to(device)), folder / "latents.pt")
    return basis
