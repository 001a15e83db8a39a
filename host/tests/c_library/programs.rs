//! Programs of C with what was exported.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use dim_device::classes::{Head, NearestMean, NearestNeighbours};
use dim_device::novelty::{Judge, Moments, NormalImages, Seen};
use dim_model_format::Model;
use dim_runtime::Encoder;

use crate::{encoder, export, project, run};

/// What `capi/examples/embed.c` has to print, computed without C.
fn expected() -> String {
    let file = encoder();
    let model = Model::parse(&file).unwrap();
    let mut arena = vec![0; model.arena_bytes()];
    let mut encoder = Encoder::new(&model, &mut arena).unwrap();
    encoder.prove().unwrap();
    let mut said =
        format!("{}, {}, library {}\nproof DIM_OK\n", model.about().name, model.identity(), env!("CARGO_PKG_VERSION"));
    let mut means = NearestMean::<64, 4>::new();
    let mut neighbours = NearestNeighbours::<64, 4, 12, 3>::new();
    let mut maps = Vec::new();
    for seed in 0..6_u32 {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let pixels: Vec<u8> = (0..model.input_shape().elements())
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state.to_be_bytes()[0]
            })
            .collect();
        let output = encoder.encode(&pixels).unwrap();
        let (codes, map) = (output.embedding().values.to_vec(), output.feature_map().unwrap());
        maps.push((map.values.to_vec(), map.shape));
        let digits: String = codes.iter().map(|code| format!("{code:02x}")).collect();
        writeln!(said, "embedding {digits}").unwrap();
        if seed < 4 {
            let name = ["cup", "key"][seed as usize % 2];
            means.learn(name, &codes).unwrap();
            neighbours.learn(name, &codes).unwrap();
            continue;
        }
        for (head, verdict) in [("mean", means.classify(&codes)), ("neighbours", neighbours.classify(&codes))] {
            let verdict = verdict.unwrap();
            let known = if verdict.is_known { "known" } else { "unknown" };
            let (class, distance, second) = (verdict.class, verdict.distance, verdict.second.unwrap());
            writeln!(said, "{head} {class} distance {distance} second {second} {known}").unwrap();
        }
    }
    let mut normal = NormalImages::over(vec![Moments::NONE; maps[0].0.len()], Judge::Statistic);
    for (seed, (map, shape)) in maps.iter().enumerate() {
        let seen = Seen::Map { cells: map, channels: shape.channels.into() };
        if seed < 3 {
            normal.learn(seen).unwrap();
            continue;
        }
        let score = if seed < 5 { normal.set_threshold(seen) } else { normal.score(seen) }.unwrap();
        let (row, column) = (score.cell / usize::from(shape.width), score.cell % usize::from(shape.width));
        let threshold = normal.threshold().unwrap();
        writeln!(said, "score {} at {row} {column} threshold {threshold}", score.value).unwrap();
    }
    said
}

/// What pkg-config says of the library in a folder.
fn pkg_config(folder: &Path) -> Vec<String> {
    let mut pkg_config = Command::new("pkg-config");
    pkg_config.args(["--cflags", "--libs", "dim >= 0.1"]).env("PKG_CONFIG_PATH", folder.join("lib/pkgconfig"));
    run(&mut pkg_config).split_whitespace().map(str::to_owned).collect()
}

/// Compiles with a warning as an error, and under sanitizers.
fn compile(folder: &Path, program: &Path) -> Command {
    let to = folder.join(program.file_stem().unwrap());
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
        .args([program, &folder.join("src/dim_encoder.c")])
        .args(pkg_config(folder))
        .arg("-o")
        .arg(&to);
    run(&mut cc);
    Command::new(to)
}

#[test]
fn programs_of_this_machine_compute_every_byte() {
    let exported = export("host");
    let folder = exported.path();
    let (expected, build) = (expected(), folder.join("build"));

    let mut cmake = Command::new("cmake");
    cmake.arg("-S").arg(folder.join("examples")).arg("-B").arg(&build);
    run(cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", folder.display())));
    run(Command::new("cmake").arg("--build").arg(&build));
    assert_eq!(run(&mut Command::new(build.join("embed"))), expected);

    assert_eq!(run(&mut compile(folder, &folder.join("examples/embed.c"))), expected);
    assert_eq!(run(&mut compile(folder, &project("capi/tests/c/border.c"))), "0 failures\n");
}

#[test]
fn a_project_that_has_the_folder_inside_is_built() {
    let exported = export("host");
    let folder = exported.path();
    let text = "cmake_minimum_required(VERSION 3.16)\nproject(outer C)\nadd_subdirectory(../.. dim)\n\
                add_executable(outer ../../examples/embed.c)\ntarget_link_libraries(outer PRIVATE dim::encoder)\n";
    let outer = folder.join("some/outer");
    std::fs::create_dir_all(&outer).unwrap();
    std::fs::write(outer.join("CMakeLists.txt"), text).unwrap();
    run(Command::new("cmake").arg("-S").arg(&outer).arg("-B").arg(outer.join("build")));
    run(Command::new("cmake").arg("--build").arg(outer.join("build")));
    assert_eq!(run(&mut Command::new(outer.join("build/outer"))), expected());
}

/// Headers of C are read by compilers of C++ too.
#[test]
fn a_program_of_another_language_computes_too() {
    let exported = export("host");
    let folder = exported.path();
    let text = "#include \"dim_encoder.h\"\nDIM_ALIGNED static uint8_t bytes[DIM_ENCODER_ARENA_BYTES];\n\
                int main() {\n  dim_memory arena = DIM_MEMORY(bytes);\n  dim_model model;\n  \
                return dim_parse(&model, dim_encoder, sizeof dim_encoder) || dim_prove(&model, arena);\n}\n";
    std::fs::write(folder.join("prove.cpp"), text).unwrap();
    let object = folder.join("encoder.o");
    let include = format!("-I{}", folder.join("include").display());
    run(Command::new("cc").arg("-c").arg(&include).arg(folder.join("src/dim_encoder.c")).arg("-o").arg(&object));
    let mut compiler = Command::new("c++");
    compiler.args(["-std=c++11", "-Wall", "-Wextra", "-Werror", &include]).arg(folder.join("prove.cpp"));
    run(compiler.arg(object).arg(folder.join("lib/libdim.a")).arg("-o").arg(folder.join("prove")));
    run(&mut Command::new(folder.join("prove")));
}

#[test]
fn firmware_of_c_computes_every_byte() {
    let expected = expected();
    for processor in ["cortex-m4", "cortex-m55"] {
        let exported = export(processor);
        let on = || {
            let mut on = Command::new(project("capi/examples/firmware/on"));
            on.arg(processor).arg(exported.path());
            on
        };
        assert_eq!(run(&mut on()), expected, "{processor}");
        assert_eq!(run(on().arg(project("capi/tests/c/border.c"))), "0 failures\n", "{processor}");
    }
}
