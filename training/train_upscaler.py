"""Trains the upscaler; resumes from WORK/upscaler.pt.

  python train_upscaler.py --pack PACK --work WORK --minutes 80

Runs unchanged on one CUDA GPU or on a CPU.
"""
import argparse
import os
import time
from pathlib import Path

import torch

import train
import upscaler
import upscaler_data

BORDER = 8                 # pixels of a training answer that the crop's own border spoils; they are not judged


def loss_of(painted, target):
    """Mean absolute error, plus that of the differences between neighbours: a soft edge costs twice."""
    inner = (..., slice(BORDER, -BORDER), slice(BORDER, -BORDER))
    painted, target = painted[inner], target[inner]
    edges = sum((painted.diff(dim=axis) - target.diff(dim=axis)).abs().mean() for axis in (-1, -2))
    return (painted - target).abs().mean() + 0.3 * edges


def load(work):
    """The averaged network of WORK/upscaler.pt, ready to use on the CPU."""
    state = torch.load(Path(work) / "upscaler.pt", map_location="cpu", weights_only=True)
    network = upscaler.Upscaler(**state["config"])
    network.load_state_dict(state["average"])
    return network.eval()


class Run:
    """A training run that can be kept and taken up again."""

    def __init__(self, args):
        self.path = Path(args.work) / "upscaler.pt"
        self.network = upscaler.Upscaler(args.width, args.blocks).to(train.DEVICE, memory_format=torch.channels_last)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=args.rate, betas=(0.9, 0.99), fused=True)
        self.average = train.Average(self.network, 0.998)
        self.step, spent = 0, 0.0
        if self.path.exists():
            state = torch.load(self.path, map_location=train.DEVICE, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.average.shadow.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, spent = state["step"], state["spent"]
        self.budget = train.Budget(args, spent)

    def keep(self):
        train.save_checkpoint(self.path, network=self.network.state_dict(), average=self.average.shadow.state_dict(),
                              optimiser=self.optimiser.state_dict(), step=self.step, spent=self.budget.spent, config=self.network.config)

    def learn(self, small, large, half):
        """One step on a batch; returns its loss."""
        small, large = (v.to(train.DEVICE, memory_format=torch.channels_last) for v in (small, large))
        with torch.autocast(train.DEVICE, torch.bfloat16, enabled=half):
            painted = self.network(small)
        loss = loss_of(painted.float(), large)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.average.update(self.network, self.step)
        return loss.detach()


def run(args):
    """Trains for the budget of args."""
    Path(args.work).mkdir(parents=True, exist_ok=True)
    training = Run(args)
    # A resumed run draws other pictures than the ones that it has already seen.
    feed = upscaler_data.Feed(upscaler_data.Source(args.pack, seed=training.step), args.batch)
    saved, shown, total = time.time(), time.time(), 0.0
    while (progress := training.budget.progress(training.step)) < 1:
        for group in training.optimiser.param_groups:
            group["lr"] = train.learning_rate(progress, args.rate, flat_until=0.4)
        total += training.learn(*feed.ready.get(), half=not args.full_precision)
        if training.step % 50 == 0:
            print(f"step {training.step} minute {training.budget.spent / 60:.1f} loss {float(total) / 50:.5f} "
                  f"{50 * args.batch / (time.time() - shown):.1f} crops/s", flush=True)
            total, shown = 0.0, time.time()
        if time.time() - saved > args.save_every:
            training.keep()
            saved = time.time()
    training.keep()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", required=True, help="folder of the picture pack")
    parser.add_argument("--work", required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=80, help="training time in all, resumed time included")
    parser.add_argument("--steps", type=int, help="train this many steps in all instead of minutes")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--save-every", type=float, default=120, help="seconds between checkpoints")
    parser.add_argument("--full-precision", action="store_true", help="no bfloat16")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    return args


if __name__ == "__main__":
    run(parse_arguments())
