"""Word memory: what the words of a prompt look like, in each style and colour.

Each thing has a code, found by the words of its name or of another usual wording, in either
language: by all that a prompt says, or else by the longest run of its words that is one ("old
castle"). Words have codes too, which add up where a prompt holds no wording of a thing. One
linear map turns the code into six mean pictures (as latents), one per style, and one linear map
per colour paints a picture. fit() solves all of it in closed form from the training pictures,
and from imagined ones for the styles that a thing was never drawn in (imagine.py): principal
components of "all styles of one thing", ridge regression from bags of words, ridge regression
from pictures to their recolourings. Flow matching leaves it as it is: trained along, its pictures
lose in an hour of small steps what least squares gave in seconds, and the network around it has
to learn by heart what the memory knew.
"""
import torch
from torch import nn
from torch.nn import functional as F

import captions
import colours
import data
import latent

STYLES, COLOURS = len(data.STYLES), len(colours.NAMES)
PHRASES = 8704       # wordings that are known as a whole
LONGEST = 4          # words of the longest wording that is found among other words
NAMES, HINTS = 2.5, 0.5     # weights (see captions.wordings) from which on a wording is a name, or a keyword that few things share
NAME = 3             # rank of a name; such a keyword has 2, any other 1
BUCKETS, SLOTS = 16384, 4     # of the table in which wordings are looked up
ASKED = 8.0          # preference for a style that the prompt names; the others have 0
SPELT = 32           # size of a word's code before it is spelt out: words alone need not be as exact as things
PAINTED = 256        # leading latent coordinates that the colour maps change


class WordMemory(nn.Module):
    """tokens [B,T] and known [B,T] (1: counts, 0: not) -> mean pictures [B,6,L], style preferences [B,6], whether the
    pictures may be mirrored [B] (1 or 0).

    Only the leading `shown` latent coordinates are remembered; finer ones are zero, their mean.
    """

    def __init__(self, vocabulary_size, things, code, size, shown):
        super().__init__()
        self.size, self.shown = size, min(shown, size)
        self.word, self.spell = nn.Embedding(vocabulary_size, min(SPELT, code)), nn.Linear(min(SPELT, code), code, bias=False)
        self.thing, self.show = nn.Embedding(things, code), nn.Linear(code, STYLES * self.shown)
        self.painted = min(PAINTED, size)
        self.paint = nn.Linear(self.painted, COLOURS * self.painted)
        for part in (self.word, self.spell, self.thing, self.paint):
            nn.init.zeros_(part.weight)
        nn.init.zeros_(self.paint.bias)
        # A wording is recognised by the sum of random numbers of its words; styles count zero.
        self.register_buffer("number", torch.zeros(vocabulary_size, dtype=torch.long))
        self.register_buffer("phrase_sum", torch.full((PHRASES,), -1))
        self.register_buffer("phrase_thing", torch.zeros(PHRASES, dtype=torch.long))
        self.register_buffer("phrase_rank", torch.zeros(PHRASES, dtype=torch.long))
        self.register_buffer("bucket", torch.full((BUCKETS, SLOTS), PHRASES - 1, dtype=torch.int16))
        self.register_buffer("mirrored", torch.zeros(things, dtype=torch.long))
        self.register_buffer("colour_token", torch.zeros(COLOURS, dtype=torch.long))
        self.register_buffer("style_token", torch.zeros(STYLES, dtype=torch.long))

    def forward(self, tokens, known):
        whole, thing = self.find_thing(self.number[tokens] * known.long())
        named = tokens[:, :, None] == self.style_token
        asked = ASKED * (named * known[..., None]).amax(1)
        spelt = self.spell((self.word(tokens) * (known * ~named.any(2))[..., None]).sum(1))
        code = whole * self.thing(thing) + (1 - whole) * spelt
        pictures = self.show(code).view(-1, STYLES, self.shown)
        return F.pad(pictures, (0, self.size - self.shown)), asked, whole[:, 0] * self.mirrored[thing]

    def find_thing(self, number):
        """Numbers of a prompt's words [B,T] -> 1.0 where it holds a wording [B,1], and the thing that this means [B]."""
        upto = F.pad(number.cumsum(1), (1, 0))
        # All that it says; else names before keywords ("cat sleeping" is a cat), long runs before short ones, the last before others ("baby fox" is a fox).
        runs = torch.cat([upto[:, -1:], *((upto[:, k:] - upto[:, :-k]).flip(1) for k in range(min(LONGEST, number.shape[1]), 0, -1))], 1)
        slots = self.bucket[runs % BUCKETS].long()
        found = (self.phrase_sum[slots] == runs[..., None]).long()
        thing, rank = (found * self.phrase_thing[slots]).amax(2), (found * self.phrase_rank[slots]).amax(2)     # [B, runs], rank 0: nothing
        best = torch.cat([(NAME + 1) * rank[:, :1], rank[:, 1:]], 1).float().argmax(1, keepdim=True)
        return (rank.gather(1, best) > 0).float(), thing.gather(1, best)[:, 0]

    def colour(self, picture, tokens):
        """Paints pictures [B,L] in the mean of the colours that tokens [B,T] name; without one, nothing changes."""
        asked = (tokens[:, :, None] == self.colour_token).float().amax(1)
        change = self.paint(picture[:, :self.painted]).view(-1, COLOURS, self.painted)
        change = (change * (asked / asked.sum(1, keepdim=True).clamp_min(1))[..., None]).sum(1)
        return picture + F.pad(change, (0, self.size - self.painted))


def stacked_styles(table, latents):
    """Latents as drawn of each concept in all styles [C, 6, L], zero where there is none, and which there are [C, 6]."""
    concepts, seen = len(table.concepts), (table.weight > 0).nonzero()[:, 0]
    stacked, there = torch.zeros(concepts, STYLES, latents.shape[2]), torch.zeros(concepts, STYLES)
    stacked[table.concept[seen], table.style[seen]] = latents[seen, latent.AS_DRAWN].float()
    there[table.concept[seen], table.style[seen]] = 1
    return stacked, there


def all_styles(table, latents, imagined, shown):
    """The leading coordinates of each concept in all styles, drawn or imagined (see imagine.py), without each style's mean.

    Returns pictures [C,6,shown], mean [6,shown] and which were drawn [C,6].
    """
    stacked, drawn = stacked_styles(table, latents)
    stacked = stacked[:, :, :shown]
    stacked[imagined["concept"], imagined["style"]] = imagined["latents"][:, latent.AS_DRAWN, :shown].float()
    there = drawn.clone()
    there[imagined["concept"], imagined["style"]] = 1
    mean = stacked.sum(0) / there.sum(0).clamp_min(1)[:, None]
    return (stacked - mean) * there[..., None], mean, drawn


def with_offset(x, y, ridge):
    """Ridge regression of y [n,m] on x [n,d]: weights and, last, the offset [d+1,m]."""
    one = torch.cat([x, torch.ones(len(x), 1)], 1)
    return torch.linalg.solve(one.T @ one + ridge * torch.eye(one.shape[1]), one.T @ y)


def bags(vocabulary, importance):
    """Wordings of all concepts as a sparse-in-spirit matrix [R, V] of 0/1, their concepts [R] and weights [R]."""
    concept, option = (vocabulary.option_weight > 0).nonzero().T
    rows = torch.zeros(len(concept), vocabulary.size)
    rows.scatter_(1, vocabulary.options[concept, option], 1.0)
    rows[:, 0] = 0
    # Colours have maps of their own; a code would make "pink" a little heart-shaped.
    rows[:, vocabulary.colour_token] = 0
    # Squared, because a name must be right even where a keyword of many things contradicts it.
    return rows, concept, vocabulary.option_weight[concept, option].square() * importance[concept]


def fit(memory, table, latents, vocabulary, imagined, ridge=0.02):
    """Fills a WordMemory; returns the share of variance of the drawn pictures that their English names explain."""
    concepts = len(table.concepts)
    centred, mean, drawn = all_styles(table, latents, imagined, memory.shown)
    every = centred.flatten(1)
    importance = torch.zeros(concepts).scatter_reduce(0, table.concept, table.weight, "amax", include_self=True)
    size = min(memory.thing.embedding_dim, concepts - 1)
    # Rare things weigh less, but not as much less as they are drawn: they would be remembered as clouds.
    _, singular, right = torch.linalg.svd(every * importance.pow(0.25)[:, None], full_matrices=False)
    # Half-way whitening, as for the latent, so that a code's numbers are of one size.
    spread = (singular[:size] / concepts ** 0.5).clamp_min(1e-6).sqrt()
    codes = every @ right[:size].T / spread
    rows, concept, weight = bags(vocabulary, importance)
    weighted = rows * weight[:, None]
    solution = torch.linalg.solve(weighted.T @ rows + ridge * torch.eye(vocabulary.size), weighted.T @ codes[concept])
    with torch.no_grad():
        memory.thing.weight[:, :size] = codes
        left, middle, across = torch.linalg.svd(solution, full_matrices=False)
        spelt = min(memory.word.embedding_dim, size)
        memory.word.weight[:, :spelt] = left[:, :spelt] * middle[:spelt].sqrt()
        memory.spell.weight[:size, :spelt] = (across[:spelt] * middle[:spelt, None].sqrt()).T
        list_phrases(memory, vocabulary, concept, weight)
        fit_paint(memory, table, latents)
        memory.show.weight.zero_()
        memory.show.weight[:, :size] = (right[:size] * spread[:, None]).T
        memory.show.bias.copy_(mean.flatten())
        names = vocabulary.options[:, 0]    # the first wording is the English name
        guess = memory(names, captions.words_that_count(names))[0][:, :, :memory.shown] - mean
    left_over = ((guess - centred) * drawn[..., None]).square().sum()
    return 1 - float(left_over / (centred * drawn[..., None]).square().sum())


def list_phrases(memory, vocabulary, concept, weight):
    """Gives the memory the numbers of words and lists the wordings, the weightiest first, each with the thing that it means most often. concept and weight [R]: see bags."""
    memory.number.copy_(torch.randint(1, 2 ** 40, (vocabulary.size,), generator=torch.Generator().manual_seed(9)))
    # "A castle, classic" shall be a castle, not a classical building.
    memory.number[vocabulary.style_token] = 0
    memory.colour_token.copy_(vocabulary.colour_token)
    memory.style_token.copy_(vocabulary.style_token)
    memory.mirrored.copy_(vocabulary.mirrored.long())
    there = vocabulary.option_weight > 0
    words, usual = vocabulary.options[there], vocabulary.option_weight[there]
    sums, meant = (memory.number[words] * captions.words_that_count(words).long()).sum(1).tolist(), {}
    for i in weight.argsort(descending=True, stable=True).tolist():
        if sums[i]:
            meant.setdefault(sums[i], (int(concept[i]), NAME - int(usual[i] < NAMES) - int(usual[i] < HINTS)))
    file_phrases(memory, [(total, *thing) for total, thing in meant.items()])


def file_phrases(memory, phrases):
    """Fills the table of wordings with (sum of numbers, thing, rank), the weightiest first; what finds no room is left out."""
    filled = [0] * BUCKETS
    # The last place stays empty: it is what unused slots of the table point to.
    for k, (total, thing, rank) in enumerate(phrases[:PHRASES - 1]):
        place = total % BUCKETS
        if filled[place] == SLOTS:
            continue
        memory.phrase_sum[k], memory.phrase_thing[k], memory.phrase_rank[k], memory.bucket[place, filled[place]] = total, thing, rank, k
        filled[place] += 1


def fit_paint(memory, table, latents, ridge=20.0):
    """Per colour, the linear map from a picture as drawn to its change when recoloured; held-out pairs left out."""
    wide = memory.painted
    for k in range(COLOURS):
        used = ((table.weight > 0) & ~table.colour_held[:, k]).nonzero()[:, 0]
        drawn = latents[used, latent.AS_DRAWN, :wide].float()
        change = latents[used, latent.RECOLOURED + k, :wide].float() - drawn
        solution = with_offset(drawn, change, ridge)
        memory.paint.weight[k * wide:(k + 1) * wide] = solution[:wide].T
        memory.paint.bias[k * wide:(k + 1) * wide] = solution[wide]
