"""Reads a picture pack and prepares training arrays from it.

A pack is a folder with <name>.bin files (pictures one after another), images.jsonl.gz and
concepts.jsonl.gz; README.md describes both. prepare() writes small arrays once, training
then only reads those.
"""
import gzip
import hashlib
import io
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import colours

# The styles we draw, as the pack calls them. Order is the style's index everywhere.
STYLES = ["3d", "flat", "noto", "twemoji", "blob", "emojitwo"]
SMALL = 64            # edge of the pictures that the latent is computed from
LARGE = 256           # edge of the pictures that the decoder paints

# How often a subgroup is drawn in training, by the start of its name. Symbols and the many
# gendered variants of one job would otherwise fill a third of the capacity.
WEIGHTS = {
    "animal": 1.6, "food": 1.6, "plant": 1.5, "drink": 1.4, "place-building": 1.4, "transport-sign": 0.4,
    "transport": 1.5, "cat-face": 1.1, "sky": 1.2, "time": 0.3, "family": 0.3, "person-": 0.5, "hand": 0.6,
    "av-symbol": 0.35, "arrow": 0.35, "math": 0.35, "punctuation": 0.35, "zodiac": 0.35, "other-symbol": 0.35,
    "gender": 0.35, "warning": 0.4, "religion": 0.4, "geometric": 0.6, "currency": 0.4, "alphanum": 0.3,
}


def read_rows(path):
    """All rows of a .jsonl.gz file as dicts."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Pack:
    """The coloured emoji pictures of a pack: rows (one per picture) and concepts by id."""

    def __init__(self, folder):
        self.folder = Path(folder)
        every = {row["id"]: row for row in read_rows(self.folder / "concepts.jsonl.gz")}
        rows = read_rows(self.folder / "images.jsonl.gz")
        # Skin tones other than the default repeat the same drawing.
        self.rows = [row for row in rows if row["style"] in STYLES and not row.get("tone") and every[row["concept"]]["kind"] == "emoji"]
        used = sorted({row["concept"] for row in self.rows})
        self.concepts = [every[name] for name in used]
        self.index = {name: i for i, name in enumerate(used)}
        self.bytes = {path.stem: np.memmap(path, dtype=np.uint8, mode="r") for path in self.folder.glob("*.bin")}

    def picture(self, i):
        """Row i as float32 [4, LARGE, LARGE] in 0..1, premultiplied."""
        row = self.rows[i]
        data = self.bytes[row["pack"]][row["off"]:row["off"] + row["len"]].tobytes()
        image = Image.open(io.BytesIO(data)).convert("RGBA")
        if image.size != (LARGE, LARGE):
            image = image.resize((LARGE, LARGE), Image.LANCZOS)
        pixels = torch.from_numpy(np.array(image)).float().permute(2, 0, 1) / 255
        return torch.cat([pixels[:3] * pixels[3:], pixels[3:]])


def held_out(kind, concept, other, share):
    """True for the fixed share of (concept, colour) or (concept, style) pairs kept from training."""
    digest = hashlib.sha256(f"{kind}:{concept}:{other}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2 ** 32 < share


def weight_of(concept):
    """Sampling weight of a concept from its subgroup."""
    for start, weight in WEIGHTS.items():
        if concept["subgroup"].startswith(start):
            return weight
    return 1.0


class Table:
    """What prepare() wrote: one entry per picture, colours included. On a GPU the pictures lie in its memory.

    small    uint8 [P, 4, 64, 64] premultiplied
    concept, style  int [P]; colour int [P] (-1: none leads)
    """

    def __init__(self, folder, device="cpu"):
        self.folder, self.device = Path(folder), device
        stored = np.load(Path(folder) / "table.npz")
        self.small = self.pictures("small.npy")
        self.concept, self.style, self.colour = (torch.from_numpy(stored[k]).long() for k in ("concept", "style", "colour"))
        self.concepts = json.loads((Path(folder) / "concepts.json").read_text())
        pictures = len(self.concept)
        ids = [row["id"] for row in self.concepts]
        # True where a (concept, colour) pair or a whole (concept, style) pair must never be trained on.
        self.colour_held = torch.tensor([[held_out("colour", ids[c], name, 0.12) for name in colours.NAMES] for c in self.concept.tolist()])
        several = torch.bincount(self.concept, minlength=len(ids)) >= 4
        self.style_held = torch.tensor([bool(several[c]) and held_out("style", ids[c], STYLES[s], 0.05)
                                        for c, s in zip(self.concept.tolist(), self.style.tolist())])
        weights = torch.tensor([weight_of(self.concepts[c]) for c in self.concept.tolist()])
        self.weight = torch.where(self.style_held, torch.zeros(pictures), weights)
        for name in ("concept", "style", "colour", "colour_held", "style_held", "weight"):
            setattr(self, name, getattr(self, name).to(device))

    def pictures(self, name):
        """The pictures of a file: mapped on a CPU, in memory on a GPU."""
        stored = np.load(self.folder / name, mmap_mode="r")
        return stored if self.device == "cpu" else torch.from_numpy(np.ascontiguousarray(stored)).to(self.device)

    @cached_property
    def large(self):
        """uint8 [P, 4, 256, 256], read when it is first needed: two gigabytes."""
        return self.pictures("large.npy")

    def batch(self, index, stored=None):
        """Pictures [n,4,H,W] float 0..1 for indices [n]; small ones, or those of another stored array."""
        stored = self.small if stored is None else stored
        found = torch.from_numpy(np.ascontiguousarray(stored[np.asarray(index)])) if self.device == "cpu" else stored[index]
        return found.float() / 255

    def drawings(self):
        """Index of the picture that training may see of each concept in each style [C, 6], -1 where there is none."""
        index = torch.full((len(self.concepts), len(STYLES)), -1, device=self.device)
        seen = (self.weight > 0).nonzero()[:, 0]
        index[self.concept[seen], self.style[seen]] = seen
        return index


def shrink(picture, edge):
    """Area-average [.., 4, H, W] to edge x edge (H a multiple of edge)."""
    return torch.nn.functional.adaptive_avg_pool2d(picture, edge)


def prepare_rows(pack_folder, out, rows):
    """Decodes rows [(place, row of the pack)] into the arrays of out/; returns the main colour of each."""
    torch.set_num_threads(1)
    pack, found = Pack(pack_folder), []
    small, large = (np.load(Path(out) / name, mmap_mode="r+") for name in ("small.npy", "large.npy"))
    for n, i in rows:
        picture = pack.picture(i)
        large[n] = (picture * 255).round().byte().numpy()
        picture = shrink(picture, SMALL)
        small[n] = (picture * 255).round().byte().numpy()
        found.append(int(colours.main_colour(picture[None])[0]))
    return found


def prepare(pack_folder, out, limit=None):
    """Decodes the pack once into out/, on all processors: small.npy, large.npy, table.npz, concepts.json."""
    pack, out = Pack(pack_folder), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    rows = range(len(pack.rows)) if limit is None else range(0, len(pack.rows), max(1, len(pack.rows) // limit))
    for name, edge in (("small.npy", SMALL), ("large.npy", LARGE)):
        np.lib.format.open_memmap(out / name, "w+", np.uint8, (len(rows), 4, edge, edge)).flush()
    every = list(enumerate(rows))
    parts = [every[k:k + 128] for k in range(0, len(every), 128)]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        colour = [c for part in pool.map(prepare_rows, [pack_folder] * len(parts), [out] * len(parts), parts) for c in part]
    concept = [pack.index[pack.rows[i]["concept"]] for i in rows]
    style = [STYLES.index(pack.rows[i]["style"]) for i in rows]
    np.savez(out / "table.npz", concept=concept, style=style, colour=colour)
    (out / "concepts.json").write_text(json.dumps(pack.concepts, ensure_ascii=False))
    return len(rows)


def contact_sheet(pictures, path, columns, background=(255, 255, 255), palette=False):
    """Saves premultiplied pictures [N,4,H,W] 0..1 as a PNG grid over a plain background; palette: 256 colours, a third of the bytes."""
    pictures = pictures.clamp(0, 1).cpu()
    count, _, height, width = pictures.shape
    lines = (count + columns - 1) // columns
    backdrop = torch.tensor(background).float()[:, None, None] / 255
    sheet = backdrop.expand(3, lines * height, columns * width).clone()
    for i, picture in enumerate(pictures):
        y, x = i // columns * height, i % columns * width
        sheet[:, y:y + height, x:x + width] = (picture[:3] + (1 - picture[3:]) * backdrop).clamp(0, 1)
    image = Image.fromarray((sheet * 255).round().byte().permute(1, 2, 0).numpy())
    (image.quantize(256) if palette else image).save(path, optimize=palette)
