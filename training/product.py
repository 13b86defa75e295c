"""A shipped model as the product uses it: the network draws a thing in the style that was asked or that the seed
chooses, or in one that is then dressed in this; rules give it even surfaces in the style's colours where the style has them, the colour that was asked and the pose that the seed chooses.

packages/engines/src/local/composing/things.ts decides the same: one colour, not in the name
of a thing ("black cat"), and a thing left without it. Two colours stay with the network. chance.ts there chooses styles,
surfaces.ts surfaces, dressing.ts dresses, pose.ts poses. Its words for kinds ("an animal") are not here: what is evaluated names things.
"""
import numpy as np
import torch

import colours
import dressing
import pose
import runtime
import surfaces


LEAST_DRAWN = 3     # styles: with fewer of its own a thing is drawn in all, or its pictures would be too alike


class Product(runtime.Shipped):
    """A folder of format rendermart-flow-latent/1 with the product's rules for styles, surfaces, colours and poses."""

    def __init__(self, folder, threads=1):
        super().__init__(folder, threads)
        table = self.vocabulary.get("colours", {})   # the pilot had none, and painted by itself
        self.colour_of = {word: colours.NAMES.index(name) for name, words in table.items() for word in [name, *words]}
        names = [self.ids_of(self.words_of(c[language])) for c in self.vocabulary.get("concepts", []) for language in ("en", "fr")]
        colour_ids = set(self.ids_of(self.colour_of))
        self.traits = None    # the table is read when it is needed first
        self.wardrobe = dressing.Wardrobe(self.vocabulary, self.words_of)
        self.coloured_names = {ids for ids in names if len(ids) > 1 and colour_ids.intersection(ids)}

    def ids_of(self, words):
        """What the vocabulary takes words for, so that "chat noirs" is "chat noir"."""
        return tuple(self.vocabulary["words"].get(word, word) for word in words)

    def split(self, prompt):
        """Text -> (text for the network, colour index or -1)."""
        words = self.words_of(prompt)
        named = {self.colour_of[word] for word in words if word in self.colour_of}
        rest = [word for word in words if word not in self.colour_of]
        ids = self.ids_of(words)
        runs = {ids[i:j] for i in range(len(ids)) for j in range(i + 2, len(ids) + 1)}
        if len(named) != 1 or runs & self.coloured_names or not any(word in self.vocabulary["words"] for word in rest):
            return prompt, -1
        return " ".join(rest), named.pop()

    def in_style(self, prompt, seed):
        """The prompt, with a style that the seed chooses if it names none: one in which somebody drew the thing, if there are some."""
        names = list(self.vocabulary.get("styles", {}))
        if not names or self.styles_of(prompt):
            return prompt
        drawn = [name for name in names if self.wardrobe.dress_of(prompt, name) is None]
        names = names if len(drawn) < LEAST_DRAWN else drawn
        scattered = (seed // len(names) + 1) * 0x9e3779b97f4a7c15 % 2 ** 64 >> 32
        return f"{names[(seed + scattered) % len(names)]} {prompt}"

    def styles_of(self, prompt):
        """The styles that a prompt names."""
        words = set(self.words_of(prompt))
        return {name for name, forms in self.vocabulary.get("styles", {}).items() if words & {name, *forms}}

    def generate(self, prompts, seed=0, chunk=16, posed=True, **options):
        """Pictures [n,4,H,W] in -1..1, premultiplied. As the network drew them, without the seed's pose, where `posed` is false."""
        rest, asked = zip(*map(self.split, prompts))
        styled = [self.in_style(prompt, seed + i) for i, prompt in enumerate(rest)]
        dresses = [self.dress_of(prompt) for prompt in styled]
        drawn = [f"{dress[1]} {self.wardrobe.without_styles(prompt)}" if dress else prompt for prompt, dress in zip(styled, dresses)]
        pictures = super().generate(drawn, seed, chunk, **options)
        for i, (prompt, dress) in enumerate(zip(styled, dresses)):
            picture = pictures[i] / 2 + 0.5
            picture = dressing.dressed(picture, dress[0], dress[2]) if dress else surfaces.in_styles(picture, self.styles_of(prompt))
            pictures[i] = picture * 2 - 1
        for i, colour in enumerate(asked):
            if colour >= 0:
                picture = torch.from_numpy(pictures[i:i + 1]) / 2 + 0.5
                pictures[i:i + 1] = (colours.recolour(picture, torch.tensor([colour])) * 2 - 1).numpy()
        return self.in_poses(pictures, rest, seed) if posed else pictures

    def dress_of(self, prompt):
        """(style, style in which it is drawn, spread of its colours) of a prompt whose thing nobody drew in the one style that it names; else None."""
        styles = self.styles_of(prompt)
        dress = self.wardrobe.dress_of(prompt, next(iter(styles))) if len(styles) == 1 else None
        return dress and (*styles, *dress)

    def in_poses(self, pictures, prompts, seed):
        """Pictures [n,4,H,W] in -1..1, each in the pose of its seed and of what its thing allows."""
        self.traits = self.traits or pose.Traits(self.vocabulary, self.words_of)
        chosen = [pose.pose_of(seed + i, self.traits.of(prompt)) for i, prompt in enumerate(prompts)]
        return np.stack([pose.apply(picture / 2 + 0.5, one) * 2 - 1 for picture, one in zip(pictures, chosen)])
