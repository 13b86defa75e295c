"""Models from exported ones: half-precision and 8-bit weights by onnxruntime's own tools, and a tiny autoencoder, which
Optimum does not export, by torch.onnx with the names that Optimum's pipelines read."""

import shutil
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16
from tiny_models import make_tiny_vae, scale_output


def derive_model(base: Path, folder: Path, change: str) -> Path:
    shutil.copytree(base, folder)
    if change == "float16":
        for path in folder.rglob("*.onnx"):
            onnx.save(convert_float_to_float16(onnx.load(path), keep_io_types=False), path)
    elif change == "tiny-vae":
        replace_autoencoder(folder)
    else:
        path = folder / "unet" / "model.onnx"
        quantize_dynamic(path, path, weight_type=QuantType.QUInt8, op_types_to_quantize=["MatMul"])
    return folder


def replace_autoencoder(folder: Path) -> None:
    vae = make_tiny_vae(7)
    with torch.no_grad():
        decoded = vae.decode(torch.randn(8, 4, 8, 8, generator=torch.Generator().manual_seed(1))).sample
    scale_output(vae.decoder.layers[-1], decoded.std().item(), 0.5)
    axes = {0: "batch_size", 2: "height", 3: "width"}
    halves = [
        ("vae_encoder", lambda sample: vae.encode(sample).latents, (1, 3, 64, 64), "sample", "latent_sample"),
        ("vae_decoder", lambda latents: vae.decode(latents).sample, (1, 4, 8, 8), "latent_sample", "sample"),
    ]
    for name, forward, shape, taken, given in halves:
        shutil.rmtree(folder / name)
        vae.save_config(folder / name)
        vae.forward = forward
        torch.onnx.export(
            vae, (torch.zeros(shape),), folder / name / "model.onnx", input_names=[taken], output_names=[given],
            dynamic_axes={taken: axes, given: axes}, opset_version=17, dynamo=False,
        )  # fmt: skip
