"""The audit classifier: an independent judge of generated pictures.

A small convolutional network, trained on real pictures only, with other augmentations than
the generator ever saw (rotation, scale, shift, backgrounds, blur, noise). It names the
object (all concepts), the style and the main colour. It is never shipped, and never used
to train or to choose generated pictures. Held-out (concept, colour) and (concept, style)
pairs are kept from it too, so that real pictures of those pairs give an honest ceiling.
"""
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import colours
import data
import train

FEATURES = 128


class Audit(nn.Module):
    """[B,3,64,64] in 0..1 -> features [B,128]; heads give object, style and colour logits."""

    def __init__(self, concepts):
        super().__init__()
        def stage(before, after, stride):
            return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1), nn.BatchNorm2d(after), nn.ReLU(),
                                 nn.Conv2d(after, after, 3, 1, 1), nn.BatchNorm2d(after), nn.ReLU())
        self.body = nn.Sequential(stage(12, 32, 1), stage(32, 64, 2), stage(64, 128, 2))
        self.look = nn.Sequential(nn.Flatten(), nn.Linear(128 * 64, 384), nn.BatchNorm1d(384), nn.ReLU(), nn.Dropout(0.2), nn.Linear(384, FEATURES), nn.BatchNorm1d(FEATURES))
        self.object, self.colour = nn.Linear(FEATURES, concepts), nn.Linear(FEATURES, len(colours.NAMES))
        # A style is a matter of outlines, shading and grain, wherever they are: mean and deviation of each stage, and the whole look.
        self.style = nn.Sequential(nn.Linear(2 * (32 + 64 + 128) + FEATURES, 192), nn.BatchNorm1d(192), nn.ReLU(), nn.Linear(192, len(data.STYLES)))

    def look_closely(self, rgb):
        """Features [B,128], and the statistics [B,448] of what the stages see."""
        h, statistics = F.pixel_unshuffle(rgb * 2 - 1, 2), []
        for stage in self.body:
            h = stage(h)
            statistics += [h.mean((2, 3)), h.var((2, 3), correction=0).add(1e-4).sqrt()]
        return self.look(h), torch.cat(statistics, 1)

    def features(self, rgb):
        return self.look_closely(rgb)[0]

    def forward(self, rgb):
        f, statistics = self.look_closely(rgb)
        seen = F.relu(f)
        return self.object(seen), self.style(torch.cat([statistics, seen], 1)), self.colour(seen)


def composite(pictures, background):
    """Premultiplied [n,4,H,W] over background colours [n,3] -> RGB [n,3,H,W]."""
    return pictures[:, :3] + (1 - pictures[:, 3:]) * background[:, :, None, None]


def augment(pictures, generator):
    """Random affine, background, blur and noise: [n,4,64,64] -> RGB [n,3,64,64]."""
    count = len(pictures)
    draw = lambda low, high: torch.rand(count, generator=generator) * (high - low) + low
    angle, size = draw(-0.2, 0.2), draw(0.92, 1.2)
    rows = torch.stack([torch.stack([size * angle.cos(), -size * angle.sin(), draw(-0.1, 0.1)], 1),
                        torch.stack([size * angle.sin(), size * angle.cos(), draw(-0.1, 0.1)], 1)], 1)
    grid = F.affine_grid(rows, list(pictures.shape), align_corners=False)
    moved = F.grid_sample(pictures, grid, align_corners=False)
    if float(draw(0, 1)[0]) < 0.3:
        moved = F.avg_pool2d(moved, 3, 1, 1)
    white = (draw(0, 1) < 0.5)[:, None]
    rgb = composite(moved, torch.where(white, torch.ones(count, 3), torch.rand(count, 3, generator=generator)))
    return (rgb + draw(0, 0.06)[:, None, None, None] * torch.randn(rgb.shape, generator=generator)).clamp(0, 1)


def draw_real(table, count, generator, allowed):
    """Pictures [n,4,64,64] of the allowed picture indices, half of them recoloured to trained colours; labels."""
    picture = allowed[torch.randint(len(allowed), (count,), generator=generator)]
    target = torch.randint(len(colours.NAMES), (count,), generator=generator)
    painted = (torch.rand(count, generator=generator) < 0.5) & ~table.colour_held[picture, target]
    pictures = table.batch(picture)
    if painted.any():
        pictures[painted] = colours.recolour(pictures[painted], target[painted])
    return pictures, table.concept[picture], table.style[picture], torch.where(painted, target, table.colour[picture])


def train_audit(work, minutes, steps=None, batch=128, rate=2e-3):
    """Trains the judge for some minutes (or steps, if given) and keeps it in work/audit.pt; resumes with fresh momenta."""
    table, path = data.Table(work), Path(work) / "audit.pt"
    network = Audit(len(table.concepts)).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    allowed = (~table.style_held).nonzero()[:, 0]
    generator = torch.Generator().manual_seed(11)
    began, step, right = time.time(), 0, torch.zeros(2)
    if path.exists():
        state = torch.load(path, weights_only=True)
        network.load_state_dict(state["network"])
        step = state["step"]
    generator.manual_seed(11 + step)
    while (progress := step / steps if steps else (time.time() - began) / (minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate(progress, rate, 0.3)
        pictures, concept, style, colour = draw_real(table, batch, generator, allowed)
        mirrored = torch.rand(batch, generator=generator) < 0.2
        pictures[mirrored] = pictures[mirrored].flip(-1)
        with torch.autocast("cpu", torch.bfloat16, enabled=train.half_precision_pays()):
            guess = [heads.float() for heads in network(augment(pictures, generator).contiguous(memory_format=torch.channels_last))]
        loss = F.cross_entropy(guess[0], concept, label_smoothing=0.05) + 0.5 * F.cross_entropy(guess[1], style)
        loss = loss + 0.5 * F.cross_entropy(guess[2], colour, ignore_index=-1)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        right += torch.stack([(guess[k].argmax(1) == label).float().mean() for k, label in enumerate((concept, style))])
        if step % 100 == 0:
            print(f"audit step {step} minute {(time.time() - began) / 60:.1f} loss {float(loss.detach()):.3f} object top-1 {right[0] / 100:.3f} style {right[1] / 100:.3f} on augmented", flush=True)
            right.zero_()
            train.save_checkpoint(path, network=network.state_dict(), step=step)
    train.save_checkpoint(path, network=network.state_dict(), step=step)


def load_audit(work):
    """The trained judge in evaluation mode."""
    network = Audit(len(data.Table(work).concepts))
    network.load_state_dict(torch.load(Path(work) / "audit.pt", weights_only=True)["network"])
    return network.eval()


@torch.no_grad()
def judge(network, pictures):
    """Premultiplied [n,4,64,64] -> (object, style, colour logits, features) over white."""
    rgb = composite(pictures, torch.ones(len(pictures), 3)).clamp(0, 1)
    parts = [(*network(chunk), network.features(chunk)) for chunk in rgb.split(128)]
    return tuple(torch.cat(column) for column in zip(*parts))
