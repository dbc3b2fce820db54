"""LiteRT-LM files (`.litertlm`): what their header and metadata say, read and checked without native code."""
