"""Runs a shipped model folder with onnxruntime and numpy alone, as the product does.

Used by the evaluation and by the contact sheet, so that what is measured is what ships.
"""
import json
import re
import unicodedata
from pathlib import Path

import numpy as np
import onnxruntime


class Shipped:
    """A folder of format rendermart-flow-latent/1, ready to draw."""

    def __init__(self, folder, threads=1):
        folder = Path(folder)
        path = folder / "manifest.json"
        self.manifest = json.loads(path.read_text()) if path.exists() else PILOT_MANIFEST
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = lambda name: onnxruntime.InferenceSession(str(folder / self.manifest["files"][name]), options, providers=["CPUExecutionProvider"])
        self.denoiser, self.decoder = session("denoiser"), session("decoder")
        self.vocabulary = json.loads((folder / self.manifest["files"]["vocabulary"]).read_text())

    def words_of(self, prompt):
        """The words of a text that count."""
        plain = unicodedata.normalize("NFD", prompt.replace("œ", "oe").replace("’", " ").lower())
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        return [w for w in re.split("[^a-z0-9]+", plain) if w and w not in self.vocabulary["stopWords"]]

    def tokens(self, prompts):
        """List of texts -> int64 [n, maxTokens]."""
        words, longest = self.vocabulary["words"], self.vocabulary["maxTokens"]
        out = np.full((len(prompts), longest), self.vocabulary["pad"], np.int64)
        for i, prompt in enumerate(prompts):
            found = [words.get(w, self.vocabulary["unknown"]) for w in self.words_of(prompt)][:longest] or [self.vocabulary["empty"]]
            out[i, :len(found)] = found
        return out

    def predict(self, z, now, tokens):
        """One evaluation: predicted latents [n, L]."""
        return self.denoiser.run(["x"], {"z": z, "t": np.full(len(z), now, np.float32), "tokens": tokens})[0]

    def guided(self, z, now, tokens, against, weight, usual, negative):
        """One guided prediction; packages/diffusion/src/sampler.ts explains the formulas for folded guidance."""
        folded = self.manifest["sampling"]["guidance"].get("folded", False)
        if folded and weight == usual and not negative:
            return self.predict(z, now, tokens)
        both = self.predict(np.concatenate([z, z]), now, np.concatenate([tokens, against]))
        found, other = both[:len(z)], both[len(z):]
        if folded and negative:
            return found + (weight - 1) / usual * (found - other)
        return other + weight / (usual if folded else 1) * (found - other)

    def sample(self, prompts, seed, steps=None, guidance=None, negatives=None):
        """Latents [n, L]; picture i starts from noise of seed + i."""
        sampling = self.manifest["sampling"]
        steps, guidance = steps or sampling["defaultSteps"], sampling["guidance"]["default"] if guidance is None else guidance
        if negatives:
            guidance = max(guidance, sampling["guidance"].get("negative", guidance))
        late, late_from = sampling["guidance"]["lateScale"], sampling["guidance"]["lateFrom"]
        size, count = self.manifest["latent"]["size"], len(prompts)
        z = np.stack([np.random.default_rng(seed + i).standard_normal(size) for i in range(count)]).astype(np.float32) * sampling.get("temperature", 1)
        tokens, against = self.tokens(prompts), self.tokens(negatives or [""] * count)
        times = self.times(steps)
        for now, after in zip(times[:-1], times[1:]):
            usual = sampling["guidance"]["default"] if now < late_from else late
            x = self.guided(z, now, tokens, against, guidance if now < late_from else min(guidance, late), usual, bool(negatives))
            z = x if after >= 1 else (z + (after - now) * (x - z) / (1 - now)).astype(np.float32)
        return z

    def times(self, steps):
        """When evaluations take place, and the end: schedule.ts says why."""
        first, last = self.manifest["sampling"].get("between", (1 / steps, 1 - 1 / steps))
        return [0, *(np.linspace(first, last, steps - 1) if steps != 2 else [(first + last) / 2]), 1]

    def generate(self, prompts, seed=0, chunk=16, **options):
        """Pictures [n,4,H,W] in -1..1, premultiplied."""
        parts = []
        for start in range(0, len(prompts), chunk):
            part = {k: v[start:start + chunk] if k == "negatives" and v else v for k, v in options.items()}
            parts.append(self.paint(self.sample(prompts[start:start + chunk], seed + start, **part), prompts[start:start + chunk]))
        return np.concatenate(parts)

    def paint(self, x, prompts):
        """Latents [n, L] of prompts -> pictures [n,4,H,W]. A decoder may want the words, for the style."""
        wanted = {"x": x, "tokens": self.tokens(prompts)}
        return self.decoder.run(["rgba"], {port.name: wanted[port.name] for port in self.decoder.get_inputs()})[0]


# The first pilot was shipped before there were manifests.
PILOT_MANIFEST = {
    "id": "pilot", "files": {"denoiser": "denoiser.onnx", "decoder": "decoder.onnx", "vocabulary": "vocabulary.json"}, "latent": {"size": 768},
    "sampling": {"defaultSteps": 16, "guidance": {"default": 2.5, "lateScale": 1.45, "lateFrom": 0.6}},
}
