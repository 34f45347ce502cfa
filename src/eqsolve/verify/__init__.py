"""Do these values satisfy the equations as written? An independent witness of the search."""
