#!/usr/bin/env bash
# Full C++ build from clean without a compiler cache, and one changed source to a running program.
#   Goal: 240 s on two cores; one changed source 20 s. Beside: the compilers' and linkers' processor time spread evenly
#   over the cores, which is the least that the same work can take here. Works on a copy, so the tree stays as it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cores=$(nproc)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
export CCACHE_DISABLE=1

cp -r CMakeLists.txt cmake src plans bench "$copy"
for folder in texts tests fuzz; do [[ ! -d $folder ]] || cp -r "$folder" "$copy"; done
[[ ! -d web/dist ]] || { mkdir "$copy/web" && cp -r web/dist "$copy/web/"; }

# timed COMMAND...: runs it, sets wall and cpu (user + system, of it and its children) in seconds.
timed() {
  local figures
  TIMEFORMAT='%R %U %S'
  figures=$({ time "$@" >"$copy/log" 2>&1 </dev/null; } 2>&1) || {
    tail -n 40 "$copy/log" >&2
    return 1
  }
  read -r wall cpu <<<"$(awk '{ print $1, $2 + $3 }' <<<"$figures")"
}

printf 'configuring\n' >&2
timed cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Release
configure=$wall
printf 'building everything, tests too, with %s jobs\n' "$cores" >&2
timed nice ninja -C "$copy/build" -j "$cores"
full=$wall full_cpu=$cpu

rebuild_and_start() { ninja -C "$copy/build" suki && "$copy/build/suki" version; }

# The program alone, again after one source deep in the core changed.
largest_source() { find "$1" -name '*.cpp' ! -name '*_test.cpp' -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2; }
printf '\n// One more line.\n' >>"$(largest_source "$copy/src/core/desk")"
timed rebuild_and_start
one=$wall
printf '\n// One more line.\n' >>"$(largest_source "$copy/src/server")"
timed rebuild_and_start
one_server=$wall

# The slowest compilations, from ninja's own log, say where the time goes.
awk -F'\t' 'NR > 1 { printf "  %6.1f s %s\n", ($2 - $1) / 1000, $4 }' "$copy/build/.ninja_log" | sort -rn -k1 | head -n 8 >&2

awk -v wall="$full" -v cpu="$full_cpu" -v cores="$cores" -v configure="$configure" -v one="$one" -v server="$one_server" 'BEGIN {
  limit = cpu / cores
  printf "{\"bench\":\"build_time\",\"figure\":\"full C++ build without cache\",\"unit\":\"s\",\"goal\":240,\"reached\":%.1f,", wall
  printf "\"beside\":{\"processor time over cores\":%.1f,\"configure\":%.1f,\"one core source to running\":%.1f,", limit, configure, one
  printf "\"largest server source to running\":%.1f,\"goal of one source\":20},\"ratio\":%.2f}\n", server, limit / wall
}'
