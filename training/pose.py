"""The pose of a thing, which the seed chooses: mirrored or not, a slight tilt, slightly other proportions.

The same rule as packages/engines/src/local/composing/pose.ts, its table included; record_pose.py writes the table, and
the reference that both are held against.
"""
import json
from pathlib import Path

import numpy as np

import naming

TRAITS = ("mirror", "tilt", "stretch")
TABLE = Path(__file__).resolve().parent.parent / "packages/engines/src/local/composing/pose-traits.json"
SIDES = {"left", "right", "gauche", "droite"}
VISIBLE_ALPHA = 24    # of 255
MARGIN = 2            # pixels around a thing that was moved, at least


def scatter(seed):
    """A whole number from a seed; Fibonacci hashing, as chance.ts has it."""
    return (seed + 1) * 0x9e3779b97f4a7c15 % 2 ** 64 >> 32


def pose_of(seed, traits):
    """(mirrored, degrees clockwise, percent wider and lower): of four seeds in a row one is as it was drawn, and none is like another."""
    scattered = scatter(seed)
    tilt, lean, stretch = 6 + scattered % 4, 3 + scattered // 4 % 2, 3 + scattered // 8 % 4
    mirrored, degrees, percent = [(True, lean, -stretch), (False, 0, 0), (True, -tilt, 0), (False, tilt, stretch)][seed % 4]
    return mirrored and "mirror" in traits, degrees if "tilt" in traits else 0, percent if "stretch" in traits else 0


class Traits:
    """What may be done to the things of a vocabulary."""

    def __init__(self, vocabulary, words_of):
        table = json.loads(TABLE.read_text(encoding="utf-8"))
        listed = {part: {entry: frozenset(traits.split()) for traits, entries in table[part].items() for entry in entries.split("|")} for part in table}
        self.vocabulary, self.words_of = vocabulary, words_of
        self.attributes = {w for part in ("colours", "styles") for key, words in vocabulary.get(part, {}).items() for w in [key, *words]}
        self.names = {}
        for concept in vocabulary.get("concepts", []):
            for language in ("en", "fr"):
                ids = self.ids_of(concept[language])
                own = listed["names"].get(concept["en"], frozenset())
                self.names[ids] = self.names.get(ids, own) & own
        self.words = {vocabulary["words"][word]: traits for word, traits in listed["words"].items() if word in vocabulary["words"]}

    def ids_of(self, text):
        """The ids of the words of a text that name things."""
        ids = self.vocabulary["words"]
        return tuple(ids[word] for word in self.words_of(text) if word in ids and word not in self.attributes)

    def of(self, text):
        """The traits of the longest name in a text; without a name, those that all its words share."""
        ids = self.ids_of(text)
        named = next((self.names[run] for run in naming.runs_of(ids) if run in self.names), None)
        if named is None:
            found = [self.words[i] for i in ids if i in self.words]
            named = frozenset.intersection(*found) if found else frozenset()
        return named - {"mirror"} if SIDES & set(self.words_of(text)) else named


def cubic(at):
    """Weights [4, ...] of the pixels at -1, 0, 1 and 2 for a place between 0 and 1; Catmull-Rom."""
    return np.stack([((2 - at) * at - 1) * at / 2, ((3 * at - 5) * at * at + 2) / 2, ((4 - 3 * at) * at + 1) * at / 2, (at - 1) * at * at / 2])


def placement(alpha, pose):
    """(centre of the thing, its centre afterwards, matrix) of the step from a picture to the posed one; None where nothing is seen."""
    mirrored, degrees, percent = pose
    height, width = alpha.shape
    seen = np.rint(alpha * 255) >= VISIBLE_ALPHA
    rows = np.flatnonzero(seen.any(1))
    if len(rows) == 0:
        return None
    first, last = seen[rows].argmax(1), width - seen[rows][:, ::-1].argmax(1)
    corners = np.array([(x, y + below) for y, start, end in zip(rows, first, last) for x in (start, end) for below in (0, 1)], np.float64)
    centre = np.array([(first.min() + last.max()) / 2, (rows[0] + rows[-1] + 1) / 2])
    turn, sx, sy = np.deg2rad(degrees), (1 + percent / 100) * (-1 if mirrored else 1), 1 - percent / 100
    matrix = np.array([[np.cos(turn) * sx, -np.sin(turn) * sy], [np.sin(turn) * sx, np.cos(turn) * sy]])
    reached = (corners - centre) @ matrix.T
    low, high = reached.min(0), reached.max(0)
    target = np.array([width - centre[0] if mirrored else centre[0], centre[1]])
    size = np.array([width, height])
    own = min(*corners.min(0), *(size - corners.max(0)))
    room = np.maximum(1, np.minimum(target, size - target) - max(MARGIN, own / 2))
    fit = min(1, *(room / ((high - low) / 2)))
    return centre, target - fit * (low + high) / 2, matrix * fit


def apply(picture, pose):
    """A picture [4,H,W] in 0..1, premultiplied, in a pose; in one step, and never outside the frame."""
    mirrored, degrees, percent = pose
    if degrees == 0 and percent == 0:
        return picture[:, :, ::-1].copy() if mirrored else picture
    placed = placement(picture[3], pose)
    if placed is None:
        return picture
    return moved(picture, *placed)


def moved(picture, centre, target, matrix):
    """A picture [4,H,W] in 0..1, premultiplied, whose point `centre` (x, y) comes to `target` and what is around it follows by a matrix [2,2]; the same shape, sampled once."""
    _, height, width = picture.shape
    y, x = np.mgrid[0:height, 0:width] + 0.5
    back = np.linalg.inv(matrix)
    from_x = back[0, 0] * (x - target[0]) + back[0, 1] * (y - target[1]) + centre[0] - 0.5
    from_y = back[1, 0] * (x - target[0]) + back[1, 1] * (y - target[1]) + centre[1] - 0.5
    left, top = np.floor(from_x), np.floor(from_y)
    across, down = cubic(from_x - left), cubic(from_y - top)
    padded = np.pad(picture.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    made = np.zeros(picture.shape)
    for i in range(4):
        for j in range(4):
            row, column = np.clip(top + i, 0, height + 1).astype(int), np.clip(left + j, 0, width + 1).astype(int)
            made += down[i] * across[j] * padded[:, row, column]
    alpha = made[3].clip(0, 1)
    colour = np.where(alpha > 0, made[:3] / np.maximum(made[3], 1e-6), 0).clip(0, 1)
    return np.concatenate([colour * alpha, alpha[None]]).astype(np.float32)
