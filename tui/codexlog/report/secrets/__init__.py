"""Where secrets stand in a text: by their shape, by the name before them, in addresses, in key blocks.

Each module has one function that takes a text and yields spans. All of them are linear in its length: what
looks ahead is bounded, and no loop that can run far is followed by anything that may fail.
"""
