"""Fit from Python: columns in a mapping, estimates with their errors, predictions, a function for torch.

Source: Bates and Watts, Nonlinear Regression Analysis and Its Applications, Puromycin, treated cells.
"""

# prints: Vmax = 212.7 ± 6.9
# prints: Km = 0.0641 ± 0.0083
# prints: half = 188.5 ± 4.4
# prints: at 0.3: 175.2 ± 3.7
# prints: slope at 0.3: 102.9

import torch

import eqsolve

puromycin = {
    "s": [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.10, 1.10],
    "v": [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200],
}

# `~` is to hold as well as it can, in every row; `=` defines what follows from the parameters.
result = eqsolve.fit("v ~ Vmax*s/(Km + s)", "half = Vmax*0.5/(Km + 0.5)", data=puromycin)
vmax, km, half = (*result.fit.parameters.values(), *result.fit.derived.values())
print(f"Vmax = {vmax.value:.1f} ± {vmax.stderr:.1f}")
print(f"Km = {km.value:.4f} ± {km.stderr:.4f}")
print(f"half = {half.value:.1f} ± {half.stderr:.1f}")

# The model at other points, with the error of the curve there.
there = result.predict(s=[0.3])
print(f"at 0.3: {there.value[0]:.1f} ± {there.stderr[0]:.1f}")

# The model as a function of torch tensors, differentiable.
s = torch.tensor([0.3], requires_grad=True)
result.torch_function()(s=s).sum().backward()
print(f"slope at 0.3: {s.grad.item():.1f}")
