"""A model of SD-Turbo's shape with random weights: `python make_full_size.py OUTPUT_FOLDER`. 5 GB of disk, 14 GB of memory.

The widths and depths are those of stabilityai/sd-turbo, so that it takes the same time and memory as the real one.
"""

import sys
import tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from optimum.exporters.onnx import onnx_export_from_model
from tiny_models import euler_trailing, make_tokenizer
from transformers import CLIPTextConfig, CLIPTextModel


def make_parts(tokenizer) -> dict:
    torch.manual_seed(0)
    text = CLIPTextConfig(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=23, num_attention_heads=16, projection_dim=512,
        hidden_act="gelu", bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=64, block_out_channels=(320, 640, 1280, 1280), layers_per_block=2, cross_attention_dim=1024,
        attention_head_dim=(5, 10, 20, 20), use_linear_projection=True, in_channels=4, out_channels=4,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, sample_size=512,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip
    return {"text_encoder": CLIPTextModel(text).eval(), "unet": unet.eval(), "vae": vae.eval()}


def main(output: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        tokenizer = make_tokenizer(Path(work) / "tokenizer", "!")
        pipeline = StableDiffusionPipeline(
            **make_parts(tokenizer), tokenizer=tokenizer, scheduler=euler_trailing(), safety_checker=None,
            feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip
        onnx_export_from_model(pipeline, output, task="text-to-image", do_validation=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
