#!/bin/sh
# Rows a second of `suki import`: 100,000 made conversations of three messages each, as JSON Lines, into a new folder.
# usage: bench/import.sh [SUKI] [CONVERSATIONS]
set -eu
suki=${1:-build/suki} count=${2:-100000}
source=$(dirname "$0")/..
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 - "$count" "$folder/made.jsonl" <<'PY'
import json, sys
with open(sys.argv[2], "w") as out:
    for i in range(int(sys.argv[1])):
        at = f"202{i % 5}-0{1 + i % 9}-1{i % 9}T0{i % 9}:00:"
        asked = f"My fan number {i} stopped after {i % 30} days of use, and I would like to know what to do about it now. "
        answered = f"Please bring it with the bill of day {i % 365}, and we look at it together. "
        out.write(json.dumps({
            "source": "Made", "id": str(i), "subject": f"Matter {i} about fan {i % 97}",
            "customer": {"id": f"c{i % 40000}", "name": f"Customer {i % 40000}", "email": f"c{i % 40000}@example.net"},
            "state": ["resolved", "closed", "open", "pending"][0 if i % 10 < 7 else i % 4],
            "messages": [
                {"kind": "customer", "at": at + "01Z", "text": asked * 2},
                {"kind": "reply", "author": "Ben", "at": at + "40Z", "text": answered * 2},
                {"kind": "note", "at": at + "50Z", "text": "Comes on Friday."}]}) + "\n")
PY
"$suki" plan adopt "$source/plans/office-hours" --data "$folder/shop" --why bench >/dev/null 2>&1
timed() {
  start=$(date +%s.%N)
  "$suki" import "$folder/made.jsonl" --from jsonl --data "$folder/shop" "$@" | head -1
  date +%s.%N | awk -v start="$start" -v n="$count" '{ s = $1 - start; printf "  %.1f s, %.0f conversations a second\n", s, n / s }'
}
uptime
timed --dry-run
timed
timed
