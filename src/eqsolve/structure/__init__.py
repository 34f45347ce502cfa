"""Incidence, matching, blocks: what is over- or underdetermined."""

from eqsolve.structure.analyse import Block, Imbalance, Structure, analyse, imbalance

__all__ = ["Block", "Imbalance", "Structure", "analyse", "imbalance"]
