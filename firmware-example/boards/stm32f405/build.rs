//! The memory map of an STM32F405, and its encoder.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dim_board_setup::run("stm32f405", &["link.x", "defmt.x"])
}
