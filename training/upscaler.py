"""The upscaler's network: twice the edge, premultiplied RGBA in and out.

A fixed bicubic enlargement, written as a convolution, plus what a small residual network
finds to be missing (residual learning as in VDSR, Kim et al., 1511.04587; enlargement at
the very end by pixel shuffle as in ESPCN, Shi et al., 1609.05158). Outside of training,
what differs from Lanczos by less than one step of an 8-bit picture is taken for noise of
the network: soft surfaces then come out as Lanczos has them. Four times is twice two times.
"""
import torch
from torch import nn
from torch.nn import functional as F

CHANNELS = 4               # premultiplied red, green, blue, and alpha
SCALE = 2
NOISE = 1 / 255            # of a 0..1 channel: smaller differences from Lanczos are dropped, larger ones moved towards it by as much


def cubic(distance):
    """Catmull-Rom's cubic at distances in pixels (Keys, 1981, a = -1/2)."""
    d = distance.abs()
    near, far = 1.5 * d ** 3 - 2.5 * d ** 2 + 1, -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2
    return torch.where(d < 1, near, torch.where(d < 2, far, torch.zeros_like(d)))


def lanczos(distance):
    """Lanczos' windowed sinc with three lobes at distances in pixels (Duchon, 1979)."""
    return torch.where(distance.abs() < 3, torch.sinc(distance) * torch.sinc(distance / 3), torch.zeros_like(distance))


def doubling_kernels(curve, support):
    """[16,1,n,n]: for each channel the four phases of a doubling by a curve, in pixel shuffle's order; n = 2 support + 1."""
    taps = torch.arange(-float(support), support + 1)
    # The two children of a pixel lie a quarter of a pixel before and behind its centre.
    phases = [curve(taps - shift) for shift in (-0.25, 0.25)]
    phases = [phase / phase.sum() for phase in phases]
    kernels = [torch.outer(down, across) for down in phases for across in phases]
    return torch.stack(kernels)[:, None].repeat(CHANNELS, 1, 1, 1)


class Upscaler(nn.Module):
    """rgba [B,4,H,W] in 0..1, premultiplied -> rgba [B,4,2H,2W], not clamped.

    Convolutions fill with zeros at the border: give `reach` more pixels on each side than
    are wanted and crop twice as many of the answer, then no border and no tile is seen.
    """

    def __init__(self, width=32, blocks=4):
        super().__init__()
        self.config = dict(width=width, blocks=blocks)
        self.head = nn.Conv2d(CHANNELS, width, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1)) for _ in range(blocks))
        self.tail = nn.Conv2d(width, CHANNELS * SCALE ** 2, 3, padding=1)
        # The answer starts as the plain bicubic picture: every step from there is a gain.
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)
        for block in self.blocks:
            nn.init.normal_(block[2].weight, std=1e-3)
        self.register_buffer("base", doubling_kernels(cubic, 2), persistent=False)
        self.register_buffer("plain", doubling_kernels(lanczos, 3), persistent=False)

    @property
    def reach(self):
        """How many source pixels away from a pixel still matter to it."""
        return 2 + 2 * len(self.blocks)

    def forward(self, rgba):
        features = F.relu(self.head(rgba))
        for block in self.blocks:
            features = features + block(features)
        missing = self.tail(features)
        # In bfloat16 a bright pixel is only known to one step in 256: the picture itself stays in full precision.
        with torch.autocast(rgba.device.type, enabled=False):
            enlarged = F.conv2d(rgba, self.base, padding=2, groups=CHANNELS) + missing.to(rgba.dtype)
            # Not in training: what is dropped has no gradient, and the first answers of a network are all small.
            if not self.training:
                plain = F.conv2d(rgba, self.plain, padding=3, groups=CHANNELS)
                enlarged = plain + F.softshrink(enlarged - plain, NOISE)
            return F.pixel_shuffle(enlarged, SCALE)


def enlarge(network, picture, times=1):
    """picture [4,H,W] 0..1 premultiplied -> [4, 2^times H, 2^times W], clamped to valid premultiplied colours."""
    with torch.no_grad():
        for _ in range(times):
            reach = network.reach
            wide = F.pad(picture[None], (reach,) * 4, mode="replicate")
            painted = network(wide)[0][:, SCALE * reach:-SCALE * reach, SCALE * reach:-SCALE * reach]
            alpha = painted[3:].clamp(0, 1)
            picture = torch.cat([torch.minimum(painted[:3].clamp_min(0), alpha), alpha])
    return picture
