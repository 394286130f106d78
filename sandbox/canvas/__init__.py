"""The sandbox Canvas."""
