"""The print shop: plain values in, bytes out."""
