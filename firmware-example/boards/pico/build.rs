//! The memory map of a Raspberry Pi Pico, and its encoder.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dim_board_setup::run("pico", &["link.x", "link-rp.x", "defmt.x"])
}
