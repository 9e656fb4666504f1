"""`overture elements`: what can be switched on or off in a draft (D-6)."""


def elements() -> None:
    """List the personalization elements that --on and --off take."""
    from rich.table import Table

    from overture.generation.elements import ELEMENTS

    from .text import console

    table = Table("Element", "Group", "What it puts into a message", box=None, pad_edge=False)
    for element in ELEMENTS:
        table.add_row(element.name, element.group, element.description)
    console().print(table)
