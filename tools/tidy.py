"""Runs clang-tidy over the C++ sources named in compile_commands.json, and remembers what passed.

A source is checked again only when something that can change the answer did: its text, the text of a header of
ours that it includes (directly or not), its compile command, .clang-tidy, or clang-tidy itself. What passed is
remembered in BUILD/tidy/ as an empty file named by the digest of all these.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-14"
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]+["<]([^">]+)[">]', re.MULTILINE)
# Flags of g++ that clang does not know must not become findings; the compiler's own warnings belong to the build.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-w", "--quiet"]


class Headers:
    """Digests of files together with all headers of ours that they include."""

    def __init__(self):
        # Headers are included as "room/header.h", where a room is the last folder of its path.
        self.by_name = {}
        for header in (ROOT / "src").rglob("*.h"):
            self.by_name[f"{header.parent.name}/{header.name}".encode()] = header
        self.seen = {}

    def read(self, path):
        if path not in self.seen:
            text = path.read_bytes()
            near = (path.parent / os.fsdecode(name) for name in INCLUDE.findall(text))
            included = {h for n in INCLUDE.findall(text) if (h := self.by_name.get(n))}
            included |= {n for n in near if n.is_file()}
            self.seen[path] = (hashlib.sha256(text).digest(), included)
        return self.seen[path]

    def digest(self, source):
        pending, done = [source], set()
        while pending:
            path = pending.pop()
            if path not in done:
                done.add(path)
                pending.extend(self.read(path)[1])
        total = hashlib.sha256()
        for path in sorted(done):
            total.update(str(path).encode() + self.read(path)[0])
        return total.digest()


def check(build, source):
    began = time.monotonic()
    run = subprocess.run(
        [TIDY, "-p", str(build), *EXTRA, str(source)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    errors = [line for line in run.stderr.splitlines() if not re.fullmatch(r"\d+ warnings? .*|Suppressed .*|", line)]
    return run.returncode, run.stdout + ("\n".join(errors) if run.returncode else ""), time.monotonic() - began


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", type=pathlib.Path, required=True, help="folder with compile_commands.json")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--all", action="store_true", help="also tests and fuzzers, which take longer than all else")
    options.add_argument("sources", nargs="*", help="only sources whose path contains one of these")
    args = options.parse_args()

    passed = args.build / "tidy"
    passed.mkdir(exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    rules = hashlib.sha256(version + (ROOT / ".clang-tidy").read_bytes() + " ".join(EXTRA).encode())
    headers = Headers()

    pending = {}
    for entry in json.loads((args.build / "compile_commands.json").read_bytes()):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        ours = source.suffix == ".cpp" and ROOT in source.parents and args.build.resolve() not in source.parents
        if not ours or not source.is_file() or (args.sources and not any(s in str(source) for s in args.sources)):
            continue
        is_test = source.name.endswith("_test.cpp") or source.is_relative_to(ROOT / "fuzz")
        if is_test and not args.all:
            continue
        digest = rules.copy()
        digest.update(entry["command"].encode() + headers.digest(source))
        stamp = passed / digest.hexdigest()
        if not stamp.exists():
            pending[source] = stamp

    began, failed, slowest = time.monotonic(), [], []
    # Long ones first, so that no core waits at the end.
    order = sorted(pending, key=lambda source: -source.stat().st_size)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for source, (code, output, took) in zip(order, pool.map(lambda s: check(args.build, s), order)):
            slowest.append((took, source))
            if code == 0:
                pending[source].touch()
            else:
                failed.append(source)
                print(output, flush=True)
    for took, source in sorted(slowest, reverse=True)[:3]:
        print(f"  {took:5.1f} s {source.relative_to(ROOT)}")
    print(f"clang-tidy: {len(order) - len(failed)} passed, {len(failed)} failed, in {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
