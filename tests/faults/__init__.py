"""The fault matrix: everything that can go wrong with every call that the product makes outwards (decision 0027)."""
