//! `newsprint`: the program under its own name.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    newsprint_cli::run(std::env::args_os())
}
