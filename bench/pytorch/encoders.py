"""The encoders that are timed, layer by layer as `dim inspect --presets` describes them."""
from torch import nn
from torch.nn import functional as F


def conv(inputs, outputs, kernel, stride, padding, relu=True):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if relu else []))


def fully_connected(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.ReLU(inplace=True))


class Convolutional(nn.Module):
    """Convolutions, the second of which gives the local feature map, then fully connected layers."""

    size, channels = (32, 32), 3

    def __init__(self, widths, kernel, hidden):
        super().__init__()
        pairs = list(zip((self.channels, *widths), widths))
        layers = [conv(inputs, outputs, kernel, 2, 1) for inputs, outputs in pairs]
        self.local, self.rest = nn.Sequential(*layers[:2]), nn.Sequential(*layers[2:])
        self.fc, self.embedding = fully_connected(16 * widths[-1], hidden), nn.Linear(hidden, 64)
        self.cell = widths[1]

    def forward(self, images):
        features = self.local(images)
        return features, self.embedding(self.fc(self.rest(features).flatten(1)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv(inputs, outputs, 3, stride, 1)
        self.second = conv(outputs, outputs, 3, 1, 1, relu=False)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride) if stride > 1 or inputs != outputs else nn.Identity()

    def forward(self, images):
        first = self.first(images)
        return first, F.relu(self.second(first) + self.shortcut(images))


class ResNet8(nn.Module):
    """Its local feature map is the first convolution of the last block."""

    size, channels, cell = (32, 32), 3, 64

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 16, 3, 1, 1)
        self.blocks = nn.ModuleList([Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2)])
        self.embedding = nn.Linear(64, 64)

    def forward(self, images):
        images = self.stem(images)
        for block in self.blocks:
            features, images = block(images)
        return features, self.embedding(images.mean((2, 3)))


class Edge32(nn.Module):
    """Two sums behind a convolution each; its local feature map is the last one, whose mean the embedding is computed of."""

    size, channels = (32, 32), 3

    def __init__(self, first=32, second=64, cell=224):
        super().__init__()
        self.cell = cell
        self.stem, self.path1 = conv(3, first, 3, 2, 1), conv(first, first, 3, 1, 1, relu=False)
        self.down, self.path2 = conv(first, second, 3, 2, 1), conv(second, second, 3, 1, 1, relu=False)
        self.local, self.embedding = conv(second, cell, 1, 1, 0), nn.Linear(cell, 64)

    def forward(self, images):
        images = self.stem(images)
        images = self.down(F.relu(self.path1(images) + images))
        features = self.local(F.relu(self.path2(images) + images))
        return features, self.embedding(features.mean((2, 3)))


def depthwise(channels, stride):
    layers = [nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False), nn.BatchNorm2d(channels)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True))


class Edge28Small(nn.Module):
    """Depthwise separable convolutions down to ten channels."""

    size, channels, cell = (28, 28), 1, 48

    def __init__(self):
        super().__init__()
        self.local = nn.Sequential(conv(1, 16, 3, 2, 1), conv(16, 32, 3, 2, 1), depthwise(32, 1), conv(32, 48, 1, 1, 0))
        self.rest = nn.Sequential(depthwise(48, 2), conv(48, 60, 1, 1, 0), conv(60, 10, 1, 1, 0))
        self.embedding = nn.Linear(160, 64)

    def forward(self, images):
        features = self.local(images)
        return features, self.embedding(self.rest(features).flatten(1))


class Imu128(nn.Module):
    """Convolutions over time; its local feature map is the second of them."""

    size, channels, cell = (128, 1), 6, 48

    def __init__(self):
        super().__init__()
        self.local = nn.Sequential(conv(6, 32, (5, 1), (2, 1), (2, 0)), conv(32, 48, (5, 1), (2, 1), (2, 0)))
        self.rest = nn.Sequential(conv(48, 64, (3, 1), (2, 1), (1, 0)), conv(64, 96, 1, 1, 0))
        self.embedding = nn.Linear(96, 64)

    def forward(self, images):
        features = self.local(images)
        return features, self.embedding(self.rest(features).mean((2, 3)))


ENCODERS = {
    "imu128": Imu128,
    "edge28-s": Edge28Small,
    "edge32": Edge32,
    "edge32-s": lambda: Edge32(24, 48, 160),
    "conv32": lambda: Convolutional((64, 128, 256), 4, 1024),
    "edge32-fc": lambda: Convolutional((32, 64, 128), 3, 128),
    "resnet8": ResNet8,
}
