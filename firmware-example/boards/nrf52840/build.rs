//! The memory map of an nRF52840, and its encoder.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dim_board_setup::run("nrf52840-dk", &["link.x", "defmt.x"])
}
