"""Measures a shipped upscaler against Lanczos and bicubic on pictures that training never saw.

  python evaluate_upscaler.py --pack PACK --model ../models/upscaler-one [--page ../docs/upscaling.md --drawer ../models/sticker-one]

Prints one JSON of figures. With --page it also writes the figures and sheets of crops into
that page; the pictures are chosen by hash and the crops by a rule, none by hand. Runs the
ONNX file that ships, with onnxruntime and numpy.
"""
import argparse
import hashlib
import io
import itertools
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image

import data
import runtime
import upscaler_data
from upscaler_data import resample, rounded, valid

METHODS = ["upscaler", "lanczos", "cubic"]


class Upscaler:
    """A folder of format rendermart-upscaler/1 with a network, ready to enlarge."""

    def __init__(self, folder):
        self.method = json.loads((Path(folder) / "manifest.json").read_text())["method"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 3
        self.session = onnxruntime.InferenceSession(str(Path(folder) / self.method["file"]), options, providers=["CPUExecutionProvider"])

    def double(self, picture):
        """picture [4,H,W] 0..1 premultiplied -> [4,2H,2W]."""
        reach, scale = self.method["reach"], self.method["scale"]
        wide = np.pad(picture.numpy(), ((0, 0), (reach, reach), (reach, reach)), mode="edge")[None]
        large = self.session.run(["large"], {"small": wide})[0][0]
        return valid(torch.from_numpy(large[:, scale * reach:-scale * reach, scale * reach:-scale * reach].copy()))


def enlarge(upscaler, small, edge, method):
    """small [4,H,H] -> [4,edge,edge] by one of METHODS, as 8-bit pictures are kept."""
    if method != "upscaler":
        return rounded(resample(small, method, edge))
    while small.shape[-1] < edge:
        small = upscaler.double(small)
    return rounded(small)


def psnr(picture, truth):
    """Peak signal to noise in decibels over the four premultiplied channels."""
    return float(-10 * torch.log10((picture - truth).square().mean().clamp_min(1e-10)))


def overshoot(picture, truth):
    """How far pixels leave the range of the truth around them (5x5), in 255ths, on average: ringing and invented spots."""
    high = torch.nn.functional.max_pool2d(truth[None], 5, 1, 2)[0]
    low = -torch.nn.functional.max_pool2d(-truth[None], 5, 1, 2)[0]
    return float(((picture - high).clamp_min(0) + (low - picture).clamp_min(0)).mean() * 255)


def by_hash(rows):
    """Rows in an order that nobody chose."""
    return sorted(rows, key=lambda row: hashlib.sha256(f"{row['concept']}:{row['style']}".encode()).hexdigest())


class Pictures:
    """The pack's pictures that training never saw."""

    def __init__(self, folder):
        self.pack = data.Pack(folder)
        self.kinds = {row["id"]: row["kind"] for row in data.read_rows(Path(folder) / "concepts.jsonl.gz")}
        self.stickers = by_hash(row for row in self.pack.rows if upscaler_data.held(row))
        # Training uses no background at all, so every one is new to it.
        self.opaque = by_hash(row for row in data.read_rows(Path(folder) / "images.jsonl.gz")
                              if self.kinds[row["concept"]] == "background" and (row["w"], row["h"]) == (data.LARGE, data.LARGE))

    def scene_rows(self, count):
        """Pairs of a held-out sticker and a held-out background."""
        return list(zip(self.stickers[-count:], itertools.cycle(self.opaque)))

    def scene(self, front, ground):
        """A sticker on a background that fills the picture: an opaque drawing, as other models make them. [4,256,256]."""
        front, ground = self.read(front), self.read(ground)
        return front + (1 - front[3:]) * ground

    def read(self, row):
        """[4,256,256] 0..1, premultiplied."""
        stored = self.pack.bytes[row["pack"]][row["off"]:row["off"] + row["len"]].tobytes()
        pixels = torch.from_numpy(np.array(Image.open(io.BytesIO(stored)).convert("RGBA"))).permute(2, 0, 1).float() / 255
        return torch.cat([pixels[:3] * pixels[3:], pixels[3:]])


def shrink(truth, times, how):
    """The small picture: `how` is a resampler's name, or one followed by + and a format to compress with."""
    name, _, form = how.partition("+")
    small = resample(truth, name, data.LARGE // times)
    return upscaler_data.compress(small, form.upper(), 80) if form else rounded(small)


def measure(upscaler, truths, times, how):
    """Means over pictures; `better` is the share of them on which the upscaler has the higher PSNR than Lanczos."""
    found = {method: [] for method in METHODS}
    for truth in truths:
        small = shrink(truth, times, how)
        for method in METHODS:
            large = enlarge(upscaler, small, data.LARGE, method)
            found[method].append((psnr(large, truth), overshoot(large, truth)))
    figures = {method: np.array(values) for method, values in found.items()}
    return {"pictures": len(truths), "psnr": {m: round(float(v[:, 0].mean()), 2) for m, v in figures.items()},
            "better": round(float((figures["upscaler"][:, 0] > figures["lanczos"][:, 0]).mean()), 3),
            "overshoot": {m: round(float(v[:, 1].mean()), 3) for m, v in figures.items()}}


CASES = [("stickers", 2, "box"), ("stickers", 2, "cubic"), ("stickers", 2, "lanczos"), ("stickers", 2, "cubic+webp"), ("stickers", 4, "box"),
         ("stickers", 4, "lanczos"), ("scenes", 2, "box"), ("scenes", 2, "lanczos"), ("scenes", 2, "cubic+jpeg"), ("scenes", 4, "box"),
         ("opaque", 2, "box"), ("opaque", 2, "lanczos"), ("opaque", 2, "cubic+jpeg"), ("opaque", 4, "box"), ("drawn", 2, "box"), ("drawn", 2, "lanczos"), ("drawn", 4, "box")]


def evaluate(upscaler, pictures, drawn, limit):
    truths = {name: [pictures.read(row) for row in getattr(pictures, name)[:limit]] for name in ("stickers", "opaque")}
    truths["scenes"] = [pictures.scene(*rows) for rows in pictures.scene_rows(limit)]
    truths["drawn"] = drawn
    return [{"set": name, "times": times, "made": how, **measure(upscaler, truths[name], times, how)} for name, times, how in CASES]


def busiest(truth, edge):
    """Top left corner of the window with the most variance, on a grid of eight pixels."""
    corners = [(y, x) for y in range(0, data.LARGE - edge + 1, 8) for x in range(0, data.LARGE - edge + 1, 8)]
    return max(corners, key=lambda c: float(truth[:, c[0]:c[0] + edge, c[1]:c[1] + edge].var(dim=(1, 2)).sum()))


def crop_rows(upscaler, pictures, times, edge=56):
    """A row each: the small picture as it is, Lanczos, ours, the truth; the same window of all."""
    panels = []
    for truth in pictures:
        small = shrink(truth, times, "lanczos")
        y, x = busiest(truth, edge)
        window = lambda picture: picture[:, y:y + edge, x:x + edge]
        plain = small.repeat_interleave(times, 1).repeat_interleave(times, 2)
        panels += [window(plain), window(enlarge(upscaler, small, data.LARGE, "lanczos")), window(enlarge(upscaler, small, data.LARGE, "upscaler")), window(truth)]
    return torch.stack(panels).repeat_interleave(4, 2).repeat_interleave(4, 3)


def draw(folder):
    """The prompts of the drawing model's own sample sheet, and what it draws for them: [4,256,256] each."""
    prompts = (Path(folder) / "samples.txt").read_text(encoding="utf-8").splitlines()
    return prompts, [rounded(valid(torch.from_numpy(drawn) / 2 + 0.5)) for drawn in runtime.Shipped(folder).generate(prompts, seed=1)]


def drawn_rows(upscaler, drawn, edge=112):
    """The same of pictures that the drawing model made, enlarged from 256 to 512 pixels; there is no truth to show."""
    panels = []
    for small in drawn:
        y, x = busiest(small, edge // 2)
        window = lambda picture: picture[:, 2 * y:2 * y + edge, 2 * x:2 * x + edge]
        plain = small.repeat_interleave(2, 1).repeat_interleave(2, 2)
        panels += [window(plain), window(enlarge(upscaler, small, 512, "lanczos")), window(enlarge(upscaler, small, 512, "upscaler"))]
    return torch.stack(panels).repeat_interleave(2, 2).repeat_interleave(2, 3)


def save_sheet(panels, path, columns):
    """Panels on light grey, as a lossless WebP."""
    data.contact_sheet(panels, path.with_suffix(".png"), columns, background=(236, 236, 232))
    Image.open(path.with_suffix(".png")).save(path, lossless=True, method=6)
    path.with_suffix(".png").unlink()


def table(figures):
    """The figures as lines of a Markdown table."""
    lines = ["| pictures | made small by | times | ours dB | Lanczos dB | bicubic dB | ours better | overshoot ours / Lanczos |", "|---|---|---|---|---|---|---|---|"]
    for row in figures:
        level, ring = row["psnr"], row["overshoot"]
        lines.append(f"| {row['pictures']} {row['set']} | {row['made']} | {row['times']} | **{level['upscaler']:.2f}** | {level['lanczos']:.2f} | "
                     f"{level['cubic']:.2f} | {row['better']:.0%} | {ring['upscaler']:.2f} / {ring['lanczos']:.2f} |")
    return "\n".join(lines)


def write_page(page, figures, upscaler, pictures, prompts, drawn):
    """Replaces what stands between the page's marks, and the sheets beside it."""
    sheets = page.parent / "images" / "upscaling"
    sheets.mkdir(parents=True, exist_ok=True)
    read = lambda rows: [pictures.read(row) for row in rows]
    save_sheet(crop_rows(upscaler, read(pictures.stickers[:8]), 2), sheets / "twice.webp", 4)
    save_sheet(crop_rows(upscaler, read(pictures.stickers[8:12]), 4), sheets / "four-times.webp", 4)
    save_sheet(crop_rows(upscaler, read(pictures.opaque[:4]), 2), sheets / "opaque.webp", 4)
    scenes = pictures.scene_rows(4)
    save_sheet(crop_rows(upscaler, [pictures.scene(*rows) for rows in scenes], 2), sheets / "scenes.webp", 4)
    save_sheet(drawn_rows(upscaler, drawn[:6]), sheets / "drawn.webp", 3)
    names = [", ".join(f"{row['concept']} ({row['style']})" for row in rows) for rows in (pictures.stickers[:8], pictures.stickers[8:12], pictures.opaque[:4])]
    parts = {"figures": table(figures), "twice": names[0], "four-times": names[1], "opaque": names[2], "drawn": ", ".join(prompts[:6]),
             "scenes": ", ".join(f"{front['concept']} ({front['style']}) on {ground['concept']}" for front, ground in scenes)}
    text = page.read_text(encoding="utf-8")
    for mark, content in parts.items():
        before, rest = text.split(f"<!-- {mark} -->\n", 1)
        text = f"{before}<!-- {mark} -->\n{content}\n<!-- end -->{rest.split('<!-- end -->', 1)[1]}"
    page.write_text(text, encoding="utf-8")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", required=True)
    parser.add_argument("--model", required=True, help="folder of format rendermart-upscaler/1")
    parser.add_argument("--limit", type=int, default=128, help="pictures of each set")
    parser.add_argument("--page", type=Path, help="page to write the figures and crops into")
    parser.add_argument("--drawer", default="../models/sticker-one", help="model whose drawings the page enlarges")
    return parser.parse_args()


def main():
    args = parse_arguments()
    torch.set_num_threads(1)
    upscaler, pictures = Upscaler(args.model), Pictures(args.pack)
    prompts, drawn = draw(args.drawer)
    figures = evaluate(upscaler, pictures, drawn, args.limit)
    print(json.dumps(figures))
    if args.page:
        write_page(args.page, figures, upscaler, pictures, prompts, drawn)


if __name__ == "__main__":
    main()
