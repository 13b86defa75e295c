"""Small pipelines with random weights, of the same classes and layouts as the models that people use.

A real model differs in its widths and depths only. Every weight comes from a fixed seed.
"""

import json
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

# Merges enough for the prompts of the references to become several tokens each, and single letters for all others.
MERGES = [
    "t h", "th e</w>", "a n", "an d</w>", "i n", "in g</w>", "e r", "er </w>", "o n", "r e", "re d</w>", "f o", "fo x</w>",
    "c a", "ca t</w>", "b l", "bl u", "blu e</w>", "o f</w>", "h o", "ho u", "hou s", "hous e</w>", "s e", "se a</w>",
]  # fmt: skip

SCALED_LINEAR = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
STABLE_SCHEDULE = {**SCALED_LINEAR, "steps_offset": 1, "clip_sample": False, "set_alpha_to_one": False}


def make_tokenizer(folder: Path, pad_token: str) -> CLIPTokenizer:
    from transformers.models.clip.tokenization_clip import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    merges = [merge for merge in MERGES if merge != "er </w>"]
    words = letters + [f"{letter}</w>" for letter in letters] + [merge.replace(" ", "") for merge in merges]
    words += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
    return CLIPTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), pad_token=pad_token, model_max_length=77
    )


def make_text_encoder(tokenizer: CLIPTokenizer, seed: int, projected: bool = False, act: str = "quick_gelu"):
    torch.manual_seed(seed)
    config = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=37, num_hidden_layers=3, num_attention_heads=4,
        projection_dim=32, hidden_act=act, max_position_embeddings=77,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def make_unet(seed: int, **changes) -> UNet2DConditionModel:
    torch.manual_seed(seed)
    settings = dict(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=8, in_channels=4, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, attention_head_dim=4, norm_num_groups=4,
    )  # fmt: skip
    return UNet2DConditionModel(**{**settings, **changes}).eval()


def make_vae(seed: int, **changes) -> AutoencoderKL:
    torch.manual_seed(seed)
    blocks = 4
    settings = dict(
        block_out_channels=(8, 8, 16, 16), layers_per_block=1, in_channels=3, out_channels=3, norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * blocks, up_block_types=("UpDecoderBlock2D",) * blocks,
        latent_channels=4, sample_size=64, scaling_factor=0.18215,
    )  # fmt: skip
    return AutoencoderKL(**{**settings, **changes}).eval()


def make_tiny_vae(seed: int) -> AutoencoderTiny:
    torch.manual_seed(seed)
    return AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8),
        num_encoder_blocks=(1, 1, 1, 1), num_decoder_blocks=(1, 1, 1, 1), scaling_factor=1.0,
    ).eval()  # fmt: skip


def stable_diffusion(work: Path, pad_token: str = "<|endoftext|>", scheduler=None, act: str = "quick_gelu", **unet):
    tokenizer = make_tokenizer(work / "tokenizer", pad_token)
    inpainting = unet.get("in_channels") == 9
    return (StableDiffusionInpaintPipeline if inpainting else StableDiffusionPipeline)(
        vae=make_vae(1), text_encoder=make_text_encoder(tokenizer, 2, act=act), tokenizer=tokenizer,
        unet=make_unet(3, **unet), scheduler=scheduler or DDIMScheduler(**STABLE_SCHEDULE),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def latent_consistency(work: Path):
    tokenizer = make_tokenizer(work / "tokenizer", "<|endoftext|>")
    return LatentConsistencyModelPipeline(
        vae=make_vae(1), text_encoder=make_text_encoder(tokenizer, 2), tokenizer=tokenizer,
        unet=make_unet(3, time_cond_proj_dim=32), scheduler=LCMScheduler(**STABLE_SCHEDULE, original_inference_steps=50),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def stable_diffusion_xl(work: Path, scheduler=None, **pipeline):
    first = make_tokenizer(work / "tokenizer", "<|endoftext|>")
    second = make_tokenizer(work / "tokenizer_2", "!")
    unet = make_unet(
        3, cross_attention_dim=64, addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + 32, transformer_layers_per_block=1,
        use_linear_projection=True, attention_head_dim=(2, 4),
    )  # fmt: skip
    return StableDiffusionXLPipeline(
        vae=make_vae(1, scaling_factor=0.13025), unet=unet, tokenizer=first, tokenizer_2=second,
        text_encoder=make_text_encoder(first, 2), text_encoder_2=make_text_encoder(second, 4, projected=True, act="gelu"),
        scheduler=scheduler or EulerDiscreteScheduler(**SCALED_LINEAR, timestep_spacing="leading", steps_offset=1),
        **pipeline,
    )  # fmt: skip


def stable_diffusion_3(work: Path):
    first = make_tokenizer(work / "tokenizer", "<|endoftext|>")
    second = make_tokenizer(work / "tokenizer_2", "!")
    torch.manual_seed(5)
    transformer = SD3Transformer2DModel(
        sample_size=8, pos_embed_max_size=8, patch_size=2, in_channels=16, num_layers=1, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=96, caption_projection_dim=32, pooled_projection_dim=64, out_channels=16,
    ).eval()  # fmt: skip
    vae = make_vae(
        6, latent_channels=16, scaling_factor=1.5305, shift_factor=0.0609,
        use_quant_conv=False, use_post_quant_conv=False,
    )  # fmt: skip
    return StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=vae,
        text_encoder=make_text_encoder(first, 2, projected=True), tokenizer=first,
        text_encoder_2=make_text_encoder(second, 4, projected=True, act="gelu"), tokenizer_2=second,
        text_encoder_3=None, tokenizer_3=None,
    )  # fmt: skip


def euler_trailing() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(**SCALED_LINEAR, timestep_spacing="trailing", steps_offset=1)


MODELS = {
    "sd15": stable_diffusion,
    "sd21-v": lambda work: stable_diffusion(
        work, "!", DDIMScheduler(**STABLE_SCHEDULE, prediction_type="v_prediction"), "gelu"
    ),
    "sd-turbo": lambda work: stable_diffusion(work, "!", euler_trailing(), "gelu"),
    "sd15-inpainting": lambda work: stable_diffusion(work, in_channels=9),
    "lcm": latent_consistency,
    "sdxl": stable_diffusion_xl,
    "sdxl-turbo": lambda work: stable_diffusion_xl(
        work,
        EulerAncestralDiscreteScheduler(**SCALED_LINEAR, timestep_spacing="trailing", steps_offset=1),
        force_zeros_for_empty_prompt=True,
    ),
    "sd3": stable_diffusion_3,
}


def scale_output(layer: torch.nn.Module, deviation: float, target: float) -> None:
    with torch.no_grad():
        layer.weight *= target / deviation
        if layer.bias is not None:
            layer.bias *= target / deviation


@torch.no_grad()
def lively(pipeline):
    """Random networks answer almost nothing, and all pictures would be the same grey: lets noise predictions have the
    deviation of noise, texts be heard and pictures use the whole range."""
    torch.manual_seed(9)
    denoiser = getattr(pipeline, "unet", None) or pipeline.transformer
    for name, parameter in denoiser.named_parameters():
        if "attn2.to_out" in name or "add_k_proj" in name or "add_v_proj" in name:
            parameter *= 4
    latents = torch.randn(8, denoiser.config.in_channels, 8, 8)
    text = torch.randn(8, 77, denoiser.config.get("cross_attention_dim") or denoiser.config.joint_attention_dim)
    timestep = torch.full((8,), 500.0)
    if hasattr(pipeline, "unet"):
        added = {"text_embeds": torch.randn(8, 32), "time_ids": torch.full((8, 6), 64.0)}
        answer = denoiser(latents, timestep, text, added_cond_kwargs=added).sample
        scale_output(denoiser.conv_out, answer.std().item(), 1)
    else:
        answer = denoiser(latents, text, torch.randn(8, 64), timestep).sample
        scale_output(denoiser.proj_out, answer.std().item(), 1)
    torch.manual_seed(10)
    decoded = pipeline.vae.decode(torch.randn(8, pipeline.vae.config.latent_channels, 8, 8)).sample
    if isinstance(pipeline.vae, AutoencoderKL):
        scale_output(pipeline.vae.decoder.conv_out, decoded.std().item(), 0.5)
    return pipeline
