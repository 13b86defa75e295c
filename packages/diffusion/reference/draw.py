"""Draws one case with diffusers' own pipelines on onnxruntime, with the noise of this library."""

import sys
import tempfile
from pathlib import Path

import diffusers
import numpy as np
import torch
from noise import normal_noise
from optimum.onnxruntime import ORTPipelineForImage2Image, ORTPipelineForInpainting, ORTPipelineForText2Image
from PIL import Image
from tiny_models import MODELS

# Streams of a seed that belong to no step: 0 starts a picture, i + 1 belongs to step i (src/diffusers/start.ts).
SOURCE_STREAM, MASKED_SOURCE_STREAM = 0xFFFFFFFF, 0xFFFFFFFE

SCHEDULERS = {
    "ddim": (diffusers.DDIMScheduler, {}),
    "pndm": (diffusers.PNDMScheduler, {"skip_prk_steps": True}),
    "euler": (diffusers.EulerDiscreteScheduler, {}),
    "euler-ancestral": (diffusers.EulerAncestralDiscreteScheduler, {}),
    "dpmpp-2m": (diffusers.DPMSolverMultistepScheduler, {}),
    "dpmpp-2m-karras": (diffusers.DPMSolverMultistepScheduler, {"use_karras_sigmas": True}),
}


def feed_noise(case: dict):
    """Replaces every source of noise: first the streams that a pipeline asks for before its steps, then one a step."""
    before = [0]
    if case.get("mask"):
        before = [SOURCE_STREAM, 0, MASKED_SOURCE_STREAM]
    elif case.get("source"):
        before = [SOURCE_STREAM, 0]
    if case["model"] == "sd15-inpainting" and case["strength"] == 1:
        before = [0, MASKED_SOURCE_STREAM]
    if case["model"] == "sd15-tiny-vae":
        before = [0]
    asked = 0

    def randn_tensor(shape, generator=None, device=None, dtype=None, layout=None):
        nonlocal asked
        stream = before[asked] if asked < len(before) else asked - len(before) + 1
        asked += 1
        rows = [normal_noise(seed, int(np.prod(shape[1:])), stream) for seed in case["seeds"]]
        return torch.from_numpy(np.stack(rows[: shape[0]]).reshape(tuple(shape))).to(dtype)

    for module in list(sys.modules.values()):
        if hasattr(module, "randn_tensor") and "diffusers" in module.__name__:
            module.randn_tensor = randn_tensor


def pipeline_for(folder: Path, case: dict):
    task = ORTPipelineForInpainting if case.get("mask") else ORTPipelineForImage2Image if case.get("source") else None
    pipeline = (task or ORTPipelineForText2Image).from_pretrained(folder, use_io_binding=False)
    pipeline.set_progress_bar_config(disable=True)
    if "scheduler" in case:
        scheduler, changes = SCHEDULERS[case["scheduler"]]
        pipeline.scheduler = scheduler.from_config(pipeline.scheduler.config, **changes)
    return pipeline


def draw_case(folder: Path, case: dict, source: Image.Image, mask: Image.Image) -> Image.Image:
    """All pictures of a case side by side."""
    pipeline = pipeline_for(folder, case)
    feed_noise(case)
    settings = {
        "prompt": case["prompts"],
        "negative_prompt": [case["negativePrompt"]] * len(case["prompts"]) if "negativePrompt" in case else None,
        "num_inference_steps": case["steps"],
        "guidance_scale": case["guidanceScale"],
        "clip_skip": case.get("clipSkip"),
        "output_type": "np",
    }
    if case["model"] == "lcm":
        del settings["negative_prompt"]
    if "clipSkip" in case and "xl" not in case["model"]:
        settings |= encoded(pipeline, case)
    if case.get("source"):
        settings |= {"image": source, "strength": case["strength"]}
    if case.get("mask"):
        settings |= {"mask_image": mask}
    if case.get("mask") or not case.get("source"):
        settings |= {"width": case["width"], "height": case["height"]}
    with torch.no_grad():
        images = pipeline(**settings).images if case["name"] != "sd3-fill" else decode_shifted(pipeline, settings)
    return Image.fromarray((np.concatenate(list(images), axis=1) * 255).round().astype(np.uint8))


def encoded(pipeline, case: dict) -> dict:
    """Optimum exports Stable Diffusion's text encoder without the hidden states that clip skip takes, so that diffusers
    can only do it in PyTorch: the same encoder, as tiny_models.py makes it, encodes the texts."""
    with tempfile.TemporaryDirectory() as work:
        original = MODELS[case["model"].removesuffix("-fp16")](Path(work))
    guided = case["guidanceScale"] > 1 and case["model"] != "lcm"
    negative = [case.get("negativePrompt", "")] * len(case["prompts"])
    embeddings = original.encode_prompt(case["prompts"], "cpu", 1, guided, negative, clip_skip=case["clipSkip"])
    settings = {"prompt": None, "prompt_embeds": embeddings[0]}
    return settings | ({"negative_prompt": None, "negative_prompt_embeds": embeddings[1]} if guided else {})


def decode_shifted(pipeline, settings: dict) -> np.ndarray:
    """diffusers 0.39 forgets the autoencoder's shift when it decodes what Stable Diffusion 3 filled in, and only there."""
    latents = pipeline(**settings | {"output_type": "latent"}).images
    config = pipeline.vae.config
    planes = pipeline.vae.decode(latents / config.scaling_factor + config.shift_factor, return_dict=False)[0]
    return pipeline.image_processor.postprocess(planes, output_type="np")
