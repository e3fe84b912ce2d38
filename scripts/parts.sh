# Runs several commands, each of which ends with `N passed, N failed`, one after the other. Ends with a line per command
# and the total, `N passed, N failed`.

passed=0 failed=0 summary=''
log=$(mktemp)
trap 'rm -f "$log"' EXIT
SECONDS=0

part() { # NAME COMMAND...
  local name=$1 status p f adapter
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  read -r p _ f _ <<<"$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)"
  # A part without its closing line, or with a nonzero exit code but no failures, counts as one failure.
  if [[ -z ${f:-} ]] || ((status && !f)); then f=1; fi
  adapter=$(sed -n 's/^adapter: //p' "$log" | tail -n 1)
  summary+="$name: ${p:-0} passed, $f failed in $SECONDS s on ${adapter:-no adapter}"$'\n'
  SECONDS=0
  ((passed += ${p:-0}, failed += f))
}

left_out() { # WHAT
  summary+="left out: $1"$'\n'
}

close() {
  printf '\n%s%s passed, %s failed\n' "$summary" "$passed" "$failed"
  exit $((failed > 0))
}
