"""Folders for what the benchmarks start."""

from __future__ import annotations

from pathlib import Path


def models_folder(root: Path) -> Path:
    """Where the embedding model lies that all of them share; made if absent."""
    return made(root / "models")


def data_folder(root: Path, name: str) -> Path:
    """A data folder that shares the embedding model with the others; made if absent, kept otherwise."""
    data, models = made(root / name), models_folder(root)
    if not (data / "models").exists():
        (data / "models").symlink_to(models.resolve(), target_is_directory=True)
    return data


def made(folder: Path) -> Path:
    """A folder that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder
