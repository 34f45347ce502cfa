"""Write equations, in any form and any order, and get numbers you can trust."""
