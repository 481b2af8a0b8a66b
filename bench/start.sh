#!/usr/bin/env bash
# Start with stored conversations (100,000, or the first argument) to a served page, and the memory then resident.
#   Goal: 0.3 s, 64 MiB. Beside, in the same run: the same program on an empty data folder, and `suki version`, which only
#   loads the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${SUKI_BUILD:-$PWD/build}
count=${1:-100000}
rounds=5
work=$(mktemp -d)
server=''
cleanup() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

fail() {
  printf 'start: %s\n' "$*" >&2
  exit 1
}
now_us() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }
# A free port of the loopback, by asking the kernel for one.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# page_served PORT: one GET of the front page; true when its status is 200.
page_served() {
  local status=''
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" >&3
  read -r -t 5 status <&3 || true
  exec 3>&-
  [[ $status == "HTTP/1.1 200"* ]]
}

# start_once DATA: sets took_us and rss_kib.
start_once() {
  local port began deadline
  port=$(free_port)
  began=$(now_us)
  "$build/suki" serve --data "$1" --port "$port" >"$work/server.log" 2>&1 </dev/null &
  server=$!
  deadline=$((began + 60000000))
  until page_served "$port"; do
    kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; fail "the server stopped"; }
    (($(now_us) < deadline)) || { cat "$work/server.log" >&2; fail "no page within 60 s"; }
  done
  took_us=$(($(now_us) - began))
  rss_kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$server/status")
  kill "$server"
  wait "$server" || true
  server=''
}

# median_start DATA: sets took_us and rss_kib to the median of the rounds.
median_start() {
  local i times='' sizes=''
  for ((i = 0; i < rounds; i++)); do
    start_once "$1"
    times+="$took_us"$'\n' sizes+="$rss_kib"$'\n'
  done
  took_us=$(printf '%s' "$times" | sort -n | sed -n "$((rounds / 2 + 1))p")
  rss_kib=$(printf '%s' "$sizes" | sort -n | sed -n "$((rounds / 2 + 1))p")
}

[[ -x $build/suki && -x $build/bench/start_fill ]] || fail "build first: ./dev build"
printf 'making %s conversations\n' "$count" >&2
began=$(now_us)
"$build/bench/start_fill" "$work/full" plans/office-hours "$count"
printf 'made in %d s, %s on disk\n' $((($(now_us) - began) / 1000000)) "$(du -sh "$work/full" | cut -f1)" >&2
"$build/bench/start_fill" "$work/empty" plans/office-hours 0

began=$(now_us)
"$build/suki" version >/dev/null
bare_us=$(($(now_us) - began))
median_start "$work/empty"
empty_us=$took_us empty_kib=$rss_kib
median_start "$work/full"

awk -v count="$count" -v us="$took_us" -v kib="$rss_kib" -v eus="$empty_us" -v ekib="$empty_kib" -v bare="$bare_us" 'BEGIN {
  printf "{\"bench\":\"start\",\"figure\":\"start to a served page, %d conversations\",\"unit\":\"s\",\"goal\":0.3,\"reached\":%.3f,", count, us / 1e6
  printf "\"beside\":{\"empty data folder\":%.3f,\"suki version\":%.3f,\"resident MiB\":%.1f,\"resident MiB, empty\":%.1f,", eus / 1e6, bare / 1e6, kib / 1024, ekib / 1024
  printf "\"goal of resident MiB\":64},\"ratio\":%.2f}\n", eus / us
}'
