"""How a request is read, let in, judged and answered."""
