"""Judges the backgrounds, which the product draws by rule: does a stranger's eye find the one that was asked for?

  node ../scripts/backgrounds.ts PICTURES && python evaluate_backgrounds.py --work WORK --pictures PICTURES

A small convolutional network learns the backgrounds from pictures of them alone, behind real
drawings of the pack at random places, never behind generated ones. It then names those of
pictures that the product drew for other words, other seeds and with the model's things. What
it proves is that a prompt in either language gets the background that it names, and that the
things leave it recognisable; the rules themselves are exact.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import data


def load(folder):
    """Pictures [n,3,64,64] in 0..1, labels [n], which are for learning [n], the backgrounds' names and the prompts."""
    about = json.loads((Path(folder) / "pictures.json").read_text())
    side, rows = about["side"], about["rows"]
    pixels = np.fromfile(Path(folder) / "pictures.bin", np.uint8).reshape(len(rows), side, side, 3)
    names = list(dict.fromkeys(row["background"] for row in rows))
    label = torch.tensor([names.index(row["background"]) for row in rows])
    learn = torch.tensor([row["set"] == "learn" for row in rows])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255, label, learn, names, [row["prompt"] for row in rows]


def before(scenes, things, generator):
    """Pastes real drawings [n,4,64,64], at 50 to 80 % of their size and anywhere, before scenes [n,3,64,64]."""
    count = len(scenes)
    draw = lambda low, high: torch.rand(count, generator=generator) * (high - low) + low
    zoom = 1 / draw(0.5, 0.8)
    zero = torch.zeros(count)
    rows = torch.stack([torch.stack([zoom, zero, draw(-0.6, 0.6)], 1), torch.stack([zero, zoom, draw(-0.6, 0.6)], 1)], 1)
    placed = F.grid_sample(things, F.affine_grid(rows, list(things.shape), align_corners=False), align_corners=False)
    return placed[:, :3] + (1 - placed[:, 3:]) * scenes


def judge_of(classes):
    stage = lambda a, b: nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.ReLU())
    return nn.Sequential(stage(3, 24), stage(24, 48), stage(48, 96), stage(96, 96), nn.Flatten(), nn.Dropout(0.3), nn.Linear(96 * 16, classes))


def learn_backgrounds(scenes, label, table, classes, steps, batch=64):
    """A judge that has seen the scenes behind real drawings only, mirrored and in slightly other light."""
    generator = torch.Generator().manual_seed(5)
    network = judge_of(classes)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.02)
    for _ in range(steps):
        chosen = torch.randint(len(scenes), (batch,), generator=generator)
        things = table.batch(torch.randint(len(table.concept), (batch,), generator=generator))
        shown = before(scenes[chosen], things, generator)
        shown = shown.flip(-1) if float(torch.rand(1, generator=generator)) < 0.5 else shown
        light = 0.85 + 0.3 * torch.rand(batch, 1, 1, 1, generator=generator)
        loss = F.cross_entropy(network((shown * light).clamp(0, 1) * 2 - 1), label[chosen])
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    return network.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True, help="prepared folder, for the real drawings")
    parser.add_argument("--pictures", required=True, help="folder that scripts/backgrounds.ts wrote")
    parser.add_argument("--steps", type=int, default=600)
    args = parser.parse_args()
    pictures, label, learn, names, prompts = load(args.pictures)
    network = learn_backgrounds(pictures[learn], label[learn], data.Table(args.work), len(names), args.steps)
    with torch.no_grad():
        found = network(pictures[~learn] * 2 - 1).argmax(1)
    right = found == label[~learn]
    judged = [prompt for prompt, learning in zip(prompts, learn.tolist()) if not learning]
    missed = sorted({f"{prompt} -> {names[k]}" for prompt, k, ok in zip(judged, found.tolist(), right.tolist()) if not ok})
    each = {name: round(100 * float(right[label[~learn] == k].float().mean())) for k, name in enumerate(names)}
    print(json.dumps({"pictures": len(right), "background": round(100 * float(right.float().mean()), 1), "each": each, "missed": missed}, indent=1))


if __name__ == "__main__":
    main()
