//! The memory map of a Raspberry Pi Pico 2, and its encoder.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dim_board_setup::run("pico2", &["link.x", "defmt.x"])
}
