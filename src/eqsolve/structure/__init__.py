"""Incidence, matching, blocks: what is over- or underdetermined."""

from eqsolve.structure.analyse import Block, Structure, analyse

__all__ = ["Block", "Structure", "analyse"]
