"""PyTorch eager on two threads: the workloads `convnets`, `data`, `dtypes` and `passes`, under the names of bench/src. Prints one JSON line per measurement.

    npm run bench:docs -- --peer "PyTorch=python bench/peers/pytorch.py" --only convnets,data
"""
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(2)
torch.manual_seed(0)


def report(name, seconds, **more):
    ms = sorted(1e3 * s for s in seconds)
    line = {"name": name, "median_ms": round(ms[len(ms) // 2], 4), "min_ms": round(ms[0], 4)}
    print(json.dumps(line | {k: f(line["median_ms"]) for k, f in more.items()}), flush=True)


def conv(i, o, k, stride=1, pad=0):
    return nn.Sequential(nn.Conv2d(i, o, k, stride, pad), nn.ReLU())


def classifier(*units):
    layers = [nn.Flatten()]
    for i, o in zip(units, units[1:]):
        layers += [nn.Linear(i, o), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def alexnet():
    return nn.Sequential(
        conv(3, 64, 11, 4, 2), nn.MaxPool2d(3, 2), conv(64, 192, 5, 1, 2), nn.MaxPool2d(3, 2), conv(192, 384, 3, 1, 1),
        conv(384, 256, 3, 1, 1), conv(256, 256, 3, 1, 1), nn.MaxPool2d(3, 2), classifier(256 * 36, 4096, 4096, 1000))


def overfeat():
    return nn.Sequential(
        conv(3, 96, 11, 4), nn.MaxPool2d(2), conv(96, 256, 5), nn.MaxPool2d(2), conv(256, 512, 3, 1, 1), conv(512, 1024, 3, 1, 1),
        conv(1024, 1024, 3, 1, 1), nn.MaxPool2d(2), classifier(1024 * 36, 3072, 4096, 1000))


def vgga():
    layers, i = [], 3
    for group in ([64], [128], [256, 256], [512, 512], [512, 512]):
        for o in group:
            layers.append(conv(i, o, 3, 1, 1))
            i = o
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, classifier(512 * 49, 4096, 4096, 1000))


class Inception(nn.Module):
    def __init__(self, i, o1, p3, o3, p5, o5, pool):
        super().__init__()
        self.branches = nn.ModuleList([
            conv(i, o1, 1), nn.Sequential(conv(i, p3, 1), conv(p3, o3, 3, 1, 1)), nn.Sequential(conv(i, p5, 1), conv(p5, o5, 5, 1, 2)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(i, pool, 1))])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def googlenet():
    def pool():
        return nn.MaxPool2d(3, 2, 1)
    return nn.Sequential(
        conv(3, 64, 7, 2, 3), pool(), conv(64, 64, 1), conv(64, 192, 3, 1, 1), pool(),
        Inception(192, 64, 96, 128, 16, 32, 32), Inception(256, 128, 128, 192, 32, 96, 64), pool(),
        Inception(480, 192, 96, 208, 16, 48, 64), Inception(512, 160, 112, 224, 24, 64, 64),
        Inception(512, 128, 128, 256, 24, 64, 64), Inception(512, 112, 144, 288, 32, 64, 64),
        Inception(528, 256, 160, 320, 32, 128, 128), pool(),
        Inception(832, 256, 160, 320, 32, 128, 128), Inception(832, 384, 192, 384, 48, 128, 128),
        nn.AvgPool2d(7, 1), nn.Flatten(), nn.Linear(1024, 1000), nn.ReLU())


def convnets(batch=8, warmups=2, runs=5):
    for name, make, size in (("alexnet", alexnet, 224), ("overfeat", overfeat, 231), ("vgga", vgga, 224), ("googlenet", googlenet, 224)):
        model, x, times = make(), torch.rand(batch, 3, size, size), []
        for _ in range(warmups + runs):
            model.zero_grad()
            start = time.perf_counter()
            y = model(x)
            middle = time.perf_counter()
            y.backward(y.detach())
            times.append((middle - start, time.perf_counter() - middle))
        times = times[warmups:]
        for part, seconds in (("forward", [f for f, _ in times]), ("backward", [b for _, b in times]), ("total", [f + b for f, b in times])):
            report(f"convnet {name} b{batch} {part}", seconds)


def data(examples=10_000, batch=100, runs=5):
    """DataLoader in the process itself, as SerialIterator is."""
    x, t = torch.rand(examples, 784), torch.randint(0, 10, (examples,))

    class Scaled(torch.utils.data.Dataset):
        def __len__(self):
            return examples

        def __getitem__(self, i):
            return x[i] * 2 - 1, t[i]

    for name, source in (("SerialIterator + concatExamples", torch.utils.data.TensorDataset(x, t)),
                         ("TransformDataset + SerialIterator + concatExamples", Scaled())):
        times = []
        for _ in range(1 + runs):
            start = time.perf_counter()
            seen = sum(len(b) for b, _ in torch.utils.data.DataLoader(source, batch, shuffle=True))
            times.append(time.perf_counter() - start)
            assert seen == examples
        report(f"data {name} b{batch}", times[1:], samples_per_s=lambda ms: round(1e3 * examples / ms))


def steady(name, step):
    """Samples of a few milliseconds, as bench/src/roofline/time.ts takes them."""
    begin, warm = time.perf_counter(), 0
    while warm == 0 or time.perf_counter() - begin < 0.04:
        step()
        warm += 1
    repetitions = max(1, math.ceil(0.004 / ((time.perf_counter() - begin) / warm)))
    times = []
    for _ in range(11):
        start = time.perf_counter()
        for _ in range(repetitions):
            step()
        times.append((time.perf_counter() - start) / repetitions)
    report(name, times)


def dtypes():
    types = ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool"]

    def numbers(t, low):
        x = torch.randint(low, low + 9, (1000, 1000))
        return x > low + 4 if t == "bool" else x.to(getattr(torch, t))

    for t in types:
        a, b, mask = numbers(t, 0), numbers(t, 1), numbers("bool", 0)
        row, image = b[0].clone(), a.view(10, 100, 20, 50)
        steps = {
            "a + b": lambda: a + b, "a * b": lambda: a * b, "a + row": lambda: a + row, "a > b": lambda: a > b, "a == b": lambda: a == b,
            "where": lambda: torch.where(mask, a, b), "maximum": lambda: torch.maximum(a, b),
            "strided a + b": lambda: a[:, ::2] + b[:, ::2], "a + bᵀ": lambda: a + b.T, "copy": lambda: a.clone(),
            "transpose": lambda: a.T.contiguous(),
            "N,C,H,W to N,H,W,C": lambda: image.permute(0, 2, 3, 1).contiguous(),
            "N,H,W,C to N,C,H,W": lambda: image.permute(0, 3, 1, 2).contiguous(),
            "sum of all": lambda: a.sum(), "sum over axis 0": lambda: a.sum(0), "sum over axis 1": lambda: a.sum(1),
            "sum over axes 0, 2, 3": lambda: image.sum((0, 2, 3)), "sum over axis 1 of 4": lambda: image.sum(1),
            "max of all": lambda: a.max(), "max over axis 0": lambda: a.amax(0), "max over axis 1": lambda: a.amax(1),
            "product over axis 1": lambda: a.prod(1)}
        if t != "bool":
            steps |= {"argmax over axis 0": lambda: a.argmax(0), "argmax over axis 1": lambda: a.argmax(1)}
        if "float" in t:
            steps |= {
                "a / b": lambda: a / b, "tanh": lambda: a.tanh(), "exp": lambda: a.exp(), "mean over axis 0": lambda: a.mean(0),
                "mean over axis 1": lambda: a.mean(1), "variance over axis 0": lambda: a.var(0, correction=0),
                "variance over axis 1": lambda: a.var(1, correction=0)}
        elif t != "bool":
            steps |= {"a // b": lambda: a // b, "a % b": lambda: a % b}
        for other in types:
            if other != t:
                steps[f"to {other}"] = lambda to=getattr(torch, other): a.to(to)
        for name, step in steps.items():
            steady(f"dtypes {t} {name}", step)


def passes():
    def both(name, x, f):
        x = x.requires_grad_()
        ones = torch.ones_like(f(x))

        def step():
            x.grad = None
            f(x).backward(ones)

        steady(f"passes {name}", step)

    rows, images = torch.rand(2048, 1024), torch.rand(16, 64, 32, 32)
    gamma, beta, scale, shift = (torch.rand(n, requires_grad=True) for n in (1024, 1024, 64, 64))
    both("layer normalization 2048×1024", rows, lambda x: F.layer_norm(x, (1024,), gamma, beta))
    both("group normalization 16×64×32×32 in 8", images, lambda x: F.group_norm(x, 8, scale, shift))
    both("softmax 2048×1024", rows, lambda x: F.softmax(x, 1))
    both("dropout 2048×1024", rows, lambda x: F.dropout(x))
    for words in (10_000, 50_000):
        t = torch.randint(0, words, (128,))
        both(f"softmax cross entropy 128×{words}", torch.rand(128, words), lambda x: F.cross_entropy(x, t))

    gates, c = torch.rand(128, 4096, requires_grad=True), torch.rand(128, 1024, requires_grad=True)

    def cell():
        gates.grad = c.grad = None
        a, i, f, o = gates.chunk(4, 1)
        n = a.tanh() * i.sigmoid() + c * f.sigmoid()
        (n + o.sigmoid() * n.tanh()).backward(c.detach())

    steady("passes LSTM cell 128×1024, products apart", cell)
    params = [torch.rand(1000, 1000) for _ in range(4)]
    for p in params:
        p.grad = torch.rand(1000, 1000)
    steady("passes gradient clipping, 4e6", lambda: nn.utils.clip_grad_norm_(params, 1))
    ids = torch.randint(0, 50_000, (1024,))
    for name, sparse, make in (
            ("SGD", True, lambda p: torch.optim.SGD(p, lr=0.01)), ("MomentumSGD", False, lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
            ("MomentumSGD lazy", True, lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)), ("Adam", False, torch.optim.Adam),
            ("Adam lazy", True, torch.optim.SparseAdam)):
        table = nn.Embedding(50_000, 128, sparse=sparse)
        optimizer = make(list(table.parameters()))

        def step():
            optimizer.zero_grad()
            table(ids).sum().backward()
            optimizer.step()

        steady(f"passes embedding 1024 of 50000×128, {name}", step)


known = {"convnets": convnets, "data": data, "dtypes": dtypes, "passes": passes}
for workload in sys.argv[1:]:
    if workload in known:
        known[workload]()
