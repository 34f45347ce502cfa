"""Fits: what is to hold as well as it can, by least squares over the rows of data."""
