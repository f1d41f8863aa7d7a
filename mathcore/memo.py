"""Trainings kept on disk under a digest of everything that decides their outcome."""

import hashlib
import io
import json
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from mathcore import training
from mathcore.costs import COSTS
from mathcore.network import Network, check_examples
from mathcore.training import History
from mathcore.validation import FloatArray, as_count, as_number, one_of, read_only

_MEASURED = ("cost", "accuracy", "layer_speeds", "validation_accuracy")
_SUM = hashlib.sha256().digest_size


def train_memoized(  # noqa: PLR0913 - the settings of a training are many; all but three by name
    net: Network,
    X: ArrayLike,  # noqa: N803 - the design matrix
    Y: ArrayLike,  # noqa: N803 - the target matrix
    *,
    cache_dir: str | os.PathLike[str],
    epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: int,
    cost: str = "cross_entropy",
    validation: tuple[ArrayLike, ArrayLike] | None = None,
) -> History:
    """Return what `mathcore.train` returns, from disk if the same training was done before.

    The same training is one with the same examples, starting network, settings and seed, done by
    the same source code of this package with the same version of NumPy. A damaged file is
    computed anew and replaced. Files are replaced atomically, so processes may share a directory.

    Parameters
    ----------
    net, X, Y, epochs, batch_size, learning_rate, cost, validation
        As for `mathcore.train`.
    cache_dir : path
        Directory of the files, created if missing.
    rng : int
        Seed of the shuffles. A generator is refused, because a result from disk could not
        advance it.

    Returns
    -------
    History
        As from `mathcore.train`, to the last bit.

    Raises
    ------
    ValueError
        As `mathcore.train`, or if `rng` is no integer of at least 0.
    OSError
        If the directory cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> net = Network.random((1, 1), rng=0)
    >>> settings = dict(epochs=2, batch_size=1, learning_rate=0.1, rng=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     runs = [
    ...         train_memoized(net, [[1.0]], [[0.0]], cache_dir=folder, **settings)
    ...         for _ in range(2)
    ...     ]
    >>> bool((runs[0].cost == runs[1].cost).all())
    True
    """
    seed = as_count("rng", rng, minimum=0)
    examples = [*check_examples(net, X, Y)]
    if validation is not None:
        examples += check_examples(net, *validation)
    settings = {
        "activation": net.activation,
        "batch_size": as_count("batch_size", batch_size),
        "cost": one_of("cost", cost, COSTS),
        "epochs": as_count("epochs", epochs, minimum=0),
        "learning_rate": as_number("learning_rate", learning_rate),
        "rng": seed,
    }
    path = Path(cache_dir) / f"{_digest(settings, [*net.weights, *net.biases, *examples])}.npz"
    stored = _load(path, net)
    if stored is not None:
        return stored
    history = training.train(
        net,
        X,
        Y,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        rng=seed,
        cost=cost,
        validation=validation,
    )
    _save(path, history)
    return history


def _digest(settings: dict[str, object], arrays: list[FloatArray]) -> str:
    digest = hashlib.sha256(np.__version__.encode())
    digest.update(_source())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _source() -> bytes:
    """Return the source of the package: of all of it, since a list of modules would go stale."""
    return b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))


def _load(path: Path, net: Network) -> History | None:
    """Return the history in `path`; None if there is no such file or it is damaged.

    A file ends with a digest of all that comes before it. The checksums of the archive would not
    do: they do not cover the shapes of its arrays.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None
    archive, checksum = content[:-_SUM], content[-_SUM:]
    if hashlib.sha256(archive).digest() != checksum:
        return None
    with np.load(io.BytesIO(archive), allow_pickle=False) as file:
        layers = range(len(net.weights))
        weights = [file[f"weights_{i}"] for i in layers]
        biases = [file[f"biases_{i}"] for i in layers]
        measured = [read_only(file[name]) for name in _MEASURED]
    return History(Network(weights, biases, net.activation), *measured)


def _save(path: Path, history: History) -> None:
    arrays = {name: getattr(history, name) for name in _MEASURED}
    arrays |= {f"weights_{i}": w for i, w in enumerate(history.network.weights)}
    arrays |= {f"biases_{i}": b for i, b in enumerate(history.network.biases)}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    archive = buffer.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(archive + hashlib.sha256(archive).digest())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
