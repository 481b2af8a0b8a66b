#!/bin/sh
# Fails when a program lacks what stops or slows down whoever found a fault in it (OWASP ASVS 4.0.3, 14.1.2).
#   hardening.sh READELF PROGRAM               checks the program
#   hardening.sh --expect-soft READELF PROGRAM fails unless everything is missing: proves that each check can fail
set -eu

expect_soft=no
if [ "$1" = --expect-soft ]; then
  expect_soft=yes
  shift
fi
readelf=$1
program=$2
[ -f "$program" ] || { echo "hardening: no such file: $program" >&2; exit 2; }
header=$("$readelf" -hW "$program")
segments=$("$readelf" -lW "$program")
dynamic=$("$readelf" -dW "$program")
symbols=$("$readelf" --dyn-syms -W "$program")

bad=no
# must NAME TEXT PATTERN: a line of TEXT has it.
must() {
  if printf '%s\n' "$2" | grep -Eq "$3"; then
    [ "$expect_soft" = no ] || { bad=yes; echo "hardening: found $1 where there is none to find" >&2; }
  else
    [ "$expect_soft" = yes ] || { bad=yes; echo "hardening: $program has no $1" >&2; }
  fi
}
must "address that changes at each start (PIE)" "$header$dynamic" 'Flags:.* PIE'
must "table that is closed after the start (GNU_RELRO)" "$segments" '^ *GNU_RELRO '
must "binding of everything at the start (BIND_NOW)" "$dynamic" 'BIND_NOW|Flags:.* NOW'
must "stack that nothing can be run on (GNU_STACK)" "$segments" '^ *GNU_STACK .* RW +0'
must "watched stack (__stack_chk_fail)" "$symbols" ' __stack_chk_fail'
must "check of the C library (_FORTIFY_SOURCE)" "$symbols" ' __[a-z]+_chk(@|$)'
must "check of the C++ library (_GLIBCXX_ASSERTIONS)" "$symbols" '__glibcxx_assert_fail'
[ "$bad" = no ]
