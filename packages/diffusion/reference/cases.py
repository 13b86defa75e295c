"""What is drawn. The names of settings are this library's; `draw.py` says them in diffusers' words."""

RED, FOX, LONG = "a red fox", "the blue house, fox and cat", "the sea of " * 12 + "red cats"


def case(model: str, name: str, **settings) -> dict:
    size = {"width": 64, "height": 64}
    return {"name": f"{model}-{name}", "model": model, "prompts": [FOX], "seeds": [7], "steps": 5, **size, **settings}


def samplers(model: str, *names: str) -> list[dict]:
    return [case(model, name, scheduler=name, guidanceScale=7.5, negativePrompt=RED) for name in names]


MASKED = {"source": True, "mask": True}

CASES = [
    *samplers("sd15", "ddim", "pndm", "euler", "euler-ancestral", "dpmpp-2m", "dpmpp-2m-karras"),
    case("sd15", "plain", guidanceScale=1),
    case("sd15", "long-prompt", prompts=[LONG], guidanceScale=5),
    case("sd15", "clip-skip", guidanceScale=7.5, negativePrompt=RED, clipSkip=1),
    case("sd15", "clip-skip-two", guidanceScale=1, clipSkip=2),
    case("sd15", "wide-batch", prompts=[RED, FOX], seeds=[1, 2], width=96, height=64, guidanceScale=3),
    case("sd15", "redraw", source=True, strength=0.6, guidanceScale=7.5),
    case("sd15", "redraw-ancestral", source=True, strength=0.8, guidanceScale=4, scheduler="euler-ancestral"),
    case("sd15", "fill", **MASKED, strength=0.7, guidanceScale=7.5),
    case("sd15", "fill-fully", **MASKED, strength=1, guidanceScale=7.5, scheduler="euler"),
    *samplers("sd21-v", "ddim", "euler", "dpmpp-2m"),
    case("sd21-v", "clip-skip", guidanceScale=5, clipSkip=1),
    case("sd-turbo", "one-step", steps=1, guidanceScale=1),
    case("sd-turbo", "four-steps", steps=4, guidanceScale=1),
    case("sd-turbo", "redraw", steps=4, guidanceScale=1, source=True, strength=0.5),
    case("sd15-inpainting", "fill", **MASKED, strength=1, guidanceScale=7.5),
    case("sd15-inpainting", "fill-part", **MASKED, strength=0.6, guidanceScale=4, scheduler="euler"),
    case("lcm", "four-steps", steps=4, guidanceScale=8.5),
    case("lcm", "clip-skip", steps=4, guidanceScale=8.5, clipSkip=1),
    case("lcm", "redraw", steps=4, guidanceScale=3, source=True, strength=0.6),
    *samplers("sdxl", "euler", "ddim", "dpmpp-2m-karras"),
    case("sdxl", "no-negative", guidanceScale=5, width=64, height=96),
    case("sdxl", "clip-skip", guidanceScale=5, clipSkip=1),
    case("sdxl", "clip-skip-negative", guidanceScale=5, clipSkip=1, negativePrompt=RED),
    case("sdxl", "redraw", guidanceScale=5, source=True, strength=0.6),
    case("sdxl", "fill", **MASKED, guidanceScale=5, strength=0.7),
    case("sdxl-turbo", "one-step", steps=1, guidanceScale=1),
    case("sdxl-turbo", "three-steps", steps=3, guidanceScale=2),
    case("sd3", "flow", guidanceScale=4, negativePrompt=RED),
    case("sd3", "redraw", guidanceScale=4, source=True, strength=0.6),
    case("sd3", "fill", **MASKED, guidanceScale=4, strength=0.7),
    case("sd15-tiny-vae", "ddim", guidanceScale=7.5),
    case("sd15-tiny-vae", "redraw", guidanceScale=3, source=True, strength=0.6),
    case("sd15-fp16", "ddim", guidanceScale=7.5),
    case("sd15-int8", "ddim", guidanceScale=7.5),
    case("sd15-fp16", "clip-skip", guidanceScale=7.5, clipSkip=1),
]

# Models made of others: which, and how.
DERIVED = {"sd15-fp16": ("sd15", "float16"), "sd15-int8": ("sd15", "int8"), "sd15-tiny-vae": ("sd15", "tiny-vae")}
