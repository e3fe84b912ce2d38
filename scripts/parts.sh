# Runs several commands, each of which ends with `N passed, N failed`. Ends with a line per command and the total,
# `N passed, N failed`.

passed=0 failed=0 summary=''
log=$(mktemp)
trap 'rm -f "$log"' EXIT

part() { # NAME COMMAND...
  local name=$1 started=$SECONDS
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  "$@" 2>&1 | tee "$log"
  count "$name" "${PIPESTATUS[0]}" "$log" $((SECONDS - started))
}

# Several parts at the same time, each of which keeps one core busy.
together() { # NAME NPM_SCRIPT NAME NPM_SCRIPT...
  local names=() logs=() pids=() i
  while (($#)); do
    names+=("$1") logs+=("$(mktemp)")
    # The last line of the log is how long it took.
    (started=$SECONDS; npm run "$2"; status=$?; printf '\n%s\n' $((SECONDS - started)); exit $status) >"${logs[-1]}" 2>&1 &
    pids+=($!)
    shift 2
  done
  for i in "${!names[@]}"; do
    wait "${pids[i]}"
    local status=$?
    printf '\n== %s, together with the others\n' "${names[i]}"
    head -n -2 "${logs[i]}"
    count "${names[i]}" "$status" "${logs[i]}" "$(tail -n 1 "${logs[i]}")"
    rm "${logs[i]}"
  done
}

count() { # NAME STATUS LOG SECONDS
  local name=$1 status=$2 log=$3 p f adapter
  read -r p _ f _ <<<"$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)"
  # A part without its closing line, or with a nonzero exit code but no failures, counts as one failure.
  if [[ -z ${f:-} ]] || ((status && !f)); then f=1; fi
  adapter=$(sed -n 's/^adapter: //p' "$log" | tail -n 1)
  summary+="$name: ${p:-0} passed, $f failed in $4 s on ${adapter:-no adapter}"$'\n'
  ((passed += ${p:-0}, failed += f))
}

left_out() { # WHAT
  summary+="left out: $1"$'\n'
}

close() {
  printf '\n%s%s passed, %s failed\n' "$summary" "$passed" "$failed"
  exit $((failed > 0))
}
