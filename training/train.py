"""Trains the networks. Every stage resumes from its last checkpoint.

  python train.py prepare  --pack PACK --work WORK
  python train.py imagine  --work WORK --minutes 30
  python train.py denoiser --work WORK --minutes 90
  python train.py decoder  --work WORK --minutes 60

WORK keeps prepared arrays, checkpoints and sample grids, and stays outside the repository.
Runs unchanged on one CUDA GPU or on a CPU.
"""
import argparse
import copy
import importlib
import math
import os
import time
from pathlib import Path

import torch

import batches
import captions
import data
import latent
import memory
import model
import warm_start

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
BATCH = {(True, "cuda"): 2048, (True, "cpu"): 256, (False, "cuda"): 48, (False, "cpu"): 8}     # (whether it is the denoiser, where) -> samples of a step
GRID = ["fox 3d", "red fox", "cat face flat", "purple dog face 3d", "panda", "green frog 3d", "pizza 3d", "burger flat",
        "strawberry", "blue house 3d", "rocket 3d", "un renard bleu", "penguin cartoon", "butterfly", "sun 3d", "palmier",
        "car", "yellow car icon", "sunflower", "castle blob", "sailboat 3d", "chat noir", "unicorn sticker", "pink elephant",
        "dragon", "guitar 3d", "snowman", "robot", "rouge pomme", "maison verte", "ghost", "crown"]


def half_precision_pays():
    """Whether this machine multiplies bfloat16 faster than float32: a GPU, or a processor with instructions for it."""
    about = Path("/proc/cpuinfo")
    flags = about.read_text() if about.exists() else ""
    return DEVICE == "cuda" or "avx512_bf16" in flags or "amx_bf16" in flags


def save_checkpoint(path, **state):
    """Writes atomically, so that a stop in the middle never costs the run."""
    part = Path(str(path) + ".part")
    torch.save(state, part)
    os.replace(part, path)


class Checkpoint:
    """What a stage keeps at path: a network, its average, its optimiser and how far it came. Goes on from what is there.

    step, spent: steps and seconds trained so far; rivalry: the state of a critic (critic.py), if there is one.
    """

    def __init__(self, path, network, average, optimiser):
        self.path, self.network, self.average, self.optimiser = Path(path), network, average, optimiser
        self.step, self.spent, self.rivalry = 0, 0.0, None
        if self.path.exists():
            state = torch.load(self.path, map_location=DEVICE, weights_only=True)
            network.load_state_dict(state["network"])
            average.shadow.load_state_dict(state["average"])
            optimiser.load_state_dict(state["optimiser"])
            self.step, self.spent, self.rivalry = state["step"], state["spent"], state.get("rivalry")

    def keep(self, step, spent, **more):
        save_checkpoint(self.path, network=self.network.state_dict(), average=self.average.shadow.state_dict(),
                        optimiser=self.optimiser.state_dict(), step=step, spent=spent, config=self.network.config, **more)


class Average:
    """Exponential moving average of a network's parameters, with a warm-up."""

    def __init__(self, network, decay):
        self.shadow = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    def update(self, network, step):
        keep = min(self.decay, (1 + step) / (10 + step))
        slow, fast = zip(*((slow, fast) for slow, fast in zip(self.shadow.parameters(), network.parameters()) if fast.requires_grad))
        with torch.no_grad():
            torch._foreach_lerp_(slow, fast, 1 - keep)


def learning_rate(progress, peak, flat_until=0.5, warm=0.01):
    """Warm-up, flat, then cosine to 2 % of the peak. progress 0..1."""
    if progress < warm:
        return peak * progress / warm
    if progress < flat_until:
        return peak
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (progress - flat_until) / (1 - flat_until))))


class Budget:
    """How long a stage trains: args.steps steps if given, else args.minutes; resumed work counts.

    Minutes suit a machine that is shared, steps a test that must do the same work everywhere.
    """

    def __init__(self, args, spent=0.0):
        self.steps, self.seconds, self.began = args.steps, args.minutes * 60, time.time() - spent

    @property
    def spent(self):
        """Seconds trained so far."""
        return time.time() - self.began

    def progress(self, step):
        """0 at the start, 1 when it is time to stop."""
        return step / self.steps if self.steps else self.spent / self.seconds


class Report:
    """Prints means of losses and the rate every few steps of a batch size."""

    def __init__(self, budget, batch, every):
        self.budget, self.batch, self.every, self.totals, self.shown = budget, batch, every, {}, time.time()

    def add(self, step, **losses):
        """Counts the losses (tensors, which nothing waits for) of the step that was made, by name."""
        self.totals = {name: self.totals.get(name, 0.0) + loss.detach() for name, loss in losses.items()}
        if step % self.every == 0:
            means = " ".join(f"{name} {float(total) / self.every:.4f}" for name, total in self.totals.items())
            print(f"step {step} minute {self.budget.spent / 60:.1f} {means} {self.every * self.batch / (time.time() - self.shown):.1f} samples/s", flush=True)
            self.totals, self.shown = {}, time.time()


def build_denoiser(folder, **sizes):
    """A denoiser for a prepared folder, with an empty memory."""
    basis, vocabulary = latent.Basis.load(Path(folder) / "basis.pt"), captions.load_vocabulary(folder)
    return model.Denoiser(basis.std, basis.odd, vocabulary.size, len(vocabulary.options), **sizes)


def load_denoiser(folder, name="denoiser.pt"):
    """The averaged denoiser of a checkpoint, ready to sample."""
    state = torch.load(Path(folder) / name, map_location=DEVICE, weights_only=True)
    network = build_denoiser(folder, **state["config"])
    network.load_state_dict(state["average"])
    network.to(DEVICE).eval()
    source = batches.CaptionedLatents(folder, 1, DEVICE)
    model.calibrate(network, source.draw(256, empty=0.0)[1], source.generator)
    return network


def denoiser_loss(network, x, tokens, t, noise, colour_probe):
    """Squared error in units of the linear guess's error, weighted to the visible components.

    colour_probe [L,4]: mean colour and alpha of a picture as a linear map of its latent;
    its error is added, because a wrong colour is a small part of the rest but is seen first.
    """
    z = t[:, None] * x + (1 - t[:, None]) * noise
    net, residual, guess = network.correction(z, t, tokens)
    if network.folded:
        x = guided_target(network, x, z, t, tokens, (guess + residual * net).detach())
    error = net.float() - (x - guess) / residual
    weight = network.std.square() / network.std.square().mean()
    colour_error = ((error * residual) @ colour_probe).square().sum(1) / (residual.square() @ colour_probe.square()).sum(1)
    return (error.square() * weight).mean() + 0.05 * colour_error.mean()


def guided_target(network, x, z, t, tokens, predicted):
    """What a network with folded guidance shall predict instead of x [B,L] (Tang et al., 2502.12154).

    The target is x + (1 - 1/g) (its own prediction - its prediction without words). Where
    the network meets it on average, its prediction is u + g (c - u): guided by g, at one
    evaluation. u: without words, c: with them and not folded.
    """
    with torch.no_grad():
        wordless = network.predict(z, t, model.empty_prompts(tokens))
        return x + (1 - 1 / model.default_guidance(t))[:, None] * (predicted - wordless)


def draw_times(count, generator):
    """Logit-normal times [count], evenly spread over the quantiles so that batches resemble each other.

    One in eight is close to pure noise: that is where words alone decide the layout.
    """
    where = dict(generator=generator, device=generator.device)
    quantile = (torch.randperm(count, **where) + torch.rand(count, **where)) / count
    t = torch.sigmoid(torch.special.ndtri(quantile.clamp(1e-4, 1 - 1e-4)) - 0.4)
    t[: count // 8] *= 0.3
    return t


def mean_colour_probe(basis):
    """[L,4]: how each latent coordinate moves the mean of the four channels."""
    unit = basis.decode(torch.eye(basis.size, device=basis.mean.device)) - basis.decode(torch.zeros_like(basis.scale)[None])
    return unit.mean((2, 3))


@torch.no_grad()
def save_grid(network, folder, source, path):
    """Samples GRID and saves it, painted by the decoder if there is one and by the basis if not."""
    tokens = source.vocabulary.encode(GRID).to(DEVICE)
    noise = model.TEMPERATURE * torch.randn(len(tokens), source.basis.size, generator=torch.Generator().manual_seed(7)).to(DEVICE)
    latents = model.guided_sample(network, tokens, noise)
    checkpoint = Path(folder) / "decoder.pt"
    pictures = load_decoder(folder)(latents, tokens) if checkpoint.exists() else source.basis.decode(latents)
    data.contact_sheet((pictures + 1) / 2, path, 8)


def load_decoder(folder, name="decoder.pt"):
    """The averaged decoder of a checkpoint."""
    state = torch.load(Path(folder) / name, map_location=DEVICE, weights_only=True)
    decoder = build_decoder(folder, **state["config"])
    decoder.load_state_dict(state["average"])
    return decoder.to(DEVICE).eval()


def build_decoder(folder, **sizes):
    """A decoder for a prepared folder."""
    return model.Decoder(latent.Basis.load(Path(folder) / "basis.pt"), captions.load_vocabulary(folder).style_token, **sizes)


def make_optimiser(network, rate):
    """AdamW for what is trained. Word vectors learn faster, because each is rarely seen."""
    words = [network.text.word.weight]
    rest = [p for p in network.parameters() if p.requires_grad and p is not words[0]]
    return torch.optim.AdamW([{"params": rest, "scale": 1.0, "weight_decay": 0.01}, {"params": words, "scale": 2.5, "weight_decay": 0.0}],
                             lr=rate, betas=(0.9, 0.97), fused=True)


def begin(network, source, shipped):
    """First weights: a memory by least squares, and the rest from a shipped folder if there is one."""
    if shipped:
        if not latent.Basis.load(source.table.folder / "basis.pt").is_like(latent.Basis.shipped(shipped)):
            raise SystemExit(f"{shipped} has another latent than this work folder: prepare it with --warm-start too")
        missing = warm_start.load(network, Path(shipped) / "denoiser.onnx")
        print(f"the warm start has no {[name for name in missing if not name.startswith('memory.')]}", flush=True)
    table, vocabulary = data.Table(source.table.folder), captions.load_vocabulary(source.table.folder)
    explained = memory.fit(network.memory, table, source.drawn, vocabulary, source.imagined)
    print(f"least squares explains {explained:.3f} of the pictures by their names", flush=True)


def train_denoiser(args):
    """Trains for the budget of args, in bfloat16 unless args.full_precision; resumes from work/denoiser.pt."""
    work = Path(args.work)
    path = work / "denoiser.pt"
    source = batches.CaptionedLatents(work, 0, DEVICE, args.recoloured)
    network = build_denoiser(work, **args.sizes)
    if not path.exists():
        begin(network, source, args.warm_start)
    network.to(DEVICE)
    optimiser = make_optimiser(network, args.rate)
    average = Average(network, args.average)
    checkpoint = Checkpoint(path, network, average, optimiser)
    step = checkpoint.step
    source.generator.manual_seed(step)
    probe = mean_colour_probe(source.basis)
    budget, saved = Budget(args, checkpoint.spent), time.time()
    report = Report(budget, args.batch, 200)
    while (progress := budget.progress(step)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(progress, args.rate) * group["scale"]
        x, tokens = source.draw(args.batch)
        t = draw_times(args.batch, source.generator)
        noise = torch.randn(x.shape, generator=source.generator, device=DEVICE)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=not args.full_precision):
            loss = denoiser_loss(network, x, tokens, t, noise, probe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        if step % 2 == 0:
            average.update(network, step)
        report.add(step, loss=loss)
        if time.time() - saved > args.save_every:
            checkpoint.keep(step, budget.spent)
            save_grid(average.shadow, work, source, work / "grid.png")
            saved = time.time()
    checkpoint.keep(step, budget.spent)
    save_grid(average.shadow, work, source, work / "grid.png")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["prepare", "imagine", "denoiser", "decoder"])
    parser.add_argument("--work", required=True, help="folder for arrays and checkpoints")
    parser.add_argument("--pack", help="folder of the picture pack")
    parser.add_argument("--minutes", type=float, default=90, help="training time in all, resumed time included")
    parser.add_argument("--steps", type=int, help="train this many steps in all instead of minutes")
    parser.add_argument("--batch", type=int, help="samples of a step; 2,048 for the denoiser on a GPU, 48 for the others, 256 and 8 on a CPU")
    parser.add_argument("--rate", type=float, default=1.2e-3, help="peak learning rate")
    parser.add_argument("--average", type=float, default=0.999, help="decay of the averaged weights, every second step")
    parser.add_argument("--clean-share", type=float, default=0.35, help="part of the decoder's training before sampled latents come in")
    parser.add_argument("--critic-from", type=float, default=0.2, help="part of the decoder's training before its critic comes in")
    parser.add_argument("--latent", type=int, default=1024, help="numbers in a latent")
    parser.add_argument("--limit", type=int, help="use about this many pictures only")
    parser.add_argument("--recoloured", type=float, default=0.1, help="share of the denoiser's samples that are recoloured, with the colour in their caption: for names with a colour and for two colours; the product paints any other by rule")
    parser.add_argument("--width", type=int, default=1024, help="of the denoiser's residual network")
    parser.add_argument("--view", type=int, default=64 if DEVICE == "cuda" else 32, help="edge of what the decoder's training sees of a picture, of 64")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--warm-start", help="shipped model folder whose weights to begin with; for prepare, imagine (which then trains nothing) and for a stage without a checkpoint")
    parser.add_argument("--guided-twice", action="store_true", help="do not fold guidance into the denoiser: two evaluations a step")
    parser.add_argument("--save-every", type=float, default=300, help="seconds between checkpoints")
    parser.add_argument("--full-precision", action="store_true", help="no bfloat16, which is otherwise used where it is faster")
    args = parser.parse_args()
    args.full_precision = args.full_precision or not half_precision_pays()
    args.batch = args.batch or BATCH[args.stage == "denoiser", DEVICE]
    args.sizes = dict(width=args.width, hidden=args.width * 11 // 8, code=args.width * 17 // 16, folded=not args.guided_twice)
    torch.set_num_threads(args.threads)
    if DEVICE == "cuda":
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.benchmark = True
    return args


def main():
    args = parse_arguments()
    if args.stage == "prepare":
        count = data.prepare(args.pack, args.work, args.limit)
        basis = latent.prepare(args.work, args.latent, DEVICE, args.warm_start)
        print(f"{count} pictures, {basis.size} numbers each")
    elif args.stage == "denoiser":
        train_denoiser(args)
    else:
        importlib.import_module({"imagine": "imagine", "decoder": "train_decoder"}[args.stage]).run(args)


if __name__ == "__main__":
    main()
