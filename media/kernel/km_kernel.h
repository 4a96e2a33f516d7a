/* SPDX-License-Identifier: MIT
 *
 * The kernel around mm/kmigrated.c, as far as a policy needs it: written for the kmigrated explorer, in its own words. Names and meanings are the
 * kernel's (about 6.16); bodies are ours: what the simulated machine must decide or pay for is a call to it (km_*), the rest is done here.
 * Numbers cross the border as double: they are PFNs, node ids and small sizes, exact below 2^53, and need no BigInt.
 */
#ifndef KM_KERNEL_H
#define KM_KERNEL_H

/* ---- types and compiler ---- */
typedef _Bool bool;
typedef unsigned char u8;
typedef signed char s8;
typedef unsigned short u16;
typedef short s16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef u8 uint8_t;
typedef u16 uint16_t;
typedef u32 uint32_t;
typedef u64 uint64_t;
typedef s32 int32_t;
typedef s64 int64_t;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef unsigned long uintptr_t;
typedef unsigned int gfp_t;
typedef unsigned long pgoff_t;
typedef s64 ktime_t;

#define NULL ((void *)0)
#define true 1
#define false 0
#define __init
#define __exit
#define __initdata
#define __init_or_module
#define __meminit
#define __ref
#define __read_mostly
#define __ro_after_init
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __must_check
#define __user
#define __rcu
#define __percpu
#define __force
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define ____cacheline_aligned_in_smp
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" ::: "memory")
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define data_race(x) (x)
#define smp_mb() barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define smp_load_acquire(p) READ_ONCE(*(p))
#define smp_store_release(p, v) WRITE_ONCE(*(p), v)
#define cpu_relax() barrier()
#define typeof __typeof__
#define offsetof(type, member) __builtin_offsetof(type, member)
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), "BUILD_BUG_ON")
#define static_assert(cond, ...) _Static_assert(cond, #cond)
#define min(a, b) ({ __auto_type km_a = (a); __auto_type km_b = (b); km_a < km_b ? km_a : km_b; })
#define max(a, b) ({ __auto_type km_a = (a); __auto_type km_b = (b); km_a > km_b ? km_a : km_b; })
#define min_t(t, a, b) ({ t km_a = (a); t km_b = (b); km_a < km_b ? km_a : km_b; })
#define max_t(t, a, b) ({ t km_a = (a); t km_b = (b); km_a > km_b ? km_a : km_b; })
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define swap(a, b) do { __typeof__(a) km_t = (a); (a) = (b); (b) = km_t; } while (0)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define ALIGN(x, a) (((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a) - 1)) == 0)
#define round_up(x, a) ALIGN(x, a)
#define round_down(x, a) ALIGN_DOWN(x, a)
#define IS_ENABLED(option) 1
#define U8_MAX 0xff
#define U16_MAX 0xffff
#define U32_MAX 0xffffffffu
#define INT_MAX 0x7fffffff
#define UINT_MAX 0xffffffffu
#define LONG_MAX ((long)(~0ul >> 1))
#define ULONG_MAX (~0ul)
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define KM_IMPORT(name) __attribute__((import_module("km"), import_name(#name)))
#define KM_EXPORT(name) __attribute__((export_name(#name), used))

/* ---- errors ---- */
#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define E2BIG 7
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOSPC 28
#define ENOSYS 38
#define EOPNOTSUPP 95
#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
static inline void *ERR_PTR(long error) { return (void *)error; }
static inline long PTR_ERR(const void *ptr) { return (long)ptr; }
static inline bool IS_ERR(const void *ptr) { return IS_ERR_VALUE((unsigned long)ptr); }
static inline bool IS_ERR_OR_NULL(const void *ptr) { return !ptr || IS_ERR(ptr); }
static inline int PTR_ERR_OR_ZERO(const void *ptr) { return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0; }

/* ---- messages ---- */
KM_IMPORT(print) void km_print(int level, const char *format, void *args);
__attribute__((format(printf, 2, 3))) void km_printf(int level, const char *format, ...);
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define pr_err(fmt, ...) km_printf(3, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) km_printf(4, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) km_printf(5, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) km_printf(6, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...) km_printf(7, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_once pr_err
#define pr_warn_once pr_warn
#define pr_info_once pr_info
#define pr_err_ratelimited pr_err
#define pr_warn_ratelimited pr_warn
#define printk(fmt, ...) km_printf(6, fmt, ##__VA_ARGS__)
#define trace_printk(fmt, ...) km_printf(7, fmt, ##__VA_ARGS__)
KM_IMPORT(bug) __attribute__((noreturn)) void km_bug(const char *what);
#define BUG() km_bug("BUG")
#define BUG_ON(cond) do { if (unlikely(cond)) km_bug("BUG_ON(" #cond ")"); } while (0)
#define VM_BUG_ON(cond) BUG_ON(cond)
#define VM_BUG_ON_PAGE(cond, page) BUG_ON(cond)
#define VM_BUG_ON_FOLIO(cond, folio) BUG_ON(cond)
#define WARN_ON(cond) ({ bool km_w = !!(cond); if (unlikely(km_w)) km_printf(4, "WARNING: %s", #cond); km_w; })
#define WARN_ON_ONCE(cond) WARN_ON(cond)
#define WARN(cond, ...) WARN_ON(cond)
#define WARN_ONCE(cond, ...) WARN_ON(cond)
#define VM_WARN_ON(cond) WARN_ON(cond)
#define VM_WARN_ON_ONCE(cond) WARN_ON(cond)

/* ---- bits ---- */
#define BITS_PER_LONG ((int)(8 * sizeof(long)))
#define BITS_PER_BYTE 8
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define GENMASK(h, l) ((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l) ((~0ULL << (l)) & (~0ULL >> (63 - (h))))
#define FIELD_GET(mask, word) (((word) & (mask)) >> __builtin_ctzll(mask))
#define FIELD_PREP(mask, value) (((__typeof__(mask))(value) << __builtin_ctzll(mask)) & (mask))
#define BIT_MASK(n) (1UL << ((n) % BITS_PER_LONG))
#define BIT_WORD(n) ((n) / BITS_PER_LONG)
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define hweight_long(w) __builtin_popcountl(w)
#define ilog2(n) (63 - __builtin_clzll(n))
#define __ffs(w) __builtin_ctzl(w)
#define __fls(w) (BITS_PER_LONG - 1 - __builtin_clzl(w))

/* Atomics: the machine is asked before each (another CPU may come first), told after it. One CPU runs this code at a time, so plain code between is one step. */
enum { KM_SET, KM_CLEAR, KM_TEST_SET, KM_TEST_CLEAR, KM_CMPXCHG, KM_XCHG };
KM_IMPORT(before_atomic) void km_before_atomic(int what, const volatile void *at);
KM_IMPORT(after_atomic) void km_after_atomic(int what, const volatile void *at, int result);

static inline bool test_bit(long nr, const volatile unsigned long *at)
{
	return (at[BIT_WORD(nr)] >> (nr % BITS_PER_LONG)) & 1;
}
static inline void __set_bit(long nr, volatile unsigned long *at) { at[BIT_WORD(nr)] |= BIT_MASK(nr); }
static inline void __clear_bit(long nr, volatile unsigned long *at) { at[BIT_WORD(nr)] &= ~BIT_MASK(nr); }
static inline bool km_atomic_bit(int what, long nr, volatile unsigned long *at)
{
	bool was;

	at += BIT_WORD(nr);
	km_before_atomic(what, at);
	was = (*at & BIT_MASK(nr)) != 0;
	if (what == KM_SET || what == KM_TEST_SET)
		*at |= BIT_MASK(nr);
	else
		*at &= ~BIT_MASK(nr);
	km_after_atomic(what, at, was);
	return was;
}
static inline void set_bit(long nr, volatile unsigned long *at) { km_atomic_bit(KM_SET, nr, at); }
static inline void clear_bit(long nr, volatile unsigned long *at) { km_atomic_bit(KM_CLEAR, nr, at); }
static inline bool test_and_set_bit(long nr, volatile unsigned long *at) { return km_atomic_bit(KM_TEST_SET, nr, at); }
static inline bool test_and_clear_bit(long nr, volatile unsigned long *at) { return km_atomic_bit(KM_TEST_CLEAR, nr, at); }
static inline bool __test_and_set_bit(long nr, volatile unsigned long *at) { bool was = test_bit(nr, at); __set_bit(nr, at); return was; }
static inline bool __test_and_clear_bit(long nr, volatile unsigned long *at) { bool was = test_bit(nr, at); __clear_bit(nr, at); return was; }
#define clear_bit_unlock clear_bit
#define test_and_set_bit_lock test_and_set_bit
#define assign_bit(nr, at, v) ((v) ? set_bit(nr, at) : clear_bit(nr, at))
#define try_cmpxchg(ptr, oldp, new_) ({							\
	__auto_type km_p = (ptr);							\
	__auto_type km_o = (oldp);							\
	km_before_atomic(KM_CMPXCHG, km_p);						\
	bool km_same = *km_p == *km_o;							\
	if (km_same)									\
		*km_p = (new_);								\
	else										\
		*km_o = *km_p;								\
	km_after_atomic(KM_CMPXCHG, km_p, km_same);					\
	km_same; })
#define cmpxchg(ptr, old, new_) ({ __typeof__(*(ptr)) km_old = (old); try_cmpxchg(ptr, &km_old, new_); km_old; })
#define xchg(ptr, new_) ({								\
	__auto_type km_p = (ptr);							\
	km_before_atomic(KM_XCHG, km_p);						\
	__typeof__(*km_p) km_was = *km_p;						\
	*km_p = (new_);									\
	km_after_atomic(KM_XCHG, km_p, 1);						\
	km_was; })
typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
typedef struct { long counter; } atomic_long_t;
#define ATOMIC_INIT(i) { (i) }
#define atomic_read(v) READ_ONCE((v)->counter)
#define atomic_set(v, i) WRITE_ONCE((v)->counter, i)
#define atomic_inc(v) ((void)++(v)->counter)
#define atomic_dec(v) ((void)--(v)->counter)
#define atomic_add(i, v) ((void)((v)->counter += (i)))
#define atomic_sub(i, v) ((void)((v)->counter -= (i)))
#define atomic_inc_return(v) (++(v)->counter)
#define atomic_dec_return(v) (--(v)->counter)
#define atomic_dec_and_test(v) (--(v)->counter == 0)
#define atomic_cmpxchg(v, o, n) cmpxchg(&(v)->counter, o, n)
#define atomic_xchg(v, n) xchg(&(v)->counter, n)
#define atomic_long_read atomic_read
#define atomic_long_set atomic_set
#define atomic_long_inc atomic_inc
#define atomic_long_add atomic_add
#define atomic64_read atomic_read
#define atomic64_inc atomic_inc

#include "list.h"
#include "sched.h"
#include "mm.h"

#endif
