"""The catalogues of texts, and how they are made: `make catalogues`."""
