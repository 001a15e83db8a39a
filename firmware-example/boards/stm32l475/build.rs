//! The memory map of an STM32L475, and its encoder.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dim_board_setup::run("stm32l475", &["link.x", "defmt.x"])
}
