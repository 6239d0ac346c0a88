#!/usr/bin/env bash
# What building costs, from nothing each time: benches/build_times.sh [--quick | --ci]
#
# Prints a row of docs/src/build-times.md for each: time, CPU seconds, crates, size of the binary. Every row builds in a
# new target folder below $TMPDIR, which wants some gigabytes there. Downloads are not counted: they are made before.
#
#   --quick   the first row only: a new app with the client
#   --ci      `.ci/run` as well, which takes as long as all the others
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"

quick= ci=
for argument in "$@"; do
    case "$argument" in
    --quick) quick=1 ;;
    --ci) ci=1 ;;
    *)
        sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'
        exit 2
        ;;
    esac
done

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export CARGO_TERM_PROGRESS_WHEN=never CARGO_TERM_COLOR=never
unset RUSTC_WRAPPER CARGO_INCREMENTAL
cargo fetch --locked --quiet

# measure NAME FOLDER BINARY COMMAND...: one row. BINARY is below the target folder; `-` for none.
measure() {
    local name="$1" folder="$2" binary="$3"
    shift 3
    python3 - "$name" "$folder" "$binary" "$work/target" "$work/log" "$@" <<'PY'
import os, re, resource, shutil, subprocess, sys, time

name, folder, binary, target, log, *command = sys.argv[1:]
shutil.rmtree(target, ignore_errors=True)
environment = dict(os.environ, CARGO_TARGET_DIR=target)
began = time.monotonic()
with open(log, "w") as output:
    run = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
took = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
text = open(log, errors="replace").read()
if run.returncode:
    sys.exit(f"{text[-4000:]}\n{name}: failed")
crates = set(re.findall(r"^ *(?:Compiling|Checking) (\S+ \S+)", text, re.M))
size = "–"
if binary != "-":
    found = os.path.join(target, binary)
    if not os.path.exists(found):
        folder, start = os.path.split(found)
        found = next(os.path.join(folder, file) for file in sorted(os.listdir(folder))
                     if file.startswith(start) and os.access(os.path.join(folder, file), os.X_OK) and "." not in file)
    size = f"{os.path.getsize(found) / 1e6:.1f} MB"
minutes, seconds = divmod(round(took), 60)
cpu = used.ru_utime + used.ru_stime
print(f"| {name} | {minutes} min {seconds:02} s | {cpu:.0f} s | {len(crates)} | {size} |", flush=True)
PY
}

# app NAME: a new package beside nothing else, with what it depends on read from standard input.
app() {
    cargo new --quiet --vcs none --name "$1" "$work/$1"
    cat >>"$work/$1/Cargo.toml"
    cp Cargo.lock "$work/$1/Cargo.lock" # the versions that are checked here
}

echo "| what | time | CPU | crates | binary |"
echo "|---|---|---|---|---|"

app caller <<TOML
smbcrm-client = { path = "$root/smbcrm-client" }
TOML
cat >"$work/caller/src/main.rs" <<'RUST'
fn main() {
    let client = smbcrm_client::Client::builder().token("pit-00000000-0000-0000-0000-000000000000").build();
    println!("{client:?}");
}
RUST
(cd "$work/caller" && cargo fetch --quiet)
measure 'a new app with `smbcrm-client`: `cargo build`' "$work/caller" debug/caller cargo build
[ -z "$quick" ] || exit 0

app tested <<TOML
smbcrm-client = { path = "$root/smbcrm-client" }

[dev-dependencies]
smbcrm-mem = { path = "$root/smbcrm-mem" }
TOML
cp "$work/caller/src/main.rs" "$work/tested/src/main.rs"
mkdir "$work/tested/tests"
cat >"$work/tested/tests/crm.rs" <<'RUST'
#[test]
fn a_world_of_its_own() {
    let crm = smbcrm_mem::MemCrm::new();
    assert_eq!(crm.admin().count_contacts(), 0);
}
RUST
(cd "$work/tested" && cargo fetch --quiet)
measure 'the same with `smbcrm-mem` for its tests: `cargo test --no-run`' "$work/tested" debug/deps/crm- cargo test --no-run

measure '`cargo run --example quickstart`' "$root" debug/examples/quickstart cargo run --example quickstart
measure 'the command: `cargo build --release -p smbcrm-mem-command --all-features`' "$root" release/smbcrm-mem \
    cargo build --release -p smbcrm-mem-command --all-features
[ -z "$ci" ] || measure '`.ci/run`' "$root" - .ci/run
