//! 168 MHz of the internal oscillator of 16 MHz, whatever crystal the board has.

use embassy_stm32::Config;
use embassy_stm32::rcc::{AHBPrescaler, APBPrescaler, Pll, PllMul, PllPDiv, PllPreDiv, PllSource, Sysclk};

pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.rcc.hsi = true;
    config.rcc.pll_src = PllSource::HSI;
    // 16 MHz / 8 * 168 / 2
    config.rcc.pll =
        Some(Pll { prediv: PllPreDiv::DIV8, mul: PllMul::MUL168, divp: Some(PllPDiv::DIV2), divq: None, divr: None });
    config.rcc.sys = Sysclk::PLL1_P;
    config.rcc.ahb_pre = AHBPrescaler::DIV1;
    config.rcc.apb1_pre = APBPrescaler::DIV4;
    config.rcc.apb2_pre = APBPrescaler::DIV2;
    config
}
