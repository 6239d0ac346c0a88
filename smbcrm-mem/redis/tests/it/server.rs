//! A real Redis, on a port of its own.
//!
//! What is not installed is skipped, with a line that says so; with `SMBCRM_TEST_TOOLS=required`, as in CI, it fails.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A Redis that keeps nothing, and ends with the test.
pub(crate) struct Redis {
    process: Child,
    pub(crate) url: String,
    folder: PathBuf,
}

impl Redis {
    pub(crate) fn start() -> Option<Self> {
        let version = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        if !version.is_ok_and(|status| status.success()) {
            let required = std::env::var("SMBCRM_TEST_TOOLS").is_ok_and(|tools| tools == "required");
            assert!(!required, "`redis-server` is not installed, and SMBCRM_TEST_TOOLS=required");
            eprintln!("SKIPPED: `redis-server` is not installed");
            return None;
        }
        // The port may be taken between asking for it and using it: then another is asked for.
        (0..10).find_map(|_| Self::start_at(free_port())).or_else(|| panic!("redis-server does not start"))
    }

    fn start_at(port: u16) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("smbcrm-smarfle-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let port = port.to_string();
        let mut process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--dir"])
            .arg(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server starts");
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, url: format!("redis://127.0.0.1:{port}/"), folder };
        let mut lines = output.lines().map_while(Result::ok);
        if lines.by_ref().any(|line| line.contains("Ready to accept connections")) {
            // What else it says is read, or it would stop at a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return Some(server);
        }
        server.stop();
        None
    }

    pub(crate) fn stop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
