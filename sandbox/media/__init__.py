"""The sandbox's real media: generated clips and caption files."""
