"""Words: the vocabulary in English and French, and captions of training pictures as tokens.

A prompt is a bag of words: lower case, accents removed, split on anything but a-z and 0-9,
stop words dropped, looked up, cut to MAX_TOKENS. Several words may share one token:
translations of colours and styles, plurals, and one-word names in both languages
("fox", "renard"), so that French learns from every English caption and the reverse.
"""
import json
import re
import unicodedata
from pathlib import Path

import torch

import colours
import data
from synonyms import COLOUR_WORDS, PREFERRED, STYLE_WORDS

PAD, UNKNOWN, EMPTY, FIRST_WORD = 0, 1, 2, 3
MAX_TOKENS = 12
NAME_TOKENS = 10      # places for the name; one more for a colour and one for a style
OPTIONS = 24          # different wordings kept per concept
VAGUE = 0.2           # weight of a wording below which it means any of several things
KEYWORD_OF = 8        # things that a vague word stands for, at most
STOP_WORDS = sorted("a an and avec d dans de des du en et in l la le les of style the un une with s on at "
                    "sur au aux qui to from for is are picture image drawing photo dessine moi draw me please".split())
MIRRORED_SHARE = 0.3  # how often a thing that may face either side is drawn mirrored
MIRRORED = ("animal", "food", "plant", "transport-", "place-build", "drink", "cat-face", "monkey", "clothing", "sport", "person-fantasy")


def split_words(text):
    """Text -> normalised words without stop words."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("’", " ").lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [w for w in re.split("[^a-z0-9]+", plain) if w and w not in STOP_WORDS]


def words_that_count(tokens):
    """[B,T] -> 1.0 where a word counts. Padding, unknown words and repeats do not, so no unknown word can change a picture."""
    earlier = (tokens[:, :, None] == tokens[:, None, :]).long().tril(-1).amax(-1)
    return (tokens >= FIRST_WORD).float() * (1 - earlier.float())


def names_of(concept, language):
    """The words of the concept's name."""
    return split_words(concept["names"].get(language) or "")


def make_aliases(concepts):
    """word -> word whose token it shares."""
    aliases = {}
    for table in (COLOUR_WORDS, STYLE_WORDS):
        for head, words in table.items():
            aliases.update({w: head for w in words if w != head})
    english = {}
    for concept in concepts:
        for word in names_of(concept, "en"):
            english[word] = english.get(word, 0) + 1
    claimed = {}
    for concept in concepts:
        en, fr = names_of(concept, "en"), names_of(concept, "fr")
        if len(en) == 1 and len(fr) == 1:
            claimed.setdefault(fr[0], set()).add(en[0])
    for fr, heads in claimed.items():
        if len(heads) == 1 and fr not in english and fr not in aliases:
            aliases[fr] = heads.pop()
    return aliases


def plural(word):
    """Regular plurals of an English or French word."""
    if word.endswith(("eau", "eu")):
        return [word + "x"]
    if word.endswith(("s", "x", "ch", "sh")):
        return [word + "es"]
    return [word + "s", word[:-1] + "ies"] if word.endswith("y") else [word + "s"]


def wordings(concept, rarity):
    """[(weight, words)] for one concept. rarity: how many concepts carry a tag, by (language, tag)."""
    found = [(6.0, names_of(concept, "en")), (3.0, names_of(concept, "fr"))]
    for phrase in PREFERRED.get(concept["names"]["en"], []):
        found.append((2.5, split_words(phrase)))
    for language, weight in (("en", 1.0), ("fr", 0.6)):
        tags = concept["tags"].get(language) or []
        for tag in tags:
            count = rarity[language, tag]
            # A tag that few concepts share is a synonym; one that many share ("face") means any of them.
            if count <= 12:
                found.append((weight * (0.8 if count <= 2 else 0.15), split_words(tag)))
            elif count <= 60:
                found.append((weight * 0.04, split_words(tag)))
    unique = {}
    for weight, words in found:
        if words:
            key = tuple(words[:NAME_TOKENS])
            unique[key] = unique.get(key, 0) + weight
    return sorted(((w, k) for k, w in unique.items()), reverse=True)[:OPTIONS]


class Vocabulary:
    """Words of all concepts of a prepared folder and the wordings of each concept.

    options int [C, OPTIONS, NAME_TOKENS] padded; option_weight float [C, OPTIONS].
    """

    def __init__(self, concepts):
        rarity = {}
        for concept in concepts:
            for language in ("en", "fr"):
                for tag in concept["tags"].get(language) or []:
                    rarity[language, tag] = rarity.get((language, tag), 0) + 1
        per_concept = [wordings(concept, rarity) for concept in concepts]
        aliases = make_aliases(concepts)
        words = sorted({w for rows in per_concept for _, phrase in rows for w in phrase} | set(aliases) | set(aliases.values())
                       | set(colours.NAMES) | set(STYLE_WORDS))
        heads = [w for w in words if aliases.get(w, w) == w]
        self.token = {w: i + FIRST_WORD for i, w in enumerate(heads)}
        self.size = FIRST_WORD + len(heads)
        for word in words:
            self.token[word] = self.token[aliases.get(word, word)]
        for word in list(words):
            for form in plural(word) if len(word) > 2 and not word[-1].isdigit() else []:
                self.token.setdefault(form, self.token[word])
        self.colour_token = torch.tensor([self.token[name] for name in colours.NAMES])
        self.style_token = torch.tensor([self.token[name] for name in STYLE_WORDS])
        self.options = torch.zeros(len(concepts), OPTIONS, NAME_TOKENS, dtype=torch.long)
        self.option_weight = torch.zeros(len(concepts), OPTIONS)
        for c, rows in enumerate(per_concept):
            for k, (weight, phrase) in enumerate(rows):
                self.options[c, k, :len(phrase)] = torch.tensor([self.token[w] for w in phrase])
                self.option_weight[c, k] = weight
        self.mirrored = torch.tensor([c["subgroup"].startswith(MIRRORED) and "transport-sign" not in c["subgroup"] for c in concepts])

    def to(self, device):
        """The vocabulary with its tables on a device, in place."""
        for name in ("colour_token", "style_token", "options", "option_weight", "mirrored"):
            setattr(self, name, getattr(self, name).to(device))
        return self

    def encode(self, prompts):
        """List of texts -> int64 [n, MAX_TOKENS]; an empty prompt is [EMPTY, PAD, ...]."""
        out = torch.full((len(prompts), MAX_TOKENS), PAD)
        for i, prompt in enumerate(prompts):
            found = [self.token.get(w, UNKNOWN) for w in split_words(prompt)][:MAX_TOKENS] or [EMPTY]
            out[i, :len(found)] = torch.tensor(found)
        return out

    def draw_names(self, concept, generator):
        """Random wording of each concept [n] -> int64 [n, NAME_TOKENS]."""
        choice = torch.multinomial(self.option_weight[concept], 1, generator=generator)[:, 0]
        names = self.options[concept, choice]
        # Long names lose a word now and then, because people do not type them whole.
        long = (names > 0).sum(1) >= 3
        lost = (torch.rand(names.shape, generator=generator, device=names.device) < 0.12) & long[:, None]
        return names.masked_fill(lost, PAD)

    def keywords(self, concepts):
        """Words that are no thing's own, each with concepts: those whose names are about it ("box": bento box), those that it is a keyword of, those whose names hold it. {word: [indices]}."""
        attributes = {self.token[w] for w in (*COLOUR_WORDS, *STYLE_WORDS)}
        own = {tuple(self.token[w] for w in names_of(c, language)) for c in concepts for language in ("en", "fr")}
        about, in_wordings, clear = {}, {}, set()
        for i, concept in enumerate(concepts):
            # English ends with what a thing is, French begins with it.
            for language, place in (("en", -1), ("fr", 0)):
                if name := names_of(concept, language):
                    about.setdefault(self.token[name[place]], []).append(i)
            for k in (self.option_weight[i] > 0).nonzero()[:, 0].tolist():
                phrase = [t for t in self.options[i, k].tolist() if t != PAD]
                if len(phrase) == 1 and float(self.option_weight[i, k]) >= VAGUE:
                    clear.add(phrase[0])
                for token in phrase:
                    in_wordings.setdefault(token, []).append((len(phrase), i))
        heads = {}
        for word, token in self.token.items():
            heads.setdefault(token, word)
        vague = (set(about) | set(in_wordings)) - attributes - clear - {name[0] for name in own if len(name) == 1}
        things = {token: about.get(token, []) + [i for _, i in sorted(in_wordings.get(token, []))] for token in sorted(vague)}
        return {heads[token]: list(dict.fromkeys(found))[:KEYWORD_OF] for token, found in things.items()}

    def save(self, path, concepts):
        """Writes vocabulary.json for the runtime: words, stop words, emoji characters, suggestions."""
        emoji = {c["char"]: c["names"]["en"] for c in concepts if c.get("char")}
        emoji.update({c["char"].replace("\ufe0f", ""): c["names"]["en"] for c in concepts if c.get("char")})
        listed = [{"en": c["names"]["en"], "fr": c["names"].get("fr", ""), "char": c.get("char", "")} for c in concepts]
        Path(path).write_text(json.dumps({
            "maxTokens": MAX_TOKENS, "pad": PAD, "unknown": UNKNOWN, "empty": EMPTY, "stopWords": STOP_WORDS,
            "words": dict(sorted(self.token.items())), "emoji": emoji, "concepts": listed, "keywords": self.keywords(concepts),
            "colours": COLOUR_WORDS, "styles": STYLE_WORDS}, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def load_vocabulary(folder):
    """The vocabulary of a prepared folder; deterministic, so nothing needs storing."""
    return Vocabulary(json.loads((Path(folder) / "concepts.json").read_text()))


assert list(STYLE_WORDS) == ["3d", "flat", "cartoon", "icon", "blob", "sticker"] and len(STYLE_WORDS) == len(data.STYLES)
