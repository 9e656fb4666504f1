"""Write into README and docs what their Python and their commands print now; `tests/test_readme.py` compares them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pages import PAGES, outputs

for page in PAGES:
    text = old = page.read_text(encoding="utf-8")
    for output in reversed(list(outputs(old))):
        if not output.is_right:
            assert output.start >= 0, f"{page.name}: a block prints and shows nothing:\n{output.printed}"
            text = text[: output.start] + output.printed.rstrip("\n") + "\n" + text[output.end :]
    if text != old:
        page.write_text(text, encoding="utf-8")
        print(f"refreshed {page.name}")
