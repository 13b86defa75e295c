"""Trains the decoder: latents, exact or as the sampler makes them, to clean 256x256 pictures.

The target is always a real picture of the pack (recoloured half of the time). The input is
its latent, spoilt in one of two ways that sampling will spoil it too: Gaussian noise, or a
real latent noised to a middle time and brought back by the denoiser, so that the picture
is the same but with the sampler's own mistakes. A critic (critic.py) keeps the painting crisp.

Some samples begin with a drawing of the same thing in another style. Where the two follow one
design the picture of the asked style is the target; where not, the shapes that are there stay,
and the critic alone says how they shall look.
"""
import random
import time
from pathlib import Path

import torch
from torch.nn import functional as F

import batches
import critic
import data
import model
import train
import warm_start


SAMPLED = 0.85      # share of the decoder's samples whose latents come from the denoiser, once it is trained with them
SQUARE = 8          # edge of the squares, in pixels, whose means are the shapes that stay
SURE, LOST = 0.2, 0.4     # distance of a sample from its picture (see painting_loss) up to which it is that picture, and from which on it is another
UNSTYLED = 0.3      # share of the decoder's samples that it paints without knowing their style


class Spoiler:
    """Spoils latents like the sampler does. denoiser may be None until there is one."""

    def __init__(self, work, basis):
        self.work, self.basis = Path(work), basis
        self.denoiser, self.loaded = None, 0.0

    def refresh(self, every):
        """Reloads the newest denoiser checkpoint now and then, because it is still learning."""
        if time.time() - self.loaded > every and (self.work / "denoiser.pt").exists():
            self.denoiser, self.loaded = train.load_denoiser(self.work), time.time()

    @torch.no_grad()
    def spoil(self, x, tokens, generator, sampled_share):
        """x [n,L], tokens [n,T] -> spoilt x [n,L]."""
        where = dict(generator=generator, device=generator.device)
        level = torch.rand(len(x), 1, **where).square() * 0.45
        noisy = x + level * self.basis.std * torch.randn(x.shape, **where)
        if self.denoiser is None or sampled_share == 0:
            return noisy
        # Close to nothing, as the product begins; but a trace of the picture must tell whether it or its mirror image is meant.
        start = random.random() ** 2 * 0.45 + 0.05
        sampled = model.guided_sample(self.denoiser, tokens, start * x + (1 - start) * model.TEMPERATURE * torch.randn(x.shape, **where), start)
        return torch.where(batches.chance(sampled_share, len(x), generator)[:, None], sampled, noisy)


def crop(murky, target, edge):
    """The same random window of murky [n,4,64,64] and target [n,4,256,256]; at edge 32 a quarter of the work and four times the variety."""
    top, left = (4 * random.randint(0, (data.SMALL - edge) // 4) for _ in range(2))
    scale = data.LARGE // data.SMALL
    return (murky[..., top:top + edge, left:left + edge],
            target[..., scale * top:scale * (top + edge), scale * left:scale * (left + edge)])


def picture_loss(painted, target):
    """[n,4,H,W] twice -> [n]: L1 of the picture plus L1 of its horizontal and vertical differences at three scales (edges)."""
    away = lambda a, b: (a - b).abs().mean((1, 2, 3))
    loss = away(painted, target)
    for _ in range(3):
        for axis in (-1, -2):
            loss = loss + 0.6 * away(painted.diff(dim=axis), target.diff(dim=axis))
        painted, target = F.avg_pool2d(painted, 2), F.avg_pool2d(target, 2)
    return loss


def coarse_distance(a, b):
    """Pictures [n,4,H,W] and [n,4,H',W'] -> [n]: mean difference of their means over squares of a."""
    size = [length // SQUARE for length in a.shape[-2:]]
    return (F.adaptive_avg_pool2d(a, size) - F.adaptive_avg_pool2d(b, size)).abs().mean((1, 2, 3))


def painting_loss(painted, target, begun):
    """What is painted shall be the target where it was begun with the target; where with another drawing of the thing, the shapes of that.

    painted and target [n,4,H,W], begun [n,4,h,w] -> a number. How the latter shall look is left to the critic: there is no picture of it.
    """
    trust = ((LOST - coarse_distance(target, begun)) / (LOST - SURE)).clamp(0, 1)
    return (trust * picture_loss(painted, target) + (1 - trust) * coarse_distance(painted, begun)).mean()


@torch.no_grad()
def save_preview(decoder, feed, spoiler, path, sampled_share):
    """Rows of target, murky projection of the spoilt latent, painted picture, painted in two other styles."""
    some = torch.arange(0, len(feed.table.concept), max(1, len(feed.table.concept) // 10), device=feed.table.device)[:10]
    target, x, tokens, style, _ = feed.make(some)
    spoilt = spoiler.spoil(x, tokens, torch.Generator(x.device).manual_seed(3), sampled_share)
    murky = decoder.project(spoilt)
    # Below, the same restyled: each drawing in the next style.
    rows = [target, F.interpolate(murky, scale_factor=4, mode="nearest")] + [
        decoder.refine(murky, F.one_hot((style + k) % len(data.STYLES), len(data.STYLES)).float()) for k in range(3)]
    data.contact_sheet(F.avg_pool2d((torch.cat(rows) + 1) / 2, 2), path, 10)


def run(args):
    """Trains for the budget of args; resumes from work/decoder.pt."""
    work = Path(args.work)
    decoder = train.build_decoder(work).to(train.DEVICE, memory_format=torch.channels_last)
    if args.warm_start and not (work / "decoder.pt").exists():
        print(f"the warm start has no {warm_start.load(decoder, Path(args.warm_start) / 'decoder.onnx')}", flush=True)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=1e-3, fused=True)
    average = train.Average(decoder, 0.998)
    checkpoint = train.Checkpoint(work / "decoder.pt", decoder, average, optimiser)
    feed = batches.PictureFeed(work, args.batch, checkpoint.step, args.recoloured, train.DEVICE)
    generator, spoiler = torch.Generator(train.DEVICE).manual_seed(checkpoint.step + 1), Spoiler(work, feed.basis)
    sampled_share = lambda progress: SAMPLED if progress > args.clean_share else 0.0

    def draw(progress):
        if sampled_share(progress):
            spoiler.refresh(args.save_every)
        target, x, tokens, style, restyled = feed.next()
        spoilt = spoiler.spoil(x, tokens, generator, sampled_share(progress))
        # A prompt without a style word is painted too.
        styled = restyled | ~batches.chance(UNSTYLED, len(x), generator)
        styles = F.one_hot(style, len(decoder.style_token)) * styled[:, None].float()
        return spoilt, target, styles

    def paint(spoilt, target, styles):
        murky, target = crop(decoder.project(spoilt), target, args.view)
        painted = decoder.refine(murky.contiguous(memory_format=torch.channels_last), styles).float()
        return painted, target, styles, painting_loss(painted, target, murky.float())

    show = lambda progress: save_preview(average.shadow, feed, spoiler, work / "decoder.png", sampled_share(progress))
    critic.train_against(checkpoint, len(decoder.style_token), args, draw, paint, show)
