"""One training step of Deep InfoMax in PyTorch: augmentation, encoder, critic, estimator, prior and Adam."""
import contextlib

import torch
from torch import nn
from torch.nn import functional as F

from encoders import ENCODERS


class Branch(nn.Module):
    """One side of the encode-and-dot critic of the authors' code."""

    def __init__(self, inputs, units):
        super().__init__()
        self.hidden, self.norm = nn.Linear(inputs, units, bias=False), nn.BatchNorm1d(units)
        self.output, self.shortcut = nn.Linear(units, units), nn.Linear(inputs, units, bias=False)
        self.output_norm = nn.LayerNorm(units)

    def forward(self, rows):
        return self.output_norm(self.output(F.relu(self.norm(self.hidden(rows)))) + self.shortcut(rows))


def jensen_shannon(scores, own):
    softplus = F.softplus(scores)
    positive = ((softplus - scores) * own).sum() / own.sum()
    return positive + (softplus * (1 - own)).sum() / (own.numel() - own.sum())


def info_nce(scores, own):
    negatives = torch.logsumexp(scores.masked_fill(own.bool(), -torch.inf), 1, keepdim=True)
    positives = scores[own.bool()].view(len(scores), -1)
    return (torch.logaddexp(positives, negatives) - positives).mean()


def crop_flip(images):
    """Each image framed with 4 real zeros, cropped at random and mirrored half of the time."""
    count, size = images.shape[0], images.shape[-1]
    framed = F.pad(images, (4, 4, 4, 4))
    [rows, columns] = torch.randint(0, 9, (2, count, 1)) + torch.arange(size)
    mirrored = torch.rand(count, 1) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns)
    picked = framed[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return picked.permute(0, 3, 1, 2)


def signal(windows):
    """Each window shifted in time, every channel scaled, with noise, and a span of time hidden, in half of the windows a channel."""
    count, channels, length, _ = windows.shape
    reach = length // 8
    places = torch.randint(-reach, reach + 1, (count, 1)) + torch.arange(length)
    moved = windows[torch.arange(count)[:, None], :, places.clamp(0, length - 1)].transpose(1, 2)
    factors, deviation = 0.8 + 0.4 * torch.rand(count, channels, 1, 1), torch.rand(count, 1, 1, 1) * 4 / 128
    moved = moved * factors + deviation * torch.randn(count, channels, length, 1)
    span, begin = torch.rand(count, 1) * length / 5, torch.rand(count, 1) * length * 4 / 5
    time = torch.arange(length)
    hidden = ((time >= begin) & (time < begin + span))[:, None, :, None]
    channel = (torch.arange(channels) == torch.randint(0, channels, (count, 1))) & (torch.rand(count, 1) < 0.5)
    return moved.masked_fill(hidden | channel[:, :, None, None], 0.0)


def training_step(settings):
    """Return a function that makes one step, on the default device, on the images of 16 batches, which are drawn here.

    With precision bf16, encoder and critics compute in it where PyTorch's automatic casts say so."""
    torch.manual_seed(0)
    narrowed = getattr(settings, "precision", "f32") == "bf16"
    device = torch.get_default_device().type
    casts = lambda: torch.autocast(device, torch.bfloat16) if narrowed else contextlib.nullcontext()
    batch, units, views = settings.batch, settings.units, settings.views
    encoder = ENCODERS[settings.preset]()
    critics = nn.ModuleList([Branch(encoder.cell, units), Branch(64, units)])
    networks = nn.ModuleList([encoder, critics])
    judge = nn.Sequential(nn.Linear(64, 1000), nn.ReLU(), nn.Linear(1000, 200), nn.ReLU(), nn.Linear(200, 1))
    if settings.channels_last:
        networks = networks.to(memory_format=torch.channels_last)
    adam = lambda module: torch.optim.Adam(module.parameters(), lr=1e-4, betas=(0.5, 0.999))
    optimizer, judge_optimizer = adam(networks), adam(judge)
    pixels = torch.randint(0, 256, (16 * batch, encoder.channels, *encoder.size), dtype=torch.uint8)
    view = signal if settings.augmentation == "signal" else crop_flip
    estimate = {"jsd": jensen_shannon, "infonce": info_nce}[settings.estimator]
    scale = units**-0.5 if settings.scaled else 1.0

    def views_of(images):
        images = (images.float() - 128) / 128
        return images if views == 1 else torch.cat([view(images), view(images)])

    def step():
        images = views_of(pixels[torch.randint(0, len(pixels), (batch,))])
        if settings.channels_last:
            images = images.to(memory_format=torch.channels_last)
        with casts():
            features, embedding = encoder(images)
        embedding, loss = embedding.float(), 0
        for own_features, own_embedding in zip(reversed(features.chunk(views)), embedding.chunk(views)):
            cells = own_features.permute(0, 2, 3, 1).reshape(-1, encoder.cell)
            own = torch.eye(batch).repeat_interleave(len(cells) // batch, dim=1)
            with casts():
                scores = critics[1](own_embedding) * scale @ critics[0](cells).t()
            scores = scores.float()
            loss = loss + estimate(scores, own) / views
        if settings.gamma > 0:
            judge.requires_grad_(False)
            loss = loss + settings.gamma * F.softplus(-judge(torch.sigmoid(embedding))).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if settings.gamma > 0:
            judge.requires_grad_(True)
            real, fake = judge(torch.rand(batch * views, 64)), judge(torch.sigmoid(embedding.detach()))
            judgement = F.softplus(-real).mean() + F.softplus(fake).mean()
            judge_optimizer.zero_grad(set_to_none=True)
            judgement.backward()
            judge_optimizer.step()
        return loss

    return step
