"""Checks what the tiny run of test.sh made: that it learnt, and that the shipped files hold their contract.

  python check_chain.py --work WORK --model MODEL --report REPORT.json
"""
import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import batches
import choosing
import colours
import data
import dressing
import framing
import imagine
import latent
import memory
import model
import palettes
import record_dressing
import runtime
import shading
import surfaces
import train
import train_decoder
import transformer
import warm_start

passed, failed = 0, 0


def check(name, right):
    """Counts one check and prints it when it fails."""
    global passed, failed
    passed, failed = passed + bool(right), failed + (not right)
    if not right:
        print(f"FAILED: {name}")


def emptied(network):
    """A network whose parameters are all zero."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    return network


def check_warm_start(work, folder):
    """Networks read back from the shipped files answer like those that they were made from."""
    basis = latent.Basis.load(Path(work) / "basis.pt")
    z, t = torch.randn(4, basis.size, generator=torch.Generator().manual_seed(1)), torch.full((4,), 0.3)
    tokens = torch.tensor([[5], [6], [7], [2]])
    for load, name, given in ((train.load_denoiser, "denoiser", (z, t, tokens)), (train.load_decoder, "decoder", (z * basis.std, tokens))):
        trained, network = load(work), emptied(load(work))
        check(f"the shipped {name} holds every weight", warm_start.load(network, Path(folder) / f"{name}.onnx") == [])
        with torch.no_grad():
            expected, found = trained(*given), network(*given)
        check(f"the {name}'s weights survive shipping and reading back", (expected - found).square().mean() < 0.003 * expected.square().mean())
    trained = train.load_denoiser(work)
    again = train.build_denoiser(work, **trained.config)
    train.begin(again, batches.CaptionedLatents(work, 3, "cpu"), folder)
    with torch.no_grad():
        expected, found = trained.predict(z, t, tokens), again.predict(z, t, tokens)
    check("training begins where shipped weights stopped", (expected - found).square().mean() < 0.003 * expected.square().mean())
    check("the prepared latent is the shipped one", latent.Basis.shipped(folder).is_like(basis))


def check_restored(work, folder, restored):
    """What a shipped memory shows of things in styles that they were never drawn in is what was imagined, for those pairs."""
    choosing.restore(restored, imagine.DrawingFeed(work, 8, 1), folder)
    before, after = batches.load_imagined(work), batches.load_imagined(restored)
    check("the same pairs are restored that were imagined", all(torch.equal(before[key], after[key]) for key in ("concept", "style")))
    wanted, found = (one["latents"][:, latent.AS_DRAWN].float() for one in (before, after))
    check("and look as they were imagined", (found - wanted).square().mean() < 0.25 * wanted.square().mean())


def check_sampling(work):
    """Samples deviate as pictures do, and the decoder hears the style word and no other."""
    denoiser, decoder = train.load_denoiser(work), train.load_decoder(work)
    source = batches.CaptionedLatents(work, 2, "cpu")
    tokens = source.draw(256, empty=0.0)[1]
    with torch.no_grad():
        made = model.guided_sample(denoiser, tokens, model.TEMPERATURE * torch.randn(256, len(denoiser.std), generator=source.generator))
        ratio = float(made[:, :8].square().mean(0).sum().sqrt() / denoiser.std[:8].norm())
        prompts = source.vocabulary.encode(["red star", "red star 3d", "blue star 3d"])
        plain, styled, other = decoder(made[:1].expand(3, -1), prompts)
    check(f"guidance exaggerates no sample ({ratio:.2f} times the deviation of pictures)", ratio < 1.15)
    check("a style word changes how the decoder paints", not torch.equal(plain, styled))
    check("another word does not", torch.equal(styled, other))


def check_imagined(work):
    """Every thing is known in every style, and what is imagined was never seen."""
    source, feed = batches.CaptionedLatents(work, 5, "cpu"), imagine.DrawingFeed(work, 64, 1)
    imagined, seen = source.imagined, feed.drawings >= 0
    pairs = torch.zeros_like(seen).index_put((imagined["concept"], imagined["style"]), torch.tensor(True))
    check("what was never drawn is imagined, and nothing else", torch.equal(pairs, ~seen))
    x, drawings, shown, style, tokens = feed.draw()
    asked, there = style < transformer.ANY, torch.arange(len(style))
    check("the drawer never sees the drawing that it is asked for", float(shown.gather(1, style.clamp_max(5)[:, None])[asked].sum()) == 0)
    check("it draws by pictures, by words or by both", bool(((shown.sum(1) > 0) | (tokens != model.EMPTY).any(1)).all()) and float(shown.sum(1).min()) == 0)
    check("what it learns to draw is the asked drawing", torch.equal(x[asked], drawings[there[asked], style[asked]]))
    state = torch.load(Path(work) / "imagine.pt", weights_only=True)
    network = transformer.Drawer(source.vocabulary.size, **state["config"]).eval()
    network.load_state_dict(state["average"])
    noise = torch.randn(x.shape, generator=feed.generator)
    sample = lambda seen, guidance: transformer.drawn(network, noise[:8], seen[:8], shown[:8], style[:8].clamp_max(5), tokens[:8], guidance, steps=3)
    first = sample(drawings, 2.0)
    hidden = drawings * shown[:, :, None, None, None]
    check("what it may not see does not change what it draws", torch.equal(first, sample(hidden, 2.0)))
    check("guidance changes it", not torch.equal(first, sample(drawings, 1.0)))
    words, vocabulary = train.load_denoiser(work).memory, source.vocabulary
    names = vocabulary.options[imagined["concept"], 0]
    remembered = words(names, model.words_that_count(names))[0][torch.arange(len(names)), imagined["style"]]
    wanted = imagined["latents"][:, latent.AS_DRAWN].float()
    check("the memory shows what was imagined", len(names) > 0 and (remembered - wanted).square().mean() < 0.2 * wanted.square().mean())


def check_choosing(work):
    """Attempts are judged, the best one that counts is taken, and palettes move colours to the style's."""
    moved = lambda picture, by: F.pad(picture, (by, -by))
    red, blue = torch.zeros(2, 1, 4, 64, 64)
    red[:, 0, 8:56, 8:56], blue[:, 2, 8:56, 8:56], red[:, 3, 8:56, 8:56], blue[:, 3, 8:56, 8:56] = 0.9, 0.9, 1, 1
    tried = torch.stack([red, 0.95 * red, blue, F.pad(red[..., 40:, 40:], (0, 40, 0, 40)), moved(red, 3), moved(red, 1)], 1)
    drawings, there = torch.stack([red, blue], 1), torch.tensor([[1.0, 0.0]])
    check("an attempt with another colour or other shapes than every drawing does not count", choosing.is_true(tried, drawings, there).tolist() == [[True, True, False, False, True, True]])
    chosen = lambda likely, count: choosing.best(lambda p: torch.tensor(likely).log(), tried, tried, drawings, there, torch.tensor([count]) > 0)
    check("of the attempts that convince the nearest to a drawing is chosen", torch.equal(chosen([0.1, 0.1, 0.99, 0.99, 0.9, 0.85], [1] * 6), moved(red, 1)))
    check("where none does the likeliest", torch.equal(chosen([0.1, 0.1, 0.99, 0.99, 0.5, 0.2], [1] * 6), moved(red, 3)))
    check("and none that does not count", torch.equal(chosen([0.1, 0.2, 0.99, 0.99, 0.5, 0.2], [1, 1, 1, 1, 0, 0]), 0.95 * red))
    histogram = np.zeros((surfaces.CELLS,) * 3 + (4,))
    for colour in ((25, 3, 3), (4, 6, 28)):
        histogram[colour] = [*np.multiply(colour, 100.0), 100.0]
    moved = palettes.repainted(torch.tensor([0.9, 0.2, 0.05, 1.0, 0.05, 0.1, 0.4, 0.5]).view(2, 4, 1, 1), palettes.palette(histogram, 0.1))
    wanted = torch.tensor([25, 3, 3, 31, 2, 3, 14, 15.5]).view(2, 4, 1, 1) / 31
    check("a palette moves each colour to the nearest of the style's", torch.allclose(moved, wanted, atol=0.01))
    jury = [torch.load(Path(work) / f"juror{k}.pt", weights_only=True) for k in range(choosing.JURORS[train.DEVICE])]
    check("the jury was trained", all(juror["step"] > 0 and all(part.isfinite().all() for part in juror["average"].values()) for juror in jury))
    check("no juror is another", not torch.equal(jury[0]["average"]["head.0.weight"], jury[1]["average"]["head.0.weight"]))


def check_dressing(work, folder):
    """What nobody drew is dressed over a drawing that training sees, in the frame and in colours of the style, and cartoons are shaded."""
    table = data.Table(work)
    chosen = record_dressing.choose(work, folder)
    drawn = {(table.concepts[c]["names"]["en"], record_dressing.STYLES[s]) for c, s in (table.drawings() >= 0).nonzero().tolist()}
    pairs = [(name, style, dress.split()[0]) for style, by_dress in chosen.items() for dress, names in by_dress.items() for name in names.split("|")]
    missing = {(concept["names"]["en"], style) for concept in table.concepts for style in chosen} - drawn
    named = {concept["names"]["en"] for concept, there in zip(table.concepts, (table.drawings() >= 0).any(1).tolist()) if there}
    check("what is dressed in a style lacks a drawing in it, and all that does is", {pair[:2] for pair in pairs} == {pair for pair in missing if pair[0] in named} != set())
    check("what is beneath was drawn, or imagined in the style itself", all((name, source) in drawn or source == style for name, style, source in pairs))
    red, blue = torch.zeros(2, 4, 64, 64).numpy()
    red[0], blue[2], red[3], blue[3] = 1, 1, 1, 1
    dull = record_dressing.Attempts("icon")
    for made, under, fault in ((blue, red, 0), (red, red, 0), (0.9 * red, red, 0), (0.8 * red, red, 5)):
        dull.add(("flat", float(len(dull.dresses) + 1)), made, under, fault)
    blueness = lambda pictures: pictures[:, 2].mean((1, 2))[:, None].expand(-1, 6)
    check("a dress in colours far from those beneath does not count", record_dressing.best_dress([dull, dull], blueness, {0}, False) == ("flat", 2.0))
    darkness = lambda pictures: -10 * pictures[:, :1].mean((1, 2, 3))[:, None].expand(-1, 6)
    check("of the others the likeliest without a fault beneath does", record_dressing.best_dress([dull], darkness, {0}, True) == ("flat", 3.0))
    half = torch.cat([torch.zeros(4, 64, 32), torch.ones(4, 64, 32)], 2)
    check("a drawing is as good as its mirror image, and its worst square is its fault", record_dressing.unlike(half, half.flip(-1)) == 0 and record_dressing.unlike(half, torch.zeros(4, 64, 64)) == 1)
    low = np.pad(np.ones((4, 180, 90), np.float32), ((0, 0), (70, 6), (10, 156)))
    bounds = {style: np.array(framing.bounds_of(framing.framed(low, style)[3])) for style in framing.extents()}
    check("what is framed in a style is as large as there, and in the middle", all(abs(b[3] - b[1] - 256 * min(framing.extents()[style], framing.MOST * 180 / 256)) <= 1 and abs(b[0] + b[2] - 256) <= 1 for style, b in bounds.items()))
    colours_before = np.array([[0.85, 0.15, 0.2], [0.5, 0.5, 0.5], [0.1, 0.3, 0.9]])
    for style, (palette, _) in surfaces.palettes().items():
        after = dressing.in_colours_of(style, 0.2, colours_before)
        check(f"colours become those of {style}, and no others", surfaces.nearest(after, palette)[1].max() == 0 and not dressing.is_another(colours_before, after).any())
    square = np.zeros((4, 256, 256), np.float32)
    square[:, 40:216, 40:216] = np.array([0.6, 0.4, 0.2, 1])[:, None, None]
    square[:, 100:140, 100:140] = np.array([0, 0, 0, 1])[:, None, None]
    light = shading.shaded(square)[:3].sum(0)
    check("a shaded surface is darker at the lower right and lighter at the upper left", light[210, 150] < light[150, 180] < light[49, 120])
    check("what a surface surrounds casts no shadow on it", light[96, 120] == light[150, 180])


def check_memory(work):
    """The memory is what least squares made, knows a thing by its names, and shows it mirrored where it may be."""
    denoiser, source = train.load_denoiser(work), batches.CaptionedLatents(work, 4, "cpu")
    trained, again = denoiser.memory, train.build_denoiser(work, **denoiser.config).memory
    memory.fit(again, source.table, source.drawn, source.vocabulary, source.imagined)
    check("training leaves the memory alone", all(torch.equal(a, b) for a, b in zip(trained.state_dict().values(), again.state_dict().values())))
    tokens = source.vocabulary.encode(["star", "etoile", "stars", "ball", "star ball"])
    pictures = trained(tokens, model.words_that_count(tokens))[0]
    same = lambda i, j: torch.equal(pictures[i], pictures[j])
    check("English, French and plural are one thing, another name another", same(0, 1) and same(0, 2) and not same(0, 3))
    check("among other words the last name counts", same(3, 4))
    table = memory.WordMemory(8, 4, 2, 2, 2)
    table.number.copy_(torch.tensor([0, 0, 0, 1, 2, 4, 8, 16]))
    memory.file_phrases(table, [(1 + 2, 1, 2), (2, 2, memory.NAME), (4, 3, 2)])
    prompts = {"a keyword that is all": ([3, 4], 1), "a name beside a longer keyword": ([6, 3, 4], 2), "a name before a keyword": ([4, 5], 2), "a keyword alone": ([5, 7], 3)}
    for what, (words, meant) in prompts.items():
        found, thing = table.find_thing(table.number[torch.tensor([words])])
        check(f"{what} is found", float(found) == 1 and int(thing) == meant)
    check("other words are nothing", float(table.find_thing(table.number[torch.tensor([[6, 7]])])[0]) == 0)
    drawn, mirror, t, none = pictures[:1, 0], 1 - 2 * denoiser.odd, torch.full((1, 1), 0.8), torch.zeros(1, denoiser.config["condition"])
    with torch.no_grad():
        denoiser.heat.bias.fill_(5.0)
    seen = lambda may: denoiser.remember(t * drawn * mirror, t, drawn[:, None].expand(-1, len(data.STYLES), -1), torch.zeros(1, len(data.STYLES)),
                                         torch.tensor([may]), tokens[:1] * 0, none)
    near = lambda a, b: float((a - b).norm()) < 0.1 * float(b.norm())
    check("a picture is remembered mirrored where that explains it", near(seen(1.0), drawn * mirror))
    check("unless it must not be", near(seen(0.0), drawn))


def check_painting_loss():
    """A decoder learns from pictures where the sample is its picture, and keeps the sample's shapes where it is another drawing."""
    target, painted = torch.rand(2, 4, 64, 64) * 2 - 1, torch.zeros(2, 4, 64, 64)
    murky = torch.stack([data.shrink(target[0], 16), torch.ones(4, 16, 16)])
    parts = [train_decoder.painting_loss(painted[i:i + 1], target[i:i + 1], murky[i:i + 1]) for i in range(2)]
    check("a sample that is its picture is painted like it", torch.equal(parts[0], train_decoder.picture_loss(painted[:1], target[:1]).mean()))
    check("one that is not keeps its own shapes", float(parts[1]) == 1.0)


def check_data(work):
    table, basis = data.Table(work), latent.Basis.load(Path(work) / "basis.pt")
    pictures = table.batch(torch.arange(12))
    flipped = torch.where(basis.odd, -basis.encode(pictures), basis.encode(pictures))
    check("mirroring a picture is a change of sign of its odd coordinates", torch.allclose(flipped, basis.encode(pictures.flip(-1)), atol=1e-3))
    check("the basis restores a picture", (basis.decode(basis.encode(pictures)) / 2 + 0.5 - pictures).square().mean() < 0.02)
    plain = torch.zeros(1, 4, 64, 64)
    plain[:, 0], plain[:, 3] = 0.8, 1.0
    painted = colours.recolour(plain.expand(12, -1, -1, -1).contiguous(), torch.arange(12))
    check("recolouring a red square gives the colour asked for", colours.main_colour(painted).tolist() == list(range(12)))
    check("no sample is ever drawn of a held-out style", float(table.weight[table.style_held].sum()) == 0)


def evaluations(shipped):
    """How many rows the denoiser evaluates for one picture at default settings."""
    rows, session = [], shipped.denoiser
    class Counting:
        def run(self, names, feed):
            rows.append(len(feed["t"]))
            return session.run(names, feed)
    shipped.denoiser = Counting()
    shipped.generate(["star"])
    shipped.denoiser = session
    return sum(rows)


def check_model(folder):
    shipped = runtime.Shipped(folder)
    prompts = ["red star 3d", "etoile rouge 3d", "blue ball flat", "zzyzx red star 3d"]
    tokens = shipped.tokens(prompts)
    check("French and English share tokens", sorted(tokens[0].tolist()) == sorted(tokens[1].tolist()))
    one = shipped.generate(prompts, seed=1)
    check("the shape of a picture", one.shape == (4, 4, 256, 256) and np.isfinite(one).all() and abs(one).max() <= 1)
    check("the same seed gives the same picture", np.array_equal(one, shipped.generate(prompts, seed=1)))
    check("another seed gives another picture", not np.array_equal(one, shipped.generate(prompts, seed=2)))
    check("colours never exceed alpha", (one[:, :3] <= one[:, 3:] + 1e-6).all())
    same = [shipped.generate([p], seed=5)[0] for p in ("red star 3d", "zzyzx red star 3d")]
    check("an unknown word changes nothing", np.array_equal(same[0], same[1]))
    check("a step at the default guidance is one evaluation", evaluations(shipped) == shipped.manifest["sampling"]["defaultSteps"])
    check("a negative prompt changes the picture", not np.array_equal(same[0], shipped.generate(["red star 3d"], seed=5, negatives=["red"])[0]))
    for line in (Path(folder) / "checksums.txt").read_text().splitlines():
        digest, name = line.split("  ")
        check(f"checksum of {name}", hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest() == digest)


def check_report(path):
    report = json.loads(Path(path).read_text())["all_concepts"]
    # Twelve objects and six styles: chance is 8 % and 17 %. A broken chain scores chance.
    check("the judge knows real pictures", report["real"]["plain"]["object_top1"] > 40)
    check("generated objects are recognised above chance", report["model"]["plain"]["object_top1"] > 20)
    check("generated colours are recognised above chance", report["model"]["colour_seen_pair"]["colour"] > 25)
    strays = report["model"]["strays"]
    check(f"how many samples stray is told for few and for many steps ({strays})", set(strays) == {"4_steps", "16_steps"} and all(0 <= one < 50 for one in strays.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("work", "model", "report"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    check_data(args.work)
    check_sampling(args.work)
    check_imagined(args.work)
    check_choosing(args.work)
    check_dressing(args.work, args.model)
    check_memory(args.work)
    check_painting_loss()
    check_model(args.model)
    check_warm_start(args.work, args.model)
    with tempfile.TemporaryDirectory() as restored:
        shutil.copy(Path(args.work) / "basis.pt", restored)
        check_restored(args.work, args.model, restored)
    check_report(args.report)
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
