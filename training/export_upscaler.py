"""Exports the trained upscaler to the folder that the product ships, and proves that it is the same.

  python export_upscaler.py --work WORK --out ../models/upscaler-one

Writes upscaler.onnx (16-bit weights, 32-bit arithmetic), manifest.json and checksums.txt.
Fails if onnxruntime's answers differ from PyTorch's by more than the stated tolerances.
"""
import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper

import export_onnx
import train_upscaler
import upscaler

FLOAT_TOLERANCE = 1e-4     # largest difference of a 0..1 channel, float32 ONNX against PyTorch
HALF_TOLERANCE = 1 / 255   # the same with 16-bit weights: less than one step of an 8-bit picture

# Licences of the pictures that the upscaler is trained on, as the pack names their texts.
LICENCES = ["Apache-2.0.txt", "emojitwo.CC-BY-4.0.md", "fluentui-emoji.MIT.txt", "noto-emoji-svg.Apache-2.0.notice.txt", "twemoji.CC-BY-4.0.notice.txt"]


def export(network, path):
    """Traces a network with free height and width and writes float32 ONNX to path."""
    height, width = (torch.export.Dim(name, min=8, max=4096) for name in ("height", "width"))
    program = torch.onnx.export(network.eval(), (torch.rand(1, upscaler.CHANNELS, 40, 56),), dynamo=True, opset_version=20, external_data=False,
                                input_names=["small"], output_names=["large"], dynamic_shapes=({2: height, 3: width},), verbose=False)
    program.save(str(path), external_data=False)
    return onnx.load(str(path))


def halve_weights(full):
    """Stores float32 weights as float16 with a cast behind each, which onnxruntime folds away when it loads the file."""
    graph = full.graph
    kept, casts = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 64:
            kept.append(weight)
            continue
        stored = f"{weight.name}_half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(onnx.helper.make_node("Cast", [stored], [weight.name], to=onnx.TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    # What the exporter noted of every node, stack traces included, is half of the file.
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    del graph.value_info[:]
    onnx.checker.check_model(full)
    return full


def run(model, small):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(["large"], {"small": small})[0]


def manifest(args, network):
    """The manifest that the runtime reads; format rendermart-upscaler/1."""
    return {
        "format": "rendermart-upscaler/1", "id": args.id, "name": args.name, "version": args.version,
        "license": "Apache-2.0 weights; see CARD.md for training pictures",
        "description": "Learned: sharper edges for drawings. Doubles, or doubles twice.",
        "scales": [2, 4], "maxSide": 4096,
        "method": {"kind": "network", "file": "upscaler.onnx", "scale": upscaler.SCALE, "reach": network.reach},
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--id", default="upscaler-one")
    parser.add_argument("--name", default="Upscaler One")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--licences", type=Path, help="folder of licence texts, of which those of the stickers are copied")
    return parser.parse_args()


def main():
    args = parse_arguments()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    network = train_upscaler.load(args.work)
    full = export(network, out / "upscaler.onnx")
    # Another size than the one that was traced, so that a shape that froze shows.
    small = torch.rand(1, upscaler.CHANNELS, 33, 71, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = network(small).numpy()
    exact = float(np.abs(run(full, small.numpy()) - expected).max())
    onnx.save(halve_weights(full), str(out / "upscaler.onnx"))
    rounded = float(np.abs(run(onnx.load(str(out / "upscaler.onnx")), small.numpy()) - expected).max())
    if exact > FLOAT_TOLERANCE or rounded > HALF_TOLERANCE:
        raise SystemExit(f"upscaler.onnx: differs from PyTorch: float32 {exact:.2e}, 16-bit weights {rounded:.2e}")
    (out / "manifest.json").write_text(json.dumps(manifest(args, network), indent=2) + "\n")
    for name in LICENCES if args.licences else []:
        (out / "LICENSES").mkdir(exist_ok=True)
        shutil.copy(args.licences / name, out / "LICENSES" / name)
    export_onnx.write_checksums(out)
    size = (out / "upscaler.onnx").stat().st_size
    print(f"upscaler.onnx: {size / 1e6:.2f} MB, float32 differs by {exact:.1e} at most, 16-bit weights by {rounded:.1e}")


if __name__ == "__main__":
    main()
