"""Https for the recorders' tablets: an authority of this box, and the certificate it gives the server."""
