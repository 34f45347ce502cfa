"""What methods of plain descent share: the gradient of the cost ½‖r‖² by autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from eqsolve.numeric.residual import Residual


def gradient(residual: Residual, x: Tensor) -> Tensor:
    """Return the gradient of ½‖r‖² at x by backpropagation through `residual.r`; both of shape [n, batch].

    One backward pass serves all lanes: the sum of their costs has each lane's gradient in its own column.
    """
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        r = residual.r(x)
        if not r.requires_grad:  # no equation depends on any unknown
            return torch.zeros_like(x)
        return torch.autograd.grad(0.5 * r.square().sum(), x)[0]
