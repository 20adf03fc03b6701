"""The one page of Driftwood."""

from html import escape

STYLE = """
body { font: 17px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #233; background: #f6f3ec; }
h1 { font-weight: 600; } li { margin: .3rem 0; } small { color: #789; }
form { display: grid; gap: .5rem; margin-top: 2rem; } input, button { font: inherit; padding: .4rem .6rem; }
"""


def render(bookmarks):
    items = "\n".join(
        f'<li><a href="{escape(b["url"])}">{escape(b["title"])}</a> <small>{escape(b["added"])}</small></li>' for b in bookmarks
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Driftwood</title><style>{STYLE}</style></head>
<body><h1>Driftwood</h1>
<ul>{items or "<li>Nothing washed ashore yet.</li>"}</ul>
<form method="post"><input name="url" type="url" placeholder="https://" required>
<input name="title" placeholder="Title"><button>Keep it</button></form>
</body></html>
"""
