//! Programs that a test needs.

use std::process::{Command, Stdio};

/// Whether the program is there. Where it has to be and is not, the test fails.
pub(crate) fn has(program: &str) -> bool {
    let run = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = run.is_ok_and(|status| status.success());
    if !there {
        let required = std::env::var("SMBCRM_TEST_TOOLS").is_ok_and(|tools| tools == "required");
        assert!(!required, "`{program}` is not installed, and SMBCRM_TEST_TOOLS=required");
        eprintln!("SKIPPED: `{program}` is not installed");
    }
    there
}
