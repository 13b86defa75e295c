"""Exports a trained model to the folder that the product ships, and proves that it is the same.

  python export_onnx.py --work WORK --out models/sticker-one [--licences PACK/LICENSES]

Writes denoiser.onnx, decoder.onnx, encoder.onnx (8-bit weights), vocabulary.json,
manifest.json, samples.png with its prompts in samples.txt, and checksums.txt. Fails if onnxruntime's answers differ from
PyTorch's by more than the stated tolerances.
"""
import argparse
import hashlib
import json
import logging
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

import captions
import data
import latent
import model
import quantise
import product
import train

FLOAT_TOLERANCE = 2e-3     # largest difference, float32 ONNX against PyTorch, in units of the output's deviation
INT8_TOLERANCE = 0.08      # relative root-mean-square difference, quantised against PyTorch
ENCODER_SIZE = 144         # the encoder computes the leading coordinates; image-to-image covers the rest with noise


class Encoder(torch.nn.Module):
    """rgba [B,4,256,256] in -1..1, premultiplied -> x [B,L]; coordinates after ENCODER_SIZE are zero (their mean)."""

    def __init__(self, basis):
        super().__init__()
        count = min(ENCODER_SIZE, basis.size)
        odd = basis.odd[:count]
        self.size = basis.size
        self.register_buffer("even_vectors", (basis.vectors[:count] * (~odd)[:, None])[~odd].T.contiguous())
        self.register_buffer("odd_vectors", basis.vectors[:count][odd].T.contiguous())
        order = torch.cat([(~odd).nonzero()[:, 0], odd.nonzero()[:, 0]]).argsort()
        self.register_buffer("order", order)
        self.register_buffer("mean", basis.mean)
        self.register_buffer("scale", basis.scale[:count])

    def forward(self, rgba):
        even, odd = latent.split_halves(torch.nn.functional.avg_pool2d(rgba, data.LARGE // data.SMALL))
        found = torch.cat([(even - self.mean) @ self.even_vectors, odd @ self.odd_vectors], 1).index_select(1, self.order)
        return torch.nn.functional.pad(found / self.scale, (0, self.size - self.scale.shape[0]))


def export(network, example, names, output, path):
    """Traces a network with a free batch size and writes float32 ONNX to path."""
    batch = torch.export.Dim("batch", min=1, max=64)
    shapes = tuple({0: batch} for _ in example)
    program = torch.onnx.export(network.eval(), example, dynamo=True, opset_version=20, external_data=False, input_names=names,
                                output_names=[output], dynamic_shapes=shapes, verbose=False)
    program.save(str(path), external_data=False)
    return onnx.load(str(path))


def difference(ours, theirs):
    """Largest and root-mean-square difference of two arrays, both relative to the deviation of the first."""
    gap, spread = theirs - ours, ours.std() + 1e-9
    return float(np.abs(gap).max() / spread), float(np.sqrt((gap ** 2).mean()) / spread)


def export_checked(network, example, names, output, path):
    """Exports, quantises and checks one network; returns the measured differences."""
    full = export(network, example, names, output, path)
    with torch.no_grad():
        expected = network(*example).numpy()
    feed = {n: v.numpy() for n, v in zip(names, example)}
    run = lambda graph: onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"]).run([output], feed)[0]
    exact, _ = difference(expected, run(full))
    small = quantise.quantise(full)
    onnx.save(small, str(path))
    _, rounded = difference(expected, run(small))
    if exact > FLOAT_TOLERANCE or rounded > INT8_TOLERANCE:
        raise SystemExit(f"{path.name}: ONNX differs from PyTorch: float32 {exact:.2e}, quantised {rounded:.2e}")
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, float32 differs by {exact:.1e} at most, quantised by {rounded:.1e} rms")
    return {"float32_max": exact, "quantised_rms": rounded, "bytes": path.stat().st_size}


def manifest(args, size, folded):
    """The manifest that the runtime reads; format rendermart-flow-latent/1."""
    return {
        "format": "rendermart-flow-latent/1", "id": args.id, "name": args.name, "version": args.version,
        "description": "Stickers of about 1,600 things, in six styles and twelve colours, on a transparent background. Knows English and French words.",
        "license": "Apache-2.0 weights; see CARD.md for training pictures",
        "files": {"denoiser": "denoiser.onnx", "decoder": "decoder.onnx", "encoder": "encoder.onnx", "vocabulary": "vocabulary.json"},
        "latent": {"size": size},
        "picture": {"width": data.LARGE, "height": data.LARGE, "channels": "rgba-premultiplied", "range": [-1, 1]},
        "text": {"maxTokens": captions.MAX_TOKENS, "pad": captions.PAD, "unknown": captions.UNKNOWN, "empty": captions.EMPTY},
        "sampling": {"type": "flow", "prediction": "x", "timeStart": 0, "timeEnd": 1,
                     "between": model.BETWEEN, "temperature": model.TEMPERATURE, "defaultSteps": args.steps, "steps": {"min": 1, "max": 64},
                     "guidance": {"default": args.guidance, "min": 1, "max": 6, "lateScale": args.late_scale, "lateFrom": model.LATE_FROM, "negative": model.NEGATIVE_GUIDANCE, "folded": folded}},
        "capabilities": {"negativePrompt": True, "imageToImage": True, "transparentBackground": True, "maxBatch": 8, "live": True},
        "upscaler": "upscaler-one",
    }


def write_samples(out, vocabulary):
    """samples.png: one picture each, seed 1, of every n-th concept in an order fixed by hashing, from the shipped files."""
    shipped = product.Product(out)
    order = sorted(vocabulary["concepts"], key=lambda c: hashlib.sha256(c["en"].encode()).hexdigest())
    styles, hues = list(vocabulary["styles"]), list(vocabulary["colours"])
    prompts = []
    for i, concept in enumerate(order[:48]):
        words = concept["fr"] if i % 3 == 2 and concept["fr"] else concept["en"]
        prompts.append(" ".join(([hues[i % len(hues)]] if i % 2 else []) + [words, styles[i % len(styles)]]))
    pictures = [shipped.generate([p], seed=1)[0] for p in prompts]
    data.contact_sheet(torch.nn.functional.avg_pool2d(torch.from_numpy(np.stack(pictures)) / 2 + 0.5, 2), out / "samples.png", 8, palette=True)
    (out / "samples.txt").write_text("\n".join(prompts) + "\n", encoding="utf-8")


def write_checksums(out):
    """checksums.txt in the format of sha256sum, of every other file of the folder."""
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(out)}" for p in sorted(out.rglob("*"))
             if p.is_file() and p.name != "checksums.txt"]
    (out / "checksums.txt").write_text("\n".join(lines) + "\n")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--licences", help="folder of licence texts to copy")
    parser.add_argument("--denoiser", default="denoiser.pt", help="checkpoint in WORK")
    parser.add_argument("--decoder", default="decoder.pt", help="checkpoint in WORK")
    parser.add_argument("--id", default="sticker-one")
    parser.add_argument("--name", default="Sticker One")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--guidance", type=float, default=model.GUIDANCE)
    parser.add_argument("--late-scale", type=float, default=model.LATE_GUIDANCE)
    return parser.parse_args()


def main():
    args = parse_arguments()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    train.DEVICE = "cpu"
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)   # it says four times that torchvision is not installed
    basis = latent.Basis.load(Path(args.work) / "basis.pt")
    vocabulary = captions.load_vocabulary(args.work)
    denoiser, decoder = train.load_denoiser(args.work, args.denoiser), train.load_decoder(args.work, args.decoder)
    torch.manual_seed(5)
    x = torch.randn(3, basis.size) * basis.std
    tokens = vocabulary.encode(["red fox 3d", "maison", ""])
    export_checked(denoiser, (x, torch.tensor([0.1, 0.5, 0.9]), tokens), ["z", "t", "tokens"], "x", out / "denoiser.onnx")
    export_checked(decoder, (x, tokens), ["x", "tokens"], "rgba", out / "decoder.onnx")
    with torch.no_grad():
        pictures = decoder(x, tokens)
    export_checked(Encoder(basis), (pictures,), ["rgba"], "x", out / "encoder.onnx")
    vocabulary.save(out / "vocabulary.json", json.loads((Path(args.work) / "concepts.json").read_text()))
    (out / "manifest.json").write_text(json.dumps(manifest(args, basis.size, denoiser.folded), indent=2) + "\n")
    if args.licences:
        shutil.copytree(args.licences, out / "LICENSES", dirs_exist_ok=True)
    write_samples(out, json.loads((out / "vocabulary.json").read_text()))
    write_checksums(out)
    print(f"{sum(p.stat().st_size for p in out.rglob('*') if p.is_file()) / 1e6:.1f} MB in {out}")


if __name__ == "__main__":
    main()
