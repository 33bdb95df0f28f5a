"""Events on their way: what waits in the queue, who sends it when, how it is signed and posted,
what interferes.
"""
