"""Events on their way: the queue, who sends it when, signing, posting, and what interferes."""
