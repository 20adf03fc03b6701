"""Driftwood: a bookmarks service with one database file.

HOST, PORT  where it listens (0.0.0.0, 8080)
DATABASE    the SQLite file (/var/lib/driftwood/bookmarks.db)

GET  /                 the page          POST /           add one from the page's form
GET  /api/bookmarks    all, as JSON      POST /api/bookmarks   add {"url": ..., "title": ...}
GET  /healthz          200 once the database answers
"""

import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from page import render

MAX_BODY = 64 * 1024
DATABASE = os.environ.get("DATABASE", "/var/lib/driftwood/bookmarks.db")


def connect():
    connection = sqlite3.connect(DATABASE, timeout=5)
    connection.row_factory = sqlite3.Row
    return closing(connection)


def create_table():
    with connect() as db, db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS bookmarks ("
            "id INTEGER PRIMARY KEY, url TEXT NOT NULL, title TEXT NOT NULL, added TEXT NOT NULL DEFAULT current_timestamp)"
        )


def all_bookmarks():
    with connect() as db:
        return [dict(row) for row in db.execute("SELECT id, url, title, added FROM bookmarks ORDER BY id")]


def add_bookmark(url, title):
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a bookmark's address begins with http:// or https://")
    with connect() as db, db:
        return db.execute("INSERT INTO bookmarks (url, title) VALUES (?, ?)", (url, title or url)).lastrowid


class Handler(BaseHTTPRequestHandler):
    server_version = "Driftwood"

    def do_GET(self):
        if self.path == "/":
            self.answer(200, "text/html; charset=utf-8", render(all_bookmarks()))
        elif self.path == "/api/bookmarks":
            self.answer(200, "application/json", json.dumps(all_bookmarks()))
        elif self.path == "/healthz":
            all_bookmarks()
            self.answer(200, "text/plain", "ok\n")
        else:
            self.answer(404, "text/plain", "not found\n")

    def do_POST(self):
        try:
            if self.path == "/":
                form = parse_qs(self.body())
                add_bookmark(form.get("url", [""])[0], form.get("title", [""])[0])
                self.answer(303, "text/plain", "", {"Location": "/"})
            elif self.path == "/api/bookmarks":
                sent = json.loads(self.body())
                number = add_bookmark(str(sent.get("url", "")), str(sent.get("title", "")))
                self.answer(201, "application/json", json.dumps({"id": number}))
            else:
                self.answer(404, "text/plain", "not found\n")
        except (ValueError, AttributeError) as error:
            self.answer(400, "text/plain", f"{error}\n")

    def body(self):
        length = int(self.headers.get("Content-Length", 0))
        if not 0 <= length <= MAX_BODY:
            raise ValueError("the request is too long")
        return self.rfile.read(length).decode("utf-8", "replace")

    def answer(self, status, kind, text, headers=None):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def main():
    create_table()
    server = ThreadingHTTPServer((os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080"))), Handler)
    # As pid 1 of a container nothing ends us unless we say so.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"driftwood listens on {server.server_address[0]}:{server.server_address[1]}, database {DATABASE}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
