"""The figures of gradients.json, by PyTorch's own gradients in double: python3 gradients.py >gradients.json (made with PyTorch 1.13.1).

Numbers that a model starts with are drawn by a rule that the test draws them by too; the file holds losses and gradients alone.
"""
import json
import math

import numpy
import torch
from torch.nn import functional

ITEMS, WIDTH, LENGTH, ROWS, NEGATIVES = 13, 8, 5, 3, 8
HISTORY = [[-1, -1, 3, 7, 2], [0, 5, 5, 12, 9], [-1, -1, -1, -1, 11]]
NEGATIVE = [4, 7, 1, 9, 12, 4, 0, 6]
LIKELY = [-1.5, -2, -3, -1, -2.5, -1.5, -2, -1.25]


class Draw:
    """Uniform numbers up to `scale` either side of 0, as float32, told by a tensor's name."""

    def __init__(self):
        self.drawn = {}

    def __call__(self, name, *shape, scale=0.5):
        values = numpy.empty(math.prod(shape), numpy.float32)
        state = 0
        for letter in name.encode():
            state = (state * 31 + letter) & 0xFFFFFFFF
        for i in range(values.size):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            values[i] = (state / 2**31 - 1) * scale
        tensor = torch.tensor(values.astype(numpy.float64).reshape(shape), requires_grad=True)
        self.drawn[name] = tensor
        return tensor

    def linear(self, name, x, start, end):
        return x @ self(f"{name}.weight", start, end) + self(f"{name}.bias", end)

    def norm(self, name, x):
        return functional.layer_norm(x, (WIDTH,), self(f"{name}.weight", WIDTH), self(f"{name}.bias", WIDTH), 1e-5)


def attention(draw, x, mask):
    """A block of SASRec with two heads, norms before what they norm."""
    x = x * math.sqrt(WIDTH) + draw("positions", LENGTH, WIDTH)
    normed = draw.norm("norm", x)
    split = lambda name: draw.linear(name, normed, WIDTH, WIDTH).reshape(ROWS, LENGTH, 2, WIDTH // 2).transpose(1, 2)
    query, key, value = split("query"), split("key"), split("value")
    hidden = torch.triu(torch.full((LENGTH, LENGTH), -1e9, dtype=torch.float64), 1) + (mask - 1).reshape(ROWS, 1, 1, LENGTH) * 1e9
    seen = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(WIDTH / 2) + hidden, -1) @ value
    x = x + draw.linear("out", seen.transpose(1, 2).reshape(ROWS, LENGTH, WIDTH), WIDTH, WIDTH)
    x = x + draw.linear("outer", torch.relu(draw.linear("inner", draw.norm("second", x), WIDTH, 16)), 16, WIDTH)
    return draw.norm("last", x)


def reordered(tensor, order):
    """Gates of ONNX in PyTorch's order: [gates · width, …]."""
    parts = tensor.reshape(len(order), WIDTH, *tensor.shape[1:])
    return torch.cat([parts[gate] for gate in order])


def recurrent(draw, x, mask):
    """A GRU, an LSTM over its states, and a linear layer on the last one."""
    for name, gates, order, cell in (("gru", 3, (1, 0, 2), torch.gru), ("lstm", 4, (0, 2, 3, 1), torch.lstm)):
        w, r, b = draw(f"{name}.w", 1, gates * WIDTH, WIDTH), draw(f"{name}.r", 1, gates * WIDTH, WIDTH), draw(f"{name}.b", 1, 2 * gates * WIDTH)
        half = gates * WIDTH
        weights = [reordered(each, order) for each in (w[0], r[0], b[0, :half], b[0, half:])]
        start = torch.zeros(1, ROWS, WIDTH, dtype=torch.float64)
        x = cell(x, start if name == "gru" else (start, start), weights, True, 1, 0.0, False, False, True)[0]
    return draw.linear("out", x[:, -1], WIDTH, WIDTH)


def pooled(draw, x, mask):
    """Two layers with GELU on the mean of a history, made as long as 4."""
    mean = x.sum(1) / mask.sum(1, keepdim=True)
    y = draw.linear("outer", functional.gelu(draw.linear("inner", mean, WIDTH, 16)), 16, WIDTH)
    return 4 * y / y.norm(dim=1, keepdim=True)


def loss_of(kind, own, scores, there):
    if kind == "bpr":
        return (-functional.logsigmoid(own[:, None] - scores) * there).sum(1) / there.sum(1)
    return torch.logsumexp(torch.cat([own[:, None], scores.masked_fill(there == 0, -math.inf)], 1), 1) - own


def figures(model, kind, vector, target, weight, corrected):
    draw = Draw()
    table = draw("table", ITEMS, WIDTH, scale=1)
    history, mask = torch.tensor(HISTORY), (torch.tensor(HISTORY) >= 0).double()
    x = table[history.clamp(min=0)] * mask[:, :, None]
    h = model(draw, x, mask).reshape(-1, WIDTH)[torch.tensor(vector)]
    target, negative, likely = torch.tensor(target), torch.tensor(NEGATIVE), torch.tensor(LIKELY, dtype=torch.float64)
    scores = h @ table[negative].T - (likely if corrected else 0)
    loss = (loss_of(kind, (h * table[target]).sum(1), scores, (negative != target[:, None]).double()) * torch.tensor(weight)).sum()
    loss.backward()
    said = lambda tensor: [float(f"{value:.7g}") for value in tensor.grad.flatten().tolist()]
    return {"loss": loss.item(), "gradients": {name: said(tensor) for name, tensor in draw.drawn.items()}}


print(
    json.dumps(
        {
            "attention": figures(attention, "softmax", [2, 3, 4, 5, 6, 7, 8, 9, 14], [7, 2, 4, 5, 5, 12, 9, 1, 0], [1, 0.5, 2, 0.25, 1, 1, 0.5, 1, 0.75], False),
            "recurrent": figures(recurrent, "bpr", [0, 1, 2, 2], [4, 1, 8, 10], [1, 0.5, 2, 0.25], False),
            "pooled": figures(pooled, "softmax", [0, 1, 2, 1], [4, 1, 8, 7], [1, 0.5, 2, 0.25], True),
        },
        separators=(",", ":"),
    )
)
