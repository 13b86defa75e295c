"""Trains the decoder: latents, exact or as the sampler makes them, to clean 256x256 pictures.

The target is always a real picture of the pack (recoloured half of the time). The input is
its latent, spoilt in one of two ways that sampling will spoil it too: Gaussian noise, or a
real latent noised to a middle time and brought back by the denoiser, so that the picture
is the same but with the sampler's own mistakes. A critic (critic.py) keeps the painting crisp.

Some samples come from a denoiser whose memory makes the asked style of its twin, as it does
for things that were never drawn in it; those are not always the picture that they come from.
"""
import queue
import threading
import time
from pathlib import Path

import torch
from torch.nn import functional as F

import captions
import colours
import critic
import data
import latent
import model
import train
import warm_start


SAMPLED = 0.85      # share of the decoder's samples whose latents come from the denoiser, once it is trained with them
FORGOTTEN = 0.3     # share of the sampled latents whose style the denoiser's memory makes of its twin
SURE, LOST = 0.2, 0.4     # distance of a sample from its picture (see painting_loss) up to which it is that picture, and from which on it is another
UNSTYLED = 0.3      # share of the decoder's samples that it paints without knowing their style


class Spoiler:
    """Spoils latents like the sampler does. denoiser may be None until there is one."""

    def __init__(self, work, basis, vocabulary):
        self.work, self.basis, self.vocabulary = Path(work), basis, vocabulary
        self.denoiser, self.loaded = None, 0.0

    def refresh(self, every=600):
        """Reloads the newest denoiser checkpoint now and then, because it is still learning."""
        if time.time() - self.loaded > every and (self.work / "denoiser.pt").exists():
            self.denoiser, self.loaded = train.load_denoiser(self.work), time.time()

    @torch.no_grad()
    def spoil(self, x, tokens, generator, sampled_share):
        """x [n,L], tokens [n,T] -> spoilt x [n,L], and which of them [n] were drawn with their style forgotten."""
        level = torch.rand(len(x), 1, generator=generator).square() * 0.45
        noisy = x + level * self.basis.std * torch.randn(x.shape, generator=generator)
        if self.denoiser is None or sampled_share == 0:
            return noisy, torch.zeros(len(x), dtype=torch.bool)
        # Close to nothing, as the product begins; but a trace of the picture must tell whether it or its mirror image is meant.
        start = float(torch.rand(1, generator=generator)) ** 2 * 0.45 + 0.05
        z = start * x + (1 - start) * torch.randn(x.shape, generator=generator)
        chosen, forgotten = torch.rand(len(x), generator=generator) < sampled_share, torch.rand(len(x), generator=generator) < FORGOTTEN
        tokens, z = tokens.to(train.DEVICE), z.to(train.DEVICE)
        z = model.guided_sample(self.denoiser, tokens, z, start, forgotten=forgotten.to(z)).cpu()
        return torch.where(chosen[:, None], z, noisy), chosen & forgotten


class PictureFeed:
    """Background thread that decodes, recolours and encodes batches of pictures."""

    def __init__(self, pack_folder, work, batch, seed, recoloured):
        self.pack, self.table = data.Pack(pack_folder), data.Table(work)
        self.rows = torch.from_numpy(data.np.load(Path(work) / "table.npz")["row"])
        self.basis, self.vocabulary = latent.Basis.load(Path(work) / "basis.pt"), captions.load_vocabulary(work)
        self.recoloured = recoloured
        self.batch, self.generator, self.ready = batch, torch.Generator().manual_seed(seed), queue.Queue(4)
        threading.Thread(target=self.fill, daemon=True).start()

    def fill(self):
        while True:
            self.ready.put(self.make(torch.multinomial(self.table.weight.sqrt(), self.batch, generator=self.generator)))

    def make(self, picture):
        """Indices [n] -> target [n,4,256,256] in -1..1, latent [n,L], tokens [n,T] that describe it fully."""
        generator, vocabulary, table = self.generator, self.vocabulary, self.table
        pictures = torch.stack([self.pack.picture(int(self.rows[i])) for i in picture])
        target = torch.randint(len(colours.NAMES), (len(picture),), generator=generator)
        painted = torch.rand(len(picture), generator=generator) < self.recoloured
        if painted.any():
            pictures[painted] = colours.recolour(pictures[painted], target[painted])
        flip = torch.rand(len(picture), generator=generator) < 0.3
        pictures[flip] = pictures[flip].flip(-1)
        concept = table.concept[picture]
        tokens = torch.cat([vocabulary.options[concept, 0], (vocabulary.colour_token[target] * painted)[:, None],
                            vocabulary.style_token[table.style[picture]][:, None]], 1)
        return pictures * 2 - 1, self.basis.encode(data.shrink(pictures, data.SMALL)), tokens


def crop(murky, target, generator, edge=32):
    """The same random window of murky [n,4,64,64] and target [n,4,256,256]: a quarter of the work, four times the variety."""
    top, left = (4 * int(torch.randint((data.SMALL - edge) // 4 + 1, (1,), generator=generator)) for _ in range(2))
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


def coarse_distance(a, b, edge=8):
    """Pictures [n,4,H,W] and [n,4,H',W'] -> [n]: mean difference of their means over edge x edge pixels of a."""
    size = [length // edge for length in a.shape[-2:]]
    return (F.adaptive_avg_pool2d(a, size) - F.adaptive_avg_pool2d(b, size)).abs().mean((1, 2, 3))


def painting_loss(painted, target, murky):
    """What is painted shall be the target where murky shows the target; where it shows another drawing of the thing, the shapes of murky.

    painted and target [n,4,H,W], murky [n,4,H/4,W/4] -> a number. How the latter shall look is left to the critic: there is no picture of it.
    """
    trust = ((LOST - coarse_distance(target, murky)) / (LOST - SURE)).clamp(0, 1)
    return (trust * picture_loss(painted, target) + (1 - trust) * coarse_distance(painted, murky)).mean()


@torch.no_grad()
def save_preview(decoder, feed, spoiler, path, sampled_share):
    """Rows of target, murky projection of the spoilt latent, painted picture."""
    held = feed.make(torch.arange(0, len(feed.table.concept), max(1, len(feed.table.concept) // 10))[:10])
    spoilt, _ = spoiler.spoil(held[1], held[2], torch.Generator().manual_seed(3), sampled_share)
    murky = F.interpolate(decoder.project(spoilt), scale_factor=4, mode="nearest")
    data.contact_sheet(F.avg_pool2d((torch.cat([held[0], murky, decoder(spoilt, held[2])]) + 1) / 2, 2), path, 10)


def run(args):
    """Trains for the budget of args; resumes from work/decoder.pt."""
    work = Path(args.work)
    path = work / "decoder.pt"
    decoder = train.build_decoder(work).to(train.DEVICE, memory_format=torch.channels_last)
    if args.warm_start and not path.exists():
        print(f"the warm start has no {warm_start.load(decoder, Path(args.warm_start) / 'decoder.onnx')}", flush=True)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=1e-3, fused=True)
    average = train.Average(decoder, 0.998)
    step, spent, rivals = 0, 0.0, None
    if path.exists():
        state = torch.load(path, map_location=train.DEVICE, weights_only=True)
        decoder.load_state_dict(state["network"])
        average.shadow.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, spent, rivals = state["step"], state["spent"], state["rivalry"]
    rivalry = critic.Rivalry(len(decoder.style_token), args.rate, train.DEVICE, rivals)
    feed, generator = PictureFeed(args.pack, work, args.batch, step, args.recoloured), torch.Generator().manual_seed(step + 1)
    spoiler = Spoiler(work, feed.basis, feed.vocabulary)
    budget, saved, shown, total, doubt = train.Budget(args, spent), time.time(), time.time(), 0.0, 0.0
    keep = lambda: train.save_checkpoint(path, network=decoder.state_dict(), average=average.shadow.state_dict(),
                                         optimiser=optimiser.state_dict(), rivalry=rivalry.state(), step=step, spent=budget.spent, config=decoder.config)
    while (progress := budget.progress(step)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate(progress, args.rate)
        sampled_share = SAMPLED if progress > args.clean_share else 0.0
        if sampled_share:
            spoiler.refresh()
        target, x, tokens = feed.ready.get()
        spoilt, forgotten = spoiler.spoil(x, tokens, generator, sampled_share)
        # A prompt without a style word is painted too.
        styled = forgotten | (torch.rand(len(x), generator=generator) > UNSTYLED)
        styles = decoder.styles(tokens.to(train.DEVICE)) * styled[:, None].to(train.DEVICE)
        with torch.autocast(train.DEVICE, torch.bfloat16, enabled=not args.full_precision):
            murky, target = crop(decoder.project(spoilt.to(train.DEVICE)), target.to(train.DEVICE), generator)
            painted = decoder.refine(murky.contiguous(memory_format=torch.channels_last), styles).float()
            loss = painting_loss(painted, target, murky.float())
            if progress > args.critic_from:
                loss = loss + rivalry.pull(painted, styles, loss, decoder.leave.weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 0.5)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(train.DEVICE, torch.bfloat16, enabled=not args.full_precision):
            doubt += rivalry.learn(painted, target, styles)
        step += 1
        average.update(decoder, step)
        total += loss.detach()
        if step % 100 == 0:
            print(f"step {step} minute {budget.spent / 60:.1f} loss {float(total) / 100:.4f} critic {float(doubt) / 100:.3f} {100 * args.batch / (time.time() - shown):.1f} samples/s", flush=True)
            total, doubt, shown = 0.0, 0.0, time.time()
        if time.time() - saved > args.save_every:
            keep()
            save_preview(average.shadow, feed, spoiler, work / "decoder.png", sampled_share)
            saved = shown = time.time()
    keep()
    save_preview(average.shadow, feed, spoiler, work / "decoder.png", SAMPLED)
