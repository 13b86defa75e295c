"""Exact recolouring of stickers in HSV, and naming of a sticker's main colour.

Pictures are float tensors [N, 4, H, W] in 0..1, RGB premultiplied by alpha.
A colour is an index into COLOURS. Hue is in turns (0..1).
"""
import torch
from torch.nn import functional as F

# name: (hue in turns, saturation, value). Saturation and value are means to aim at for
# the coloured pixels, so that dark brown can become yellow without turning into olive.
COLOURS = {
    "red": (0.995, 0.82, 0.86), "orange": (0.075, 0.88, 0.96), "yellow": (0.138, 0.80, 0.97),
    "green": (0.340, 0.68, 0.72), "turquoise": (0.487, 0.70, 0.80), "blue": (0.600, 0.76, 0.88),
    "purple": (0.758, 0.66, 0.78), "pink": (0.925, 0.48, 0.97), "brown": (0.065, 0.62, 0.48),
    "black": (0.0, 0.04, 0.20), "white": (0.0, 0.03, 0.94), "grey": (0.0, 0.04, 0.58),
}
NAMES = list(COLOURS)
HUE_SPREAD = 0.15     # how much of the original variation of hue around the main hue is kept
ACCENT = 0.20         # hues farther than this (turns) from the main hue keep their colour


def rgb_to_hsv(rgb):
    """[N,3,H,W] 0..1 -> hue (turns), saturation, value, each [N,H,W]."""
    high, which = rgb.max(1)
    low = rgb.min(1).values
    span = high - low
    safe = span.clamp_min(1e-6)
    r, g, b = rgb.unbind(1)
    hue = torch.where(which == 0, (g - b) / safe, torch.where(which == 1, 2 + (b - r) / safe, 4 + (r - g) / safe))
    return (hue / 6) % 1.0, span / high.clamp_min(1e-6), high


def hsv_to_rgb(hue, saturation, value):
    """Inverse of rgb_to_hsv; each [N,H,W] -> [N,3,H,W]."""
    def channel(offset):
        k = (offset + hue * 6) % 6
        return value * (1 - saturation * torch.minimum(k, 4 - k).clamp(0, 1))
    return torch.stack([channel(5), channel(3), channel(1)], 1)


def unpremultiply(picture):
    """Straight RGB [N,3,H,W] of a premultiplied picture; black where transparent."""
    return (picture[:, :3] / picture[:, 3:].clamp_min(1e-3)).clamp(0, 1)


def hue_distance(a, b):
    """Signed shortest way from b to a on the circle, in turns (-0.5..0.5)."""
    return (a - b + 0.5) % 1.0 - 0.5


def dominant_hue(hue, weight):
    """Mode of a smoothed 36-bin histogram: [N,H,W], [N,H,W] -> [N] hue in turns."""
    count = hue.shape[0]
    bins = torch.zeros(count, 36, device=hue.device)
    bins.scatter_add_(1, (hue.flatten(1) * 36).long().clamp(0, 35), weight.flatten(1))
    smooth = bins + 0.7 * (bins.roll(1, 1) + bins.roll(-1, 1)) + 0.2 * (bins.roll(2, 1) + bins.roll(-2, 1))
    centre = (smooth.argmax(1).float() + 0.5) / 36
    near = weight * (hue_distance(hue, centre[:, None, None]).abs() < 0.08)
    offset = (hue_distance(hue, centre[:, None, None]) * near).sum((1, 2)) / near.sum((1, 2)).clamp_min(1e-6)
    return (centre + offset) % 1.0


def weighted_mean(value, weight):
    """[N,H,W] x [N,H,W] -> [N,1,1]."""
    return ((value * weight).sum((1, 2)) / weight.sum((1, 2)).clamp_min(1e-6))[:, None, None]


def share_of(part, alpha):
    """Share of each picture's opaque area: [N,H,W] of [N,H,W] -> [N,1,1]."""
    return (part.sum((1, 2)) / alpha.sum((1, 2)).clamp_min(1e-6))[:, None, None]


def soften(picture):
    """Mean of the neighbourhood, wider in larger pictures and none below 128 pixels: [N,C,H,W] -> the same."""
    reach = picture.shape[2] // 128
    return F.avg_pool2d(F.pad(picture, (reach,) * 4, mode="replicate"), 2 * reach + 1, 1) if reach else picture


def find_body(alpha, hue, saturation, value):
    """What of a thing its colour is: weights [N,H,W] up to alpha, its main hue and how grey the thing is [N,1,1].

    Accents (other hues) are left out. Where little is coloured (elephant, panda, cup), light and middle greys belong to it.
    """
    coloured = alpha * ((saturation - 0.12) / 0.2).clamp(0, 1) * ((value - 0.08) / 0.1).clamp(0, 1)
    main = dominant_hue(hue, coloured * saturation * value)[:, None, None]
    body = coloured * ((ACCENT + 0.05 - hue_distance(hue, main).abs()) / 0.05).clamp(0, 1)
    # The network's greys have faint clouds of colour: these are no accents.
    grey = alpha * (1 - ((saturation - 0.3) / 0.2).clamp(0, 1)) * ((value - 0.22) / 0.2).clamp(0, 1)
    greyness = ((0.45 - share_of(body, alpha)) / 0.15).clamp(0, 1)
    return torch.maximum(body, grey * greyness), main, greyness


def recolour(picture, colour):
    """Gives each picture its target colour, keeping shading, outlines and accents.

    picture [N,4,H,W] premultiplied 0..1; colour [N] long -> the same shape. What belongs to the
    colour is decided on a softened picture, so that grain does not become blotches.
    packages/engines/src/local/composing/recolour.ts does the same to what the product draws.
    """
    alpha, rgb = picture[:, 3], unpremultiply(picture)
    near = soften(picture)
    hue, saturation, near_value = rgb_to_hsv(unpremultiply(near))
    body, main, greyness = find_body(alpha, hue, saturation, near_value)
    target = torch.tensor([COLOURS[name] for name in NAMES], device=rgb.device)[colour]
    t_hue, t_sat, t_val = (target[:, i, None, None] for i in range(3))
    neutral = t_sat < 0.1
    # A fully saturated red has value 1, so what is to become grey starts from its brightness instead.
    brightness = (rgb * torch.tensor([0.30, 0.59, 0.11], device=rgb.device)[:, None, None]).sum(1)
    value = torch.where(neutral, 0.5 * rgb.amax(1) + 0.5 * brightness, rgb.amax(1))
    mean_val = weighted_mean(value, body).clamp(0.05, 0.98)
    # Lighten by a power (white stays white), darken by a factor (power leaves saturated colours bright).
    gamma = (torch.log(t_val) / torch.log(mean_val)).clamp(0.12, 1.0)
    lighter = value.clamp(1e-4, 1) ** torch.where(neutral, gamma, 1 + 0.75 * (gamma - 1))
    darker = value * torch.where(neutral, t_val / mean_val, 1 + 0.75 * (t_val / mean_val - 1))
    new_val = torch.where(t_val > mean_val, lighter, darker)
    # What had hardly any colour of its own becomes one even colour.
    turned = (saturation * (t_sat / weighted_mean(saturation, body).clamp_min(0.15))).clamp(0, 1)
    new_sat = torch.where(neutral, t_sat.expand_as(turned), turned + (0.85 * t_sat - turned) * greyness)
    new_hue = (t_hue + HUE_SPREAD * hue_distance(hue, main) * (1 - greyness)) % 1.0
    painted = hsv_to_rgb(new_hue, new_sat, new_val.clamp(0, 1))
    mix = (body / alpha.clamp_min(1e-3)).clamp(0, 1)[:, None]
    return torch.cat([(rgb * (1 - mix) + painted * mix) * picture[:, 3:], picture[:, 3:]], 1)


def jitter(picture, generator):
    """Slight change of hue (±9°), saturation and brightness, so that seeds differ: same shape."""
    count = picture.shape[0]
    draw = lambda scale: (torch.rand(count, generator=generator, device=generator.device) * 2 - 1)[:, None, None] * scale
    hue, saturation, value = rgb_to_hsv(unpremultiply(picture))
    rgb = hsv_to_rgb((hue + draw(0.025)) % 1.0, (saturation * (1 + draw(0.15))).clamp(0, 1), (value * (1 + draw(0.10))).clamp(0, 1))
    return torch.cat([rgb * picture[:, 3:], picture[:, 3:]], 1)


def main_colour(picture):
    """Index of the colour a person would name, or -1 where no colour clearly leads. [N,4,H,W] -> [N]."""
    alpha = picture[:, 3]
    hue, saturation, value = rgb_to_hsv(unpremultiply(picture))
    h, s, v = hue, saturation, value
    boxes = [
        (s > 0.45) & ((h > 0.955) | (h < 0.035)) & (v > 0.35), (s > 0.5) & (h >= 0.045) & (h < 0.108) & (v > 0.72),
        (s > 0.4) & (h >= 0.108) & (h < 0.18) & (v > 0.6), (s > 0.25) & (h >= 0.2) & (h < 0.44) & (v > 0.25),
        (s > 0.25) & (h >= 0.45) & (h < 0.53) & (v > 0.35), (s > 0.3) & (h >= 0.53) & (h < 0.69) & (v > 0.3),
        (s > 0.25) & (h >= 0.69) & (h < 0.84) & (v > 0.3), (s > 0.2) & (s < 0.65) & ((h >= 0.86) | (h < 0.01)) & (v > 0.8),
        (s > 0.3) & ((h < 0.108) | (h > 0.98)) & (v > 0.15) & (v <= 0.66), v <= 0.22, (s < 0.12) & (v > 0.84),
        (s < 0.14) & (v > 0.35) & (v < 0.8)]
    share = torch.stack([(box * alpha).sum((1, 2)) for box in boxes], 1) / alpha.sum((1, 2)).clamp_min(1e-6)[:, None]
    best, index = share.max(1)
    return torch.where(best > 0.5, index, torch.full_like(index, -1))
