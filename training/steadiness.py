"""How often a sample of a prompt is another picture than the prompt's other samples.

A thing in a style is one drawing, whatever the seed. A sample that strays from it is another
thing or a mixture, which no mean of many pictures shows: one is enough to spoil four.
"""
import numpy as np

SEEDS = 8
STRAY = 0.5     # of the size of the prompt's own latent; two samples of one drawing are 0.1 apart


def strays(shipped, prompts, steps=None):
    """The share, in percent, of eight samples of each prompt that are further from the median of the eight than STRAY."""
    samples = np.stack([np.concatenate([shipped.sample(prompts[i:i + 64], 1000 * seed + i, steps) for i in range(0, len(prompts), 64)]) for seed in range(SEEDS)])
    own = np.median(samples, 0)
    apart = np.sqrt(((samples - own) ** 2).mean(-1)) / np.sqrt((own ** 2).mean(-1))
    return round(100 * float((apart > STRAY).mean()), 2)
