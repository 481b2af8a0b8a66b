#!/usr/bin/env python3
"""Makes the dumps beside it: a small store as each step of the tables left it.

usage: make.py src/store/schema.cpp SUKI_DB OUT_DIR [STEP ...]

The tables are made by the very statements of the schema, up to the step; the rows are those of SUKI_DB (a data folder's
database with a plan, somebody of the staff and a few mails, one with a file), as far as the tables of that step had room
for them. A dump is made once, when the next step is added, and never again: it stands for folders that are out there.
"""
import re
import sqlite3
import subprocess
import sys

schema, source, out = sys.argv[1:4]
numbers = [int(n) for n in sys.argv[4:]]


def steps():
    """(number, [SQL before the step's function, SQL behind it])"""
    text = open(schema, encoding="utf-8").read()
    text = text[text.index("const Migration all[]"):]
    for at in re.finditer(r'\{(\d+), R"sql\((.*?)\)sql"(?:,\s*\w+, R"sql\((.*?)\)sql")?\}', text, re.S):
        yield int(at[1]), [at[2], at[3] or ""]


def columns(db, name):
    return [row[1] for row in db.execute(f'pragma table_info("{name}")')]


def fill(db, step):
    """Rows for which the columns have the same names, and what had other ones."""
    db.execute("attach ? as given", (source,))
    names = [n for (n,) in db.execute("select name from main.sqlite_master where type = 'table'")]
    there = {n for (n,) in db.execute("select name from given.sqlite_master where type = 'table'")}
    for name in names:
        if name not in there or name in ("migrations", "attachments") or (name == "tallies" and step < 14):
            continue
        given = [row[1] for row in db.execute(f'pragma given.table_info("{name}")')]
        both = ", ".join(c for c in columns(db, name) if c in given)
        if name == "accounts" and step < 12:
            db.execute(f"insert into accounts ({both}, manager) select {both}, role > 0 from given.accounts")
            continue
        db.execute(f"delete from main.{name}")
        db.execute(f"insert into main.{name} ({both}) select {both} from given.{name}")
    if step < 15:
        both = ", ".join(c for c in columns(db, "attachments") if c != "bytes")
        db.execute(f"insert into attachments ({both}, bytes) select {both}, (select bytes from given.blobs b where "
                   "b.digest = a.digest) from given.attachments a")
    else:
        both = ", ".join(columns(db, "attachments"))
        db.execute(f"insert into attachments ({both}) select {both} from given.attachments")
    if step < 16:
        db.execute("delete from counters where name in ('audit', 'invite')")
        db.execute("delete from settings where name like 'audit%'")
    db.commit()
    if step >= 14:
        db.execute("create virtual table search_index using fts5 (subject, who, body, content='', tokenize='ascii')")
        for part in ("data", "idx", "docsize", "config"):
            db.execute(f"delete from main.search_index_{part}")
            db.execute(f"insert into main.search_index_{part} select * from given.search_index_{part}")
        db.commit()
    db.execute("detach given")


for number in numbers:
    path = f"{out}/step-{number:02}.db"
    db = sqlite3.connect(path)
    db.execute("create table migrations (number bigint primary key)")
    for step, parts in steps():
        if step <= number:
            for part in parts:
                db.executescript(part)
            db.execute("insert into migrations (number) values (?)", (step,))
    fill(db, number)
    db.commit()
    db.close()
    dump = subprocess.run(["sqlite3", path, ".dump"], check=True, capture_output=True, text=True).stdout
    open(f"{out}/step-{number:02}.sql", "w", encoding="utf-8").write(dump)
