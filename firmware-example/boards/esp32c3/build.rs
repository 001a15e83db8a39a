//! The encoder of an ESP32-C3; esp-hal has its linker scripts.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dim_board_setup::run("esp32c3", &["linkall.x", "defmt.x"])
}
