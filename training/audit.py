"""The audit classifier: an independent judge of generated pictures.

Small convolutional networks, trained on real pictures only, with other augmentations than
the generator ever saw (rotation, scale, shift, backgrounds, blur, noise). One names the
object (all concepts) and the main colour, another the style: that one sees hardly any blur
or noise, because a style is a matter of edges and grain. They are never shipped, and never used
to train or to choose generated pictures. Held-out (concept, colour) and (concept, style)
pairs are kept from it too, so that real pictures of those pairs give an honest ceiling.
"""
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import batches
import colours
import data
import train

FEATURES = 128


def stage(before, after, stride):
    """Two 3x3 convolutions."""
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1), nn.BatchNorm2d(after), nn.ReLU(),
                         nn.Conv2d(after, after, 3, 1, 1), nn.BatchNorm2d(after), nn.ReLU())


class StyleEye(nn.Module):
    """[B,3,64,64] in 0..1 -> style logits [B,6], from mean and deviation of what each stage sees: outlines, shading and grain, wherever they are."""

    def __init__(self, widths=(48, 96, 160)):
        super().__init__()
        a, b, c = widths
        self.body = nn.ModuleList([stage(12, a, 1), stage(a, b, 2), stage(b, c, 2)])
        self.head = nn.Sequential(nn.Linear(2 * sum(widths), 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, len(data.STYLES)))

    def forward(self, rgb):
        h, statistics = F.pixel_unshuffle(rgb * 2 - 1, 2), []
        for part in self.body:
            h = part(h)
            statistics += [h.mean((2, 3)), h.float().var((2, 3), correction=0).add(1e-4).sqrt()]
        return self.head(torch.cat(statistics, 1))


class Audit(nn.Module):
    """[B,3,64,64] in 0..1 -> features [B,128]; heads give object and colour logits, another network the style's."""

    def __init__(self, concepts):
        super().__init__()
        self.body = nn.Sequential(stage(12, 32, 1), stage(32, 64, 2), stage(64, 128, 2))
        self.look = nn.Sequential(nn.Flatten(), nn.Linear(128 * 64, 384), nn.BatchNorm1d(384), nn.ReLU(), nn.Dropout(0.2), nn.Linear(384, FEATURES), nn.BatchNorm1d(FEATURES))
        self.object, self.colour = nn.Linear(FEATURES, concepts), nn.Linear(FEATURES, len(colours.NAMES))
        self.style = StyleEye()

    def features(self, rgb):
        return self.look(self.body(F.pixel_unshuffle(rgb * 2 - 1, 2)))

    def forward(self, rgb):
        """Object, style and colour logits."""
        seen = F.relu(self.features(rgb))
        return self.object(seen), self.style(rgb), self.colour(seen)


def composite(pictures, background):
    """Premultiplied [n,4,H,W] over background colours [n,3] -> RGB [n,3,H,W]."""
    return pictures[:, :3] + (1 - pictures[:, 3:]) * background[:, :, None, None]


def moved(pictures, draw, turn, small, large, shift=0.1):
    """Random rotation within turn (radians), scale and shift: [n,4,64,64] -> the same shape. draw(low, high) -> [n]."""
    angle, size = draw(-turn, turn), draw(small, large)
    rows = torch.stack([torch.stack([size * angle.cos(), -size * angle.sin(), draw(-shift, shift)], 1),
                        torch.stack([size * angle.sin(), size * angle.cos(), draw(-shift, shift)], 1)], 1)
    return F.grid_sample(pictures, F.affine_grid(rows, list(pictures.shape), align_corners=False), align_corners=False)


def augment(pictures, generator, for_style=False):
    """Random affine, background, blur and noise: [n,4,64,64] -> RGB [n,3,64,64]. for_style: half stay in place, no blur, hardly any noise."""
    where = dict(generator=generator, device=generator.device)
    draw = lambda low, high: torch.rand(len(pictures), **where) * (high - low) + low
    if for_style:
        pictures = torch.where((draw(0, 1) < 0.5)[:, None, None, None], moved(pictures, draw, 0.1, 0.94, 1.12), pictures)
    else:
        pictures = moved(pictures, draw, 0.2, 0.92, 1.2)
        pictures = torch.where((draw(0, 1) < 0.3)[:, None, None, None], F.avg_pool2d(pictures, 3, 1, 1), pictures)
    white = (draw(0, 1) < (0.7 if for_style else 0.5))[:, None]
    rgb = composite(pictures, torch.where(white, 1.0, torch.rand(len(pictures), 3, **where)))
    return (rgb + draw(0, 0.02 if for_style else 0.06)[:, None, None, None] * torch.randn(rgb.shape, **where)).clamp(0, 1)


def draw_real(table, count, generator, allowed):
    """Pictures [n,4,64,64] of the allowed picture indices, half of them recoloured to trained colours; labels."""
    where = dict(generator=generator, device=generator.device)
    picture = allowed[torch.randint(len(allowed), (count,), **where)]
    pictures, colour, half = table.batch(picture), table.colour[picture], count // 2
    colour[:half] = batches.free_colour(table, picture[:half], generator)
    pictures[:half] = colours.recolour(pictures[:half], colour[:half])
    flipped = (torch.rand(count, **where) < 0.3)[:, None, None, None]
    return torch.where(flipped, pictures.flip(-1), pictures), table.concept[picture], table.style[picture], colour


def train_audit(work, minutes, steps=None, batch=128, rate=2e-3):
    """Trains the judge for some minutes (or steps, if given) and keeps it in work/audit.pt; resumes with fresh momenta."""
    device, path = train.DEVICE, Path(work) / "audit.pt"
    table = data.Table(work, device)
    network = Audit(len(table.concepts)).to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    allowed = (~table.style_held).nonzero()[:, 0]
    began, step, right = time.time(), 0, torch.zeros(2, device=device)
    if path.exists():
        state = torch.load(path, map_location=device, weights_only=True)
        network.load_state_dict(state["network"])
        step = state["step"]
    generator = torch.Generator(device).manual_seed(11 + step)
    while (progress := step / steps if steps else (time.time() - began) / (minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate(progress, rate, 0.3)
        pictures, concept, style, colour = draw_real(table, batch, generator, allowed)
        views = [augment(pictures, generator, for_style).contiguous(memory_format=torch.channels_last) for for_style in (False, True)]
        with torch.autocast(device, torch.bfloat16, enabled=train.half_precision_pays()):
            seen = F.relu(network.features(views[0]))
            guess = [logits.float() for logits in (network.object(seen), network.style(views[1]), network.colour(seen))]
        loss = F.cross_entropy(guess[0], concept, label_smoothing=0.05) + F.cross_entropy(guess[1], style, label_smoothing=0.03)
        loss = loss + 0.5 * F.cross_entropy(guess[2], colour, ignore_index=-1)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        right += torch.stack([(guess[k].argmax(1) == label).float().mean() for k, label in enumerate((concept, style))])
        if step % 200 == 0:
            print(f"audit step {step} minute {(time.time() - began) / 60:.1f} loss {float(loss.detach()):.3f} object top-1 {right[0] / 200:.3f} style {right[1] / 200:.3f} on augmented", flush=True)
            right.zero_()
            train.save_checkpoint(path, network=network.state_dict(), step=step)
    train.save_checkpoint(path, network=network.state_dict(), step=step)


def load_audit(work):
    """The trained judge in evaluation mode."""
    network = Audit(len(data.Table(work).concepts))
    network.load_state_dict(torch.load(Path(work) / "audit.pt", map_location="cpu", weights_only=True)["network"])
    return network.eval()


@torch.no_grad()
def judge(network, pictures):
    """Premultiplied [n,4,64,64] -> (object, style, colour logits, features) over white."""
    rgb = composite(pictures, torch.ones(len(pictures), 3)).clamp(0, 1)
    parts = [(*network(chunk), network.features(chunk)) for chunk in rgb.split(128)]
    return tuple(torch.cat(column) for column in zip(*parts))
