"""Records trajectories of the schedulers of diffusers into ../test/schedulers/trajectories.json: python schedulers.py

Each schedule walks eight latents with a made-up network (`network`, the same in src/schedulers/schedulers.test.ts)
whose output depends on its input and on the timestep, so that a fault at one step shows at all that follow. A record
has what the library needs to walk the same way, and what it must find: timesteps, the scale of the first noise, the
latents after every step, and the clean latents that the scheduler predicts where it tells them.

The tables of noise levels are those that diffusers makes, rounded to float32 as it rounds them. Its equations are then
walked in double precision (`precision`), and latents and network outputs are rounded to float32 between steps, because that
is what a network takes and gives. In float32 throughout, equation and reading of it could not be told apart where an
equation subtracts large numbers: at sigma 4096, or where the signal is one part in 20,000, the last bit of a latent is
worth 1e-3, and the order in which a sum is added decides it. `python schedulers.py --float32` says how far that takes
diffusers from its own equations.
"""

import json
import math
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers.schedulers import scheduling_euler_ancestral_discrete, scheduling_lcm
from noise import normal_noise

warnings.simplefilter("ignore")
LENGTH, SEED = 8, 42
SHAPE = (1, 1, 2, 4)
FLOAT32 = torch.float32

SD1 = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
PNDM = SD1 | {"set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None, "clip_sample": False}
SDXL = PNDM | {"prediction_type": "epsilon", "timestep_spacing": "leading", "interpolation_type": "linear"}
TURBO = SDXL | {"timestep_spacing": "trailing"}
DDIM = SD1 | {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}
V = {"prediction_type": "v_prediction"}
ZERO = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
FLUX = {"base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 4096, "max_shift": 1.15, "shift": 3.0,
        "num_train_timesteps": 1000, "use_dynamic_shifting": True}
DPM = "DPMSolverMultistepScheduler"
EULER = "EulerDiscreteScheduler"
ANCESTRAL = "EulerAncestralDiscreteScheduler"
FLOW = "FlowMatchEulerDiscreteScheduler"

# name, class, configuration, steps, and what else the library is asked.
CASES = [
    ("ddim, Stable Diffusion 1", "DDIMScheduler", DDIM, 10, {}),
    ("ddim, an odd number of steps", "DDIMScheduler", DDIM, 7, {}),
    ("ddim, v-prediction (Stable Diffusion 2)", "DDIMScheduler", DDIM | V, 8, {}),
    ("ddim, sample prediction, linear betas", "DDIMScheduler", {"prediction_type": "sample", "clip_sample": False}, 6, {}),
    ("ddim, clipped samples and the defaults", "DDIMScheduler", {}, 6, {}),
    ("ddim, cosine betas, linspace", "DDIMScheduler", {"beta_schedule": "squaredcos_cap_v2", "timestep_spacing": "linspace", "clip_sample": False}, 9, {}),
    ("ddim, trailing", "DDIMScheduler", DDIM | {"timestep_spacing": "trailing"}, 16, {}),
    ("ddim, zero terminal SNR", "DDIMScheduler", DDIM | V | ZERO, 8, {}),
    ("ddim, zero terminal SNR, sample prediction", "DDIMScheduler", DDIM | ZERO | {"prediction_type": "sample"}, 5, {}),
    ("ddim, trained betas", "DDIMScheduler", {"trained_betas": [0.001 * (i + 1) for i in range(20)], "num_train_timesteps": 20, "clip_sample": False}, 5, {}),
    ("ddim, image-to-image", "DDIMScheduler", DDIM, 10, {"strength": 0.55}),
    ("pndm, Stable Diffusion 1", "PNDMScheduler", PNDM, 10, {}),
    ("pndm, one step", "PNDMScheduler", PNDM, 1, {}),
    ("pndm, two steps", "PNDMScheduler", PNDM, 2, {}),
    ("pndm, v-prediction, linspace", "PNDMScheduler", PNDM | V | {"timestep_spacing": "linspace"}, 7, {}),
    ("pndm, trailing, alpha to one", "PNDMScheduler", PNDM | {"timestep_spacing": "trailing", "set_alpha_to_one": True}, 6, {}),
    ("pndm, image-to-image", "PNDMScheduler", PNDM, 10, {"strength": 0.6}),
    ("euler, SDXL", EULER, SDXL, 10, {}),
    ("euler, SD-Turbo, one step", EULER, TURBO, 1, {}),
    ("euler, SD-Turbo, four steps", EULER, TURBO, 4, {}),
    ("euler, linspace", EULER, SD1, 7, {}),
    ("euler, v-prediction", EULER, SDXL | V, 8, {}),
    ("euler, sample prediction", EULER, SDXL | {"prediction_type": "sample"}, 6, {}),
    ("euler, Karras sigmas", EULER, SDXL | {"use_karras_sigmas": True}, 9, {}),
    ("euler, Karras sigmas between given ends", EULER, SDXL | {"use_karras_sigmas": True, "sigma_min": 0.05, "sigma_max": 12.0}, 6, {}),
    ("euler, final sigma_min", EULER, SDXL | {"final_sigmas_type": "sigma_min"}, 5, {}),
    ("euler, zero terminal SNR", EULER, SDXL | V | ZERO, 8, {}),
    ("euler, image-to-image", EULER, SDXL, 10, {"strength": 0.35}),
    ("euler, SD-Turbo, image-to-image", EULER, TURBO, 2, {"strength": 0.5}),
    ("euler ancestral, SDXL-Turbo", ANCESTRAL, TURBO, 4, {}),
    ("euler ancestral, one step", ANCESTRAL, TURBO, 1, {}),
    ("euler ancestral, SDXL", ANCESTRAL, SDXL, 10, {}),
    ("euler ancestral, linspace, v-prediction", ANCESTRAL, SD1 | V, 8, {}),
    ("euler ancestral, zero terminal SNR", ANCESTRAL, SDXL | V | ZERO, 6, {}),
    ("euler ancestral, image-to-image", ANCESTRAL, SDXL, 9, {"strength": 0.7}),
    ("dpm++ 2m", DPM, SD1, 10, {}),
    ("dpm++ 2m, twenty steps", DPM, SD1, 20, {}),
    ("dpm++ 2m, Karras sigmas", DPM, SD1 | {"use_karras_sigmas": True}, 10, {}),
    ("dpm++ 2m, Karras sigmas, twenty steps", DPM, SD1 | {"use_karras_sigmas": True, "steps_offset": 1}, 20, {}),
    ("dpm++ 2m, Karras sigmas, v-prediction", DPM, SD1 | V | {"use_karras_sigmas": True}, 8, {}),
    ("dpm++ 2m, leading", DPM, SDXL, 8, {}),
    ("dpm++ 2m, trailing, v-prediction", DPM, SD1 | V | {"timestep_spacing": "trailing"}, 12, {}),
    ("dpm++ 2m, sample prediction", DPM, SD1 | {"prediction_type": "sample"}, 6, {}),
    ("dpm++ 2m, heun", DPM, SD1 | {"solver_type": "heun"}, 8, {}),
    ("dpm++ 2m, first order", DPM, SD1 | {"solver_order": 1}, 6, {}),
    ("dpm++ 2m, final sigma_min", DPM, SD1 | {"final_sigmas_type": "sigma_min"}, 6, {}),
    ("dpm++ 2m, final sigma_min, second order to the end", DPM, SD1 | {"final_sigmas_type": "sigma_min", "lower_order_final": False}, 6, {}),
    ("dpm++ 2m, final sigma_min, euler at the end", DPM, SD1 | {"final_sigmas_type": "sigma_min", "euler_at_final": True}, 16, {}),
    ("dpm++ 2m, cosine betas, clipped lambda", DPM, {"beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1}, 8, {}),
    ("dpm++ 2m, cosine betas, Karras sigmas", DPM, {"beta_schedule": "squaredcos_cap_v2", "use_karras_sigmas": True}, 8, {}),
    ("dpm++ 2m, zero terminal SNR", DPM, SD1 | V | ZERO, 8, {}),
    ("dpm++ 2m, one step", DPM, SD1, 1, {}),
    ("dpm++ 2m, image-to-image", DPM, SD1 | {"use_karras_sigmas": True}, 12, {"strength": 0.5}),
    ("lcm, one step", "LCMScheduler", {}, 1, {}),
    ("lcm, four steps", "LCMScheduler", {"original_inference_steps": 50}, 4, {}),
    ("lcm, seven steps", "LCMScheduler", {}, 7, {}),
    ("lcm, v-prediction, clipped", "LCMScheduler", V | {"clip_sample": True, "clip_sample_range": 0.8}, 4, {}),
    ("lcm, sample prediction, other scaling", "LCMScheduler", {"prediction_type": "sample", "timestep_scaling": 1.0}, 4, {}),
    ("lcm, image-to-image", "LCMScheduler", {}, 4, {"strength": 0.5}),
    ("flow, no shift", FLOW, {}, 6, {}),
    ("flow, Stable Diffusion 3", FLOW, {"shift": 3.0, "num_train_timesteps": 1000}, 10, {}),
    ("flow, FLUX schnell", FLOW, FLUX | {"use_dynamic_shifting": False, "shift": 1.0}, 4, {"flux": True}),
    ("flow, FLUX dev", FLOW, FLUX, 8, {"flux": True, "imageTokens": 1024}),
    ("flow, dynamic shift, linear", FLOW, FLUX | {"time_shift_type": "linear"}, 6, {"imageTokens": 4096}),
    ("flow, stochastic", FLOW, {"stochastic_sampling": True, "shift": 2.0}, 5, {}),
    ("flow, image-to-image", FLOW, {"shift": 3.0}, 10, {"strength": 0.35}),
    # Another scheduler on the configuration of a folder, as `from_config` makes it.
    ("dpm++ 2m Karras on a PNDM folder", "PNDMScheduler", PNDM, 9, {"scheduler": "dpmpp-2m-karras"}),
    ("dpm++ 2m on an SDXL folder", EULER, SDXL, 9, {"scheduler": "dpmpp-2m"}),
    ("euler ancestral on a PNDM folder", "PNDMScheduler", PNDM, 6, {"scheduler": "euler-ancestral"}),
    ("ddim on an SD-Turbo folder", EULER, TURBO, 5, {"scheduler": "ddim"}),
    ("pndm on an SDXL folder", EULER, SDXL, 6, {"scheduler": "pndm"}),
    ("lcm on an SDXL folder", EULER, SDXL, 4, {"scheduler": "lcm"}),
]

REPLACEMENTS = {
    "dpmpp-2m-karras": (DPM, {"use_karras_sigmas": True}),
    "dpmpp-2m": (DPM, {"use_karras_sigmas": False}),
    "euler-ancestral": (ANCESTRAL, {}),
    "ddim": ("DDIMScheduler", {}),
    "pndm": ("PNDMScheduler", {}),
    "lcm": ("LCMScheduler", {}),
}


def network(x, timestep):
    return 0.7 * x + 0.25 * torch.sin(2 * x + float(timestep) / 250)


def make(class_name, config, options):
    """The scheduler of a case, made as from a file, so that left out keys have the defaults of the class."""
    saved = getattr(diffusers, class_name).from_config({"_class_name": class_name} | config)
    if "scheduler" not in options:
        return saved
    other, settings = REPLACEMENTS[options["scheduler"]]
    return getattr(diffusers, other).from_config({"_class_name": class_name} | config, **settings)


def set_timesteps(scheduler, steps, options):
    arguments = {}
    if options.get("flux"):
        arguments["sigmas"] = np.linspace(1.0, 1 / steps, steps)
    if "imageTokens" in options:
        c = scheduler.config
        slope = (c.max_shift - c.base_shift) / (c.max_image_seq_len - c.base_image_seq_len)
        arguments["mu"] = c.base_shift + slope * (options["imageTokens"] - c.base_image_seq_len)
    if isinstance(scheduler, diffusers.LCMScheduler):
        arguments["strength"] = options.get("strength", 1.0)
    scheduler.set_timesteps(steps, **arguments)


def begin(scheduler, steps, options):
    """The number of timesteps that image-to-image pipelines of diffusers leave out."""
    strength = options.get("strength")
    if strength is None or isinstance(scheduler, diffusers.LCMScheduler):
        return 0
    if isinstance(scheduler, diffusers.FlowMatchEulerDiscreteScheduler):
        return int(max(steps - min(steps * strength, steps), 0))
    return max(steps - min(int(steps * strength), steps), 0)


def tensor(values):
    return torch.from_numpy(np.asarray(values, dtype=np.float32)).reshape(SHAPE)


def flat(values):
    """As float32, in digits that tell every one of them from its neighbours."""
    return [float(f"{v:.9g}") for v in single(values).flatten().tolist()]


def single(values):
    """Rounded to float32, as a network takes and gives them."""
    return values.to(FLOAT32).to(values.dtype)


@contextmanager
def precision(scheduler, dtype):
    """Inside, a scheduler walks in `dtype` with the tables that it has; gives it."""
    for name in ("alphas_cumprod", "final_alpha_cumprod", "sigmas"):
        if hasattr(scheduler, name):
            setattr(scheduler, name, getattr(scheduler, name).to(dtype))
    # Steps of diffusers cast to this, and numbers that they compute from a timestep alone have the default.
    torch.float32 = dtype
    torch.set_default_dtype(dtype)
    try:
        yield scheduler
    finally:
        torch.float32 = FLOAT32
        torch.set_default_dtype(FLOAT32)


def noised(scheduler, original, noise, timestep):
    if isinstance(scheduler, diffusers.FlowMatchEulerDiscreteScheduler):
        return scheduler.scale_noise(original, timestep[None], noise)
    return scheduler.add_noise(original, noise, timestep[None])


def walk(scheduler, timesteps, x):
    """The latents after each step, and the clean latents predicted at each where the scheduler tells them."""
    samples, predicted = [], []
    for index, timestep in enumerate(timesteps):
        fresh = tensor(normal_noise(SEED, LENGTH, index + 1)).to(x.dtype)
        for module in (scheduling_euler_ancestral_discrete, scheduling_lcm):
            module.randn_tensor = lambda *_, fresh=fresh, **__: fresh
        torch.randn_like = lambda *_, fresh=fresh, **__: fresh
        seen = scheduler.scale_model_input(x, timestep) if hasattr(scheduler, "scale_model_input") else x
        result = scheduler.step(single(network(single(seen), timestep)), timestep, x)
        x = single(result.prev_sample)
        samples.append(flat(x))
        clean = getattr(result, "pred_original_sample", getattr(result, "denoised", None))
        if isinstance(scheduler, diffusers.DPMSolverMultistepScheduler):
            clean = scheduler.model_outputs[-1]
        if clean is not None:
            predicted.append(flat(clean))
    return samples, predicted


def record(name, class_name, config, steps, options, dtype=torch.float64):
    scheduler = make(class_name, config, options)
    set_timesteps(scheduler, steps, options)
    skipped = begin(scheduler, steps, options)
    timesteps = scheduler.timesteps[skipped:]
    scheduler.set_begin_index(skipped) if hasattr(scheduler, "set_begin_index") else None
    noise, original = (tensor(values).to(dtype) for values in (normal_noise(SEED, LENGTH), np.cos(np.arange(LENGTH))))
    with precision(scheduler, dtype):
        scale = float(getattr(scheduler, "init_noise_sigma", 1.0))
        start = single(noised(scheduler, original, noise, timesteps[0]) if "strength" in options else noise * scale)
        samples, predicted = walk(scheduler, timesteps, start)
    return {
        "name": name,
        "config": {"_class_name": class_name} | config,
        "options": {"steps": steps} | options,
        "timesteps": [float(f"{t:.9g}") for t in timesteps.tolist()],
        "initialNoiseScale": scale,
        "start": flat(start),
        "samples": samples,
        "predicted": predicted,
    }


def strayed(case):
    """How far diffusers in float32 leaves its own equations: of latents, and of clean latents that it predicts."""
    exact, rounded = record(*case), record(*case, dtype=torch.float32)
    far = lambda key: max((float(np.abs(np.subtract(*pair)).max()) for pair in zip(exact[key], rounded[key])), default=0.0)
    return far("samples"), far("predicted")


def main():
    if "--float32" in sys.argv:
        for case in CASES:
            print("{:.1e} of latents, {:.1e} of clean latents:".format(*strayed(case)), case[0])
        return
    records = [record(*case) for case in CASES]
    assert all(math.isfinite(v) for r in records for s in r["samples"] for v in s), "a trajectory is not finite"
    versions = f"diffusers {diffusers.__version__}, torch {torch.__version__.split('+')[0]}"
    head = {"made with": f"{versions}, equations in float64", "seed": SEED}
    lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in records)
    target = Path(__file__).parent.parent / "test" / "schedulers" / "trajectories.json"
    target.write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
