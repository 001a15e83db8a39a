"""One training step of Deep InfoMax in PyTorch: augmentation, encoder, critic, estimator, prior and Adam."""
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


def training_step(settings):
    """Return a function that makes one step on the images of 16 batches, which are drawn here."""
    torch.manual_seed(0)
    batch, units, views = settings.batch, settings.units, settings.views
    encoder = ENCODERS[settings.preset]()
    critics = nn.ModuleList([Branch(encoder.cell, units), Branch(64, units)])
    networks = nn.ModuleList([encoder, critics])
    judge = nn.Sequential(nn.Linear(64, 1000), nn.ReLU(), nn.Linear(1000, 200), nn.ReLU(), nn.Linear(200, 1))
    if settings.channels_last:
        networks = networks.to(memory_format=torch.channels_last)
    adam = lambda module: torch.optim.Adam(module.parameters(), lr=1e-4, betas=(0.5, 0.999))
    optimizer, judge_optimizer = adam(networks), adam(judge)
    pixels = torch.randint(0, 256, (16 * batch, encoder.channels, encoder.size, encoder.size), dtype=torch.uint8)
    estimate = {"jsd": jensen_shannon, "infonce": info_nce}[settings.estimator]
    scale = units**-0.5 if settings.scaled else 1.0

    def views_of(images):
        images = (images.float() - 128) / 128
        return images if views == 1 else torch.cat([crop_flip(images), crop_flip(images)])

    def step():
        images = views_of(pixels[torch.randint(0, len(pixels), (batch,))])
        if settings.channels_last:
            images = images.to(memory_format=torch.channels_last)
        features, embedding = encoder(images)
        loss = 0
        for own_features, own_embedding in zip(reversed(features.chunk(views)), embedding.chunk(views)):
            cells = own_features.permute(0, 2, 3, 1).reshape(-1, encoder.cell)
            own = torch.eye(batch).repeat_interleave(len(cells) // batch, dim=1)
            scores = critics[1](own_embedding) * scale @ critics[0](cells).t()
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
        return loss.item()

    return step
