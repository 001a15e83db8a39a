/* What comes before main() on a Cortex-M: the vectors, the floating-point unit, initialized memory; and semihosting's files. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern uint32_t stack_top, data_start, data_end, data_load, bss_start, bss_end;
extern int main(void);
void reset(void);
/* Of newlib's librdimon: standard output goes through the debugger. */
extern void initialise_monitor_handles(void);

/* Coprocessor Access Control Register of Armv7-M and Armv8-M. */
#define CPACR (*(volatile uint32_t *)0xe000ed88u)

void reset(void) {
    /* Floats and, on a Cortex-M55, vectors. */
    CPACR |= 0xfu << 20;
    __asm volatile("dsb\n\tisb" ::: "memory");
    memcpy(&data_start, &data_load, (size_t)((uint8_t *)&data_end - (uint8_t *)&data_start));
    memset(&bss_start, 0, (size_t)((uint8_t *)&bss_end - (uint8_t *)&bss_start));
    initialise_monitor_handles();
    exit(main());
}

static void fault(void) {
    _Exit(101);
}

void _init(void) {}
void _fini(void) {}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top, reset, fault, fault, fault, fault, fault,
};
