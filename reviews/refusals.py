"""Refusals: what the product will not do, said in a sentence for the person.

Each rule's own exception lives beside the function that raises it and inherits from here.
"""


class Refusal(Exception):
    """Raised by domain code; ``str(error)`` is a plain sentence shown to the user.

    One that always says the same gives it as ``sentence``; one that names something says it in
    its own ``__init__``.
    """

    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class ChangedMeanwhile(Refusal):
    """Somebody else saved the same thing after this person opened it."""

    sentence = (
        "Somebody else changed this while you were writing. "
        "Your words are kept below. Compare them with the saved ones, then save again."
    )
