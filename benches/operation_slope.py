#!/usr/bin/env python3
"""What one more operation costs to build: benches/operation_slope.py [OPERATIONS] (50 unless given).

Writes an app with a made-up product, once without operations and once with so many of them, each answering with a record
of its own of twenty fields, builds both in release and prints the difference an operation: seconds of CPU and bytes of
the binary. The app asks through a transport, answers through the route table and serves the schemas, so that all that
follows from a declaration is in it. Nothing of it stays."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIELDS = [
    ("id", "ContactId"), ("location_id", "LocationId"), ("name", "Text"), ("first_name", "Option<Text>"),
    ("last_name", "Option<Text>"), ("email", "Option<Text>"), ("phone", "Option<Text>"), ("city", "Option<Text>"),
    ("country", "Option<Text>"), ("owner", "Option<UserId>"), ("active", "bool"), ("archived", "Option<bool>"),
    ("position", "u32"), ("total", "Option<u64>"), ("score", "Option<f64>"), ("worth", "Option<Money>"),
    ("tags", "Vec<Text>"), ("added", "Option<DateTime<Utc>>"), ("updated", "Option<DateTime<Utc>>"), ("extra", "Extra"),
]


def source(count):
    records = "".join(
        f"/// A thing.\n#[record]\npub struct Thing{n} {{\n"
        + "".join(f"    /// The {name.replace('_', ' ')} of thing {n}.\n    pub {name}: {kind},\n" for name, kind in FIELDS)
        + "}\n\n"
        for n in range(count)
    )
    methods = "".join(
        f'    /// Fetches thing {n}.\n    #[get("/toys/{n}/{{id}}", scope = "toys.readonly", key = "thing")]\n'
        f"    async fn get_{n}(&self, id: &ContactId) -> Result<Thing{n}>;\n\n"
        for n in range(count)
    )
    calls = "".join(f"    toys.get_{n}(&\"x\".into()).await?;\n" for n in range(count))
    return f"""#![allow(dead_code, unused_imports, missing_docs)]
use chrono::{{DateTime, Utc}};
use smbcrm_core::operation::{{Product, Request, Response, Transport, openapi}};
use smbcrm_core::types::{{ContactId, Extra, LocationId, Money, Text, UserId}};
use smbcrm_core::{{Error, Result, api, record}};

pub static TOYS: Product = Product {{ name: "toys", version: "2021-07-28", summary: "Toys." }};

{records}/// Toys.
#[api(product = TOYS)]
pub trait Toys: Send + Sync {{
    /// Fetches the first of all.
    #[get("/toys/first", scope = "toys.readonly")]
    async fn first(&self) -> Result<Vec<Text>>;

{methods}}}

struct Wire;

#[async_trait::async_trait]
impl Transport for Wire {{
    async fn send(&self, _: Request) -> Result<Response> {{
        Ok(Response::new(200, "{{\\"thing\\":{{}}}}"))
    }}
}}

async fn ask(toys: &dyn Toys) -> Result<()> {{
    toys.first().await?;
{calls}    Ok(())
}}

fn main() {{
    let _ = futures::executor::block_on(ask(&Wire));
    println!("{{}}", <dyn Toys>::ROUTES.len());
    println!("{{}}", openapi(operations::ALL, "https://services.smbcrm.com"));
}}
"""


def build(folder, count):
    """Seconds of CPU for the app alone, its dependencies built, and the size of its binary."""
    (folder / "src" / "main.rs").write_text(source(count), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=folder, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, (folder / "target" / "release" / "toys").stat().st_size


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    folder = Path(tempfile.mkdtemp(prefix="operation-slope-"))
    try:
        (folder / "src").mkdir()
        manifest = f"""[package]
name = "toys"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
async-trait = "0.1"
chrono = {{ version = "0.4", default-features = false, features = ["clock", "serde", "std"] }}
futures = {{ version = "0.3", default-features = false, features = ["executor", "std"] }}
serde = "1"
serde_json = "1"
smbcrm-core = {{ path = "{ROOT / 'smbcrm-core'}", features = ["schema", "server"] }}

[profile.release]
strip = "debuginfo"
"""
        (folder / "Cargo.toml").write_text(manifest, encoding="utf-8")
        shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")
        os.environ.pop("CARGO_TARGET_DIR", None)
        build(folder, 0)  # the dependencies
        (folder / "src" / "main.rs").touch()
        cpu, size = build(folder, 0)
        more_cpu, more_size = build(folder, count)
        print(f"{count} operations, each with a record of {len(FIELDS)} fields, release build, two halves and schemas")
        print(f"an operation: {(more_cpu - cpu) / count:.3f} s of CPU, {(more_size - size) / count / 1024:.1f} KiB of the binary")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
