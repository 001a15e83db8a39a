//! What this program cannot do, it says in one line, with what to do about it.

use crate::place::Place;

#[test]
fn a_command_that_is_left_out_says_how_to_build_it_in() {
    let place = Place::new();
    for (arguments, name) in [
        ("demo", "demo"),
        ("demo --quick --out here", "demo"),
        ("train --preset edge28 --data images --json", "train"),
        ("train --help", "train"),
        ("finetune run --out tuned", "finetune"),
        ("quantize run -o encoder.dim --budget -1", "quantize"),
        ("encoders show edge28", "encoders show"),
        ("encoders recipe grey", "encoders recipe"),
        ("compare run another", "compare"),
        ("import-torch encoder.pth --list", "import-torch"),
        ("serve --device cpu", "serve"),
        ("evaluate . --suite paper", "evaluate RUN"),
        ("bench --train --encoder mine.toml --device cpu", "bench --train"),
        ("inspect --presets", "inspect --presets"),
    ] {
        let line = place.refuses(arguments);
        assert!(line.contains(&format!("`dim {name}` is left out")), "{arguments}: {line}");
        assert!(line.contains("`cargo build --release -p dim`"), "{arguments}: {line}");
    }
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 2);
}

#[test]
fn help_tells_what_is_left_out() {
    let help = Place::new().succeeds("--help");
    for command in ["demo", "train", "finetune", "quantize", "compare", "import-torch", "serve"] {
        let line = help.lines().find(|line| line.trim_start().starts_with(&format!("{command} "))).unwrap();
        assert!(line.contains("Left out of this build"), "{line}");
    }
}

#[test]
fn a_mistyped_name_is_told_apart() {
    let place = Place::new();
    assert!(place.refuses("evaluate rnu").contains("rnu: there is no such file or run folder"));
    assert_eq!(place.dim("trian").status.code(), Some(2));
}
