//! Everything that CI asks for and that needs no more than the Rust toolchain.

use crate::{arrows, readme, shell};

pub(crate) fn run(no_tests: bool) -> Result<(), String> {
    shell::run("format", &mut shell::cargo(&["fmt", "--all", "--check"]))?;
    shell::run(
        "lints",
        &mut shell::cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    if !no_tests {
        shell::run(
            "tests",
            &mut shell::cargo(&["test", "--workspace", "--locked"]),
        )?;
    }
    shell::run(
        "documentation",
        shell::cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--locked",
        ])
        .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    arrows::run()?;
    readme::run(false)
}
