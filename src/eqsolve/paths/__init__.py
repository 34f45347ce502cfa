"""All complex solutions of a system of polynomials, at the ends of paths from a system whose solutions are known."""
