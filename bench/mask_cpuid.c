/* Holds a program to the instructions of an older processor, to compare kernels for these with another library's, which
 * has no setting for it: CPUID says less than the processor has.
 *
 *     cc -O1 -shared -fPIC bench/mask_cpuid.c -o target/mask_cpuid.so
 *     MASK_CPUID=avx2 LD_PRELOAD=$PWD/target/mask_cpuid.so PROGRAM
 *
 * MASK_CPUID is `vnni`, which hides AMX, or `avx2`, which hides AVX-512 and AVX-VNNI too. Needs Linux on x86-64 and a
 * processor, or a virtual machine, that can make CPUID fault (`cpuid_fault` in /proc/cpuinfo). The bits are those of
 * leaf 7 in Intel's manual, volume 2, CPUID.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static int hides_avx512;

static long allow_cpuid(int allowed) { return syscall(SYS_arch_prctl, ARCH_SET_CPUID, allowed); }

static unsigned bits(const int *numbers, int count) {
    unsigned all = 0;
    while (count--) all |= 1u << numbers[count];
    return all;
}
#define BITS(...) bits((const int[]){__VA_ARGS__}, sizeof((int[]){__VA_ARGS__}) / sizeof(int))

/* Computes what CPUID would, without what is hidden, and goes on behind the instruction. */
static void on_fault(int signal_number, siginfo_t *info, void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];
    (void)info;
    if (code[0] != 0x0f || code[1] != 0xa2) {
        signal(signal_number, SIG_DFL); /* Another fault, which comes again. */
        return;
    }
    unsigned leaf = registers[REG_RAX], part = registers[REG_RCX], a, b, c, d;
    allow_cpuid(1);
    __asm__ volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(leaf), "c"(part));
    allow_cpuid(0);
    if (leaf == 7 && part == 0) {
        d &= ~BITS(22, 24, 25); /* AMX: bf16, tile, int8 */
        if (hides_avx512) {
            b &= ~BITS(16, 17, 21, 26, 27, 28, 30, 31); /* F, DQ, IFMA, PF, ER, CD, BW, VL */
            c &= ~BITS(1, 6, 11, 12, 14);               /* VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
            d &= ~BITS(2, 3, 8, 23);                    /* 4VNNIW, 4FMAPS, VP2INTERSECT, FP16 */
        }
    }
    if (leaf == 7 && part == 1 && hides_avx512) {
        a &= ~BITS(4, 5, 21, 23); /* AVX-VNNI, AVX-512 BF16, AMX FP16, AVX-IFMA */
        d &= ~BITS(4, 5, 10, 19); /* AVX-VNNI-INT8, AVX-NE-CONVERT, AVX-VNNI-INT16, AVX10 */
    }
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void start(void) {
    const char *held_to = getenv("MASK_CPUID");
    if (!held_to) return;
    hides_avx512 = strcmp(held_to, "avx2") == 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, NULL);
    if (allow_cpuid(0)) {
        static const char message[] = "mask_cpuid: CPUID cannot be made to fault here\n";
        (void)!write(2, message, sizeof message - 1);
        _exit(3);
    }
}
