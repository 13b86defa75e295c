"""The critic: tells painted crops from real ones of the same style, so that the decoder paints as crisply as artists do.

Mean errors alone make a decoder paint the average of all that a murky latent may mean:
soft edges, and faint shades where a style has none. The critic is trained beside the
decoder and is never shipped; it never sees the judge of audit.py, nor the judge it.
"""
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

import train

SHARE = 0.5         # of the critic's pull on the last layer, in units of the other losses' pull


SCALES = (1, 4)     # how many times smaller a crop is looked at: edges and grain, and clouds of colour


class PatchCritic(nn.Module):
    """Crops [B,4,H,W] in -1..1 and styles [B,6] -> one score for each patch [B, H/8 * W/8]: high where it looks drawn.

    Projection: the score is what any picture would get plus how well it fits the style (Miyato and Koyama, 1802.05637).
    """

    def __init__(self, styles, widths=(48, 80, 128)):
        super().__init__()
        layer = lambda before, after, stride: spectral_norm(nn.Conv2d(before, after, 3, stride, 1))
        a, b, c = widths
        self.body = nn.ModuleList([layer(16, a, 1), layer(a, b, 2), layer(b, c, 2), layer(c, c, 1)])
        self.any = spectral_norm(nn.Conv2d(c, 1, 1))
        self.style = spectral_norm(nn.Linear(styles, c, bias=False))

    def forward(self, crops, styles):
        h = F.pixel_unshuffle(crops, 2)
        for layer in self.body:
            h = F.leaky_relu(layer(h), 0.2)
        fit = (h * self.style(styles)[:, :, None, None]).sum(1, keepdim=True)
        return (self.any(h) + fit).flatten(1)


class Critic(nn.Module):
    """One patch critic for each scale: crops and styles -> their scores, a list."""

    def __init__(self, styles):
        super().__init__()
        self.eyes = nn.ModuleList(PatchCritic(styles) for _ in SCALES)

    def forward(self, crops, styles):
        return [eye(F.avg_pool2d(crops, scale), styles) for eye, scale in zip(self.eyes, SCALES)]


class Rivalry:
    """The critic with its optimiser. pull() is what the decoder adds to its loss, learn() teaches the critic."""

    def __init__(self, styles, rate, device, state=None):
        self.critic = Critic(styles).to(device, memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self.critic.parameters(), lr=rate, betas=(0.5, 0.98), weight_decay=0.0)
        if state:
            self.critic.load_state_dict(state["critic"])
            self.optimiser.load_state_dict(state["optimiser"])

    def state(self):
        return {"critic": self.critic.state_dict(), "optimiser": self.optimiser.state_dict()}

    def pull(self, painted, styles, loss, last_layer):
        """The critic's part of the loss, weighed so that it moves last_layer by SHARE of what loss does (Esser et al., 2012.09841)."""
        doubt = -sum(score.mean() for score in self.critic(painted, styles))
        size = lambda part: torch.autograd.grad(part, last_layer, retain_graph=True)[0].norm()
        weight = (size(loss) / (size(doubt) + 1e-6)).clamp(0, 10).detach()
        return SHARE * weight * doubt

    def learn(self, painted, real, styles):
        """One step of the critic (hinge loss). Returns the loss of a scale: 2 where it tells nothing, 0 where all."""
        self.optimiser.zero_grad(set_to_none=True)
        drawn, copied = self.critic(real, styles), self.critic(painted.detach(), styles)
        loss = sum(F.relu(1 - high).mean() + F.relu(1 + low).mean() for high, low in zip(drawn, copied))
        loss.backward()
        self.optimiser.step()
        return loss.detach() / len(SCALES)


def train_against(checkpoint, styles, args, draw, paint, show):
    """Trains a checkpoint's network, which paints in some styles, and its critic beside it for the budget of args.

    draw(progress) -> a batch; paint(*batch) -> painted [n,4,H,W], target [n,4,H,W], styles [n,styles] and the loss without
    the critic's part, in half precision where that pays;
    show(progress) is called after each checkpoint.
    """
    network, optimiser, step = checkpoint.network, checkpoint.optimiser, checkpoint.step
    rivalry, budget = Rivalry(styles, args.rate, train.DEVICE, checkpoint.rivalry), train.Budget(args, checkpoint.spent)
    half = lambda: torch.autocast(train.DEVICE, torch.bfloat16, enabled=not args.full_precision)
    report, saved = train.Report(budget, args.batch, 100), time.time()
    while (progress := budget.progress(step)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate(progress, args.rate)
        batch = draw(progress)
        with half():
            painted, target, asked, loss = paint(*batch)
            if progress > args.critic_from:
                loss = loss + rivalry.pull(painted, asked, loss, network.leave.weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        with half():
            doubt = rivalry.learn(painted, target, asked)
        step += 1
        checkpoint.average.update(network, step)
        report.add(step, loss=loss, critic=doubt)
        if time.time() - saved > args.save_every:
            checkpoint.keep(step, budget.spent, rivalry=rivalry.state())
            show(progress)
            saved = time.time()
    checkpoint.keep(step, budget.spent, rivalry=rivalry.state())
    show(1.0)
