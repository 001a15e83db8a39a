#!/usr/bin/env python3
"""Write the PyTorch files that trainer/tests/torch imports, with PyTorch's own results beside them.

    make_torch_files.py FOLDER

Needs PyTorch (Debian's python3-torch). The files are committed, so that the tests need none. NAME.images holds raw
pixels, image after image in [height, width, channels] order; NAME.taps holds for each image, as little-endian float32 in
PyTorch's [channels, height, width] order, what the encoder makes of (pixel - 128) / 128: the local feature map, the last
convolution, the last hidden vector and the embedding.

    edge28-dw.pth       state_dict of a plain nn.Sequential: the preset edge28-dw, with a depthwise separable encoder
    tiny-checkpoint.pth encoder and critic under "state_dict", with epoch, arguments and an optimizer; convolutions have a
                        bias, and a fully connected layer follows a map of 3x3
    tiny-module.pth     the same encoder as a whole module, pickled by protocol 4
    tiny-legacy.pth     the same encoder's state_dict in float64, in the container of PyTorch before 1.6
    tiny-half.pth       the same encoder in float16
"""
import argparse, pathlib, sys

import torch
from torch import nn

IMAGES = 3


class Layer(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class Tiny(nn.Module):
    """For images of 12x12x3."""

    def __init__(self):
        super().__init__()
        self.first = Layer(3, 8)
        self.second = Layer(8, 16)
        self.hidden = nn.Sequential(nn.Linear(16 * 3 * 3, 24, bias=False), nn.BatchNorm1d(24), nn.ReLU())
        self.y = nn.Linear(24, 8)

    def forward(self, x):
        feature_map = self.first(x)
        conv = self.second(feature_map)
        fc = self.hidden(conv.flatten(1))
        return feature_map, conv, fc, self.y(fc)


class Sequential(nn.Sequential):
    """Gives what some of its modules make as well."""

    taps = ()

    def forward(self, x):
        outputs = []
        for index, module in enumerate(self):
            x = module(x)
            outputs.append(x)
        return tuple(outputs[index] for index in self.taps)


def edge28_depthwise():
    modules, channels = [], 1

    def add(outputs, kernel, stride, padding, groups=1):
        nonlocal channels
        conv = nn.Conv2d(channels, outputs, kernel, stride, padding, groups=groups, bias=False)
        modules.extend([conv, nn.BatchNorm2d(outputs), nn.ReLU()])
        channels = outputs

    def separable(outputs, stride):
        add(channels, 3, stride, 1, groups=channels)
        add(outputs, 1, 1, 0)

    add(16, 3, 2, 1)
    separable(32, 1)
    separable(64, 2)
    feature_map = len(modules) - 1
    separable(128, 2)
    conv = len(modules) - 1
    modules.extend([nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 64)])
    net = Sequential(*modules)
    net.taps = (feature_map, conv, conv + 2, len(modules) - 1)
    return net


def as_if_trained(net):
    """Numbers that no initialization gives, so that none can be left out unnoticed."""
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.1, 0.5)
    return net.eval()


@torch.no_grad()
def write_results(folder, name, net, height, width, channels):
    images = torch.randint(0, 256, (IMAGES, height, width, channels), dtype=torch.uint8)
    (folder / f"{name}.images").write_bytes(images.numpy().tobytes())
    taps = net((images.permute(0, 3, 1, 2).float() - 128) / 128)
    rows = torch.cat([tap.flatten(1) for tap in taps], 1)
    (folder / f"{name}.taps").write_bytes(rows.numpy().astype("<f4").tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    net = as_if_trained(edge28_depthwise())
    torch.save(net.state_dict(), folder / "edge28-dw.pth")
    write_results(folder, "edge28-dw", net, 28, 28, 1)

    net = as_if_trained(Tiny())
    write_results(folder, "tiny", net, 12, 12, 3)
    both = nn.ModuleDict({"encoder": net, "critic": nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16))})
    optimizer = torch.optim.Adam(both["critic"].parameters())
    both["critic"](torch.rand(4, 8)).sum().backward()
    optimizer.step()
    arguments = argparse.Namespace(batch_size=64, lr=1e-4, data=pathlib.PurePosixPath("data"))
    state = {"epoch": 7, "args": arguments, "state_dict": both.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, folder / "tiny-checkpoint.pth")
    torch.save(net, folder / "tiny-module.pth", pickle_protocol=4)
    torch.save(net.double().state_dict(), folder / "tiny-legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(net.half().state_dict(), folder / "tiny-half.pth")


if __name__ == "__main__":
    sys.exit(main())
