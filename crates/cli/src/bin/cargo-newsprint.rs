//! `cargo newsprint`: the same program as a cargo plugin. Cargo passes the plugin's own name as the first argument.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "newsprint") {
        arguments.remove(1);
    }
    newsprint_cli::run(arguments)
}
