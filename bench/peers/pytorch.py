"""PyTorch eager on two threads: the workloads `convnets` and `data`, under the names of bench/src. Prints one JSON line per measurement.

    npm run bench:docs -- --peer "PyTorch=python bench/peers/pytorch.py" --only convnets,data
"""
import json
import sys
import time

import torch
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


def convnets(batch=8, runs=3):
    for name, make, size in (("alexnet", alexnet, 224), ("overfeat", overfeat, 231), ("vgga", vgga, 224), ("googlenet", googlenet, 224)):
        model, x, times = make(), torch.rand(batch, 3, size, size), []
        for _ in range(1 + runs):
            model.zero_grad()
            start = time.perf_counter()
            y = model(x)
            middle = time.perf_counter()
            y.backward(y.detach())
            times.append((middle - start, time.perf_counter() - middle))
        times = times[1:]
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


known = {"convnets": convnets, "data": data}
for workload in sys.argv[1:]:
    if workload in known:
        known[workload]()
