"""The noise of src/noise.ts, in Python, so that a reference and the library draw from the same numbers."""

from statistics import NormalDist

import numpy as np


def philox4x32(counter, key):
    """Philox4x32-10 (Salmon et al., SC 2011): four random 32-bit words for a counter and a key."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        product0, product1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (product1 >> 32) ^ c1 ^ k0, product1 & 0xFFFFFFFF, (product0 >> 32) ^ c3 ^ k1, product0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def normal_noise(seed, length, stream=0):
    """`length` standard normal float32 numbers of a seed and a stream."""
    key = (seed & 0xFFFFFFFF, seed >> 32)
    words = [w for block in range((length + 3) // 4) for w in philox4x32((block, stream, 0, 0), key)]
    inverse = NormalDist().inv_cdf
    return np.array([inverse((w + 0.5) / 2**32) for w in words[:length]], dtype=np.float32)
