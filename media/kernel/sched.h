/* SPDX-License-Identifier: MIT
 *
 * Threads, time, waiting, locks, per-CPU data and start-up under the kernel's names; written for the kmigrated explorer. A policy gives up its CPU only
 * inside the calls of this file, so locks are never contended between two of its own threads; what a contended lock costs is not modelled.
 */
#ifndef KM_SCHED_H
#define KM_SCHED_H

/* ---- time ---- */
#ifndef KM_HZ
#define KM_HZ 1000
#endif
#define HZ KM_HZ
#define MSEC_PER_SEC 1000L
#define USEC_PER_SEC 1000000L
#define USEC_PER_MSEC 1000L
#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_USEC 1000L
KM_IMPORT(jiffies) double km_jiffies(void);
KM_IMPORT(now_ns) double km_now_ns(void);
#define jiffies ((unsigned long)(u64)km_jiffies())
#define get_jiffies_64() ((u64)km_jiffies())
static inline unsigned long msecs_to_jiffies(unsigned int ms) { return ((unsigned long)ms * HZ + 999) / 1000; }
static inline unsigned int jiffies_to_msecs(unsigned long j) { return (unsigned int)(j * 1000 / HZ); }
static inline unsigned long usecs_to_jiffies(unsigned int us) { return ((u64)us * HZ + 999999) / 1000000; }
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define ktime_get_ns() ((u64)km_now_ns())
#define ktime_get() ((ktime_t)km_now_ns())
#define local_clock() ktime_get_ns()
#define sched_clock() ktime_get_ns()

/* ---- threads ---- */
struct task_struct { int pid; int prio; char comm[16]; };
KM_IMPORT(kthread_create) double km_kthread_create(int (*fn)(void *), void *data, int node, const char *format, void *args);
struct task_struct *km_kthread(int (*fn)(void *), void *data, int node, const char *format, ...);
KM_IMPORT(wake_up_process) int km_wake_up_process(struct task_struct *task);
KM_IMPORT(should_stop) int km_should_stop(void);
KM_IMPORT(cond_resched) int km_cond_resched(void);
KM_IMPORT(cpu) int km_cpu(void);
#define kthread_create(fn, data, ...) km_kthread(fn, data, NUMA_NO_NODE, __VA_ARGS__)
#define kthread_create_on_node(fn, data, node, ...) km_kthread(fn, data, node, __VA_ARGS__)
#define kthread_run(fn, data, ...) ({ struct task_struct *km_t = kthread_create(fn, data, __VA_ARGS__); if (!IS_ERR(km_t)) wake_up_process(km_t); km_t; })
#define kthread_run_on_node kthread_create_on_node
static inline int wake_up_process(struct task_struct *task) { return km_wake_up_process(task); }
static inline bool kthread_should_stop(void) { return km_should_stop() != 0; }
static inline bool kthread_freezable_should_stop(bool *was) { if (was) *was = false; return kthread_should_stop(); }
static inline int kthread_stop(struct task_struct *task) { (void)task; return 0; }
static inline bool kthread_should_park(void) { return false; }
static inline void kthread_parkme(void) { }
static inline void set_freezable(void) { }
static inline bool try_to_freeze(void) { return false; }
static inline void set_user_nice(struct task_struct *task, long nice) { (void)task; (void)nice; }
#define set_cpus_allowed_ptr(task, mask) (0)
#define cond_resched() km_cond_resched()
#define need_resched() (0)
#define might_sleep() do { } while (0)
#define schedule() km_cond_resched()
#define smp_processor_id() km_cpu()
#define raw_smp_processor_id() km_cpu()
#define get_cpu() km_cpu()
#define put_cpu() do { } while (0)
#define preempt_disable() do { } while (0)
#define preempt_enable() do { } while (0)
#define local_irq_save(flags) ((void)((flags) = 0))
#define local_irq_restore(flags) ((void)(flags))
#define in_task() 1

/* ---- waiting ---- */
typedef struct wait_queue_head { int km_unused; } wait_queue_head_t;
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name
static inline void init_waitqueue_head(wait_queue_head_t *queue) { queue->km_unused = 0; }
/* Sleeps up to a number of jiffies (below 0: without end); gives those that were left when somebody woke it, 0 at the timeout. */
/* Tells the machine how long a wait may last, before its condition is looked at. */
KM_IMPORT(wait_begins) void km_wait_begins(double jiffies_);
KM_IMPORT(sleep) double km_sleep(wait_queue_head_t *queue, double jiffies_);
KM_IMPORT(wake_up) void km_wake_up(wait_queue_head_t *queue);
#define wake_up(queue) km_wake_up(queue)
#define wake_up_all(queue) km_wake_up(queue)
#define wake_up_interruptible(queue) km_wake_up(queue)
#define wake_up_interruptible_all(queue) km_wake_up(queue)
#define waitqueue_active(queue) 1
#define wq_has_sleeper(queue) 1
#define wait_event_timeout(queue, condition, timeout) ({				\
	long km_left = (timeout);							\
	bool km_true;									\
	km_wait_begins((double)km_left);						\
	for (;;) {									\
		km_true = !!(condition);						\
		if (km_true || km_left <= 0)						\
			break;								\
		km_left = (long)km_sleep(&(queue), (double)km_left);			\
	}										\
	km_true && km_left <= 0 ? 1L : km_left; })
#define wait_event_interruptible_timeout wait_event_timeout
#define wait_event_freezable_timeout wait_event_timeout
#define wait_event_idle_timeout wait_event_timeout
#define wait_event(queue, condition) do { while (!(condition)) km_sleep(&(queue), -1.0); } while (0)
#define wait_event_interruptible(queue, condition) ({ wait_event(queue, condition); 0; })
#define wait_event_freezable wait_event_interruptible
#define schedule_timeout(t) ((long)km_sleep((wait_queue_head_t *)0, (double)(t)))
#define schedule_timeout_interruptible schedule_timeout
#define schedule_timeout_uninterruptible schedule_timeout
#define schedule_timeout_idle schedule_timeout
#define msleep(ms) ((void)schedule_timeout(msecs_to_jiffies(ms)))
#define msleep_interruptible msleep

/* ---- locks ---- */
typedef struct { int km_held; } spinlock_t;
typedef spinlock_t raw_spinlock_t;
typedef spinlock_t rwlock_t;
struct mutex { int km_held; };
#define __SPIN_LOCK_UNLOCKED(name) { 0 }
#define DEFINE_SPINLOCK(name) spinlock_t name = { 0 }
#define DEFINE_MUTEX(name) struct mutex name = { 0 }
#define spin_lock_init(l) ((void)((l)->km_held = 0))
#define mutex_init(l) ((void)((l)->km_held = 0))
#define km_lock(l) do { BUG_ON((l)->km_held); (l)->km_held = 1; } while (0)
#define km_unlock(l) do { BUG_ON(!(l)->km_held); (l)->km_held = 0; } while (0)
#define spin_lock(l) km_lock(l)
#define spin_unlock(l) km_unlock(l)
#define spin_lock_irq(l) km_lock(l)
#define spin_unlock_irq(l) km_unlock(l)
#define spin_lock_bh(l) km_lock(l)
#define spin_unlock_bh(l) km_unlock(l)
#define spin_lock_irqsave(l, flags) do { (flags) = 0; km_lock(l); } while (0)
#define spin_unlock_irqrestore(l, flags) do { (void)(flags); km_unlock(l); } while (0)
#define spin_trylock(l) ((l)->km_held ? 0 : ((l)->km_held = 1))
#define raw_spin_lock spin_lock
#define raw_spin_unlock spin_unlock
#define mutex_lock(l) km_lock(l)
#define mutex_unlock(l) km_unlock(l)
#define mutex_trylock(l) spin_trylock(l)
#define lockdep_assert_held(l) do { } while (0)
#define rcu_read_lock() do { } while (0)
#define rcu_read_unlock() do { } while (0)
#define rcu_dereference(p) READ_ONCE(p)
#define rcu_assign_pointer(p, v) WRITE_ONCE(p, v)

/* ---- per-CPU data ---- */
#define NR_CPUS 512
KM_IMPORT(nr_cpus) int km_nr_cpus(void);
#define nr_cpu_ids ((unsigned int)km_nr_cpus())
#define DEFINE_PER_CPU(type, name) __typeof__(type) name[NR_CPUS]
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name[NR_CPUS]
#define DEFINE_PER_CPU_SHARED_ALIGNED DEFINE_PER_CPU
#define DEFINE_PER_CPU_ALIGNED DEFINE_PER_CPU
#define per_cpu(name, cpu) (name[cpu])
/* &name is a pointer to the array of all CPUs' copies. */
#define per_cpu_ptr(ptr, cpu) (&(*(ptr))[cpu])
#define this_cpu_ptr(ptr) per_cpu_ptr(ptr, km_cpu())
#define raw_cpu_ptr(ptr) this_cpu_ptr(ptr)
#define get_cpu_ptr(ptr) this_cpu_ptr(ptr)
#define put_cpu_ptr(ptr) ((void)(ptr))
#define get_cpu_var(name) (name[km_cpu()])
#define put_cpu_var(name) ((void)(name))
#define this_cpu_read(name) (name[km_cpu()])
#define this_cpu_write(name, v) ((void)(name[km_cpu()] = (v)))
#define this_cpu_add(name, v) ((void)(name[km_cpu()] += (v)))
#define this_cpu_inc(name) this_cpu_add(name, 1)
#define this_cpu_dec(name) this_cpu_add(name, -1)
#define __this_cpu_add this_cpu_add
#define __this_cpu_inc this_cpu_inc
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < km_nr_cpus(); (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)

/* ---- start-up ---- */
#define KM_CAT_(a, b) a##b
#define KM_CAT(a, b) KM_CAT_(a, b)
#define KM_STR_(a) #a
#define KM_STR(a) KM_STR_(a)
#define km_initcall(order, fn) \
	__attribute__((export_name("km_init_" #order "_" KM_STR(__COUNTER__)), used)) int KM_CAT(km_init_, fn)(void) { return fn(); } \
	_Static_assert(1, "")
#define core_initcall(fn) km_initcall(1, fn);
#define arch_initcall(fn) km_initcall(3, fn);
#define subsys_initcall(fn) km_initcall(4, fn);
#define fs_initcall(fn) km_initcall(5, fn);
#define device_initcall(fn) km_initcall(6, fn);
#define module_init(fn) km_initcall(6, fn);
#define late_initcall(fn) km_initcall(7, fn);
#define module_exit(fn)
#define early_param(name, fn)
#define __setup(name, fn)
#define module_param(name, type, perm)
#define module_param_named(name, value, type, perm)
#define core_param(name, var, type, perm)
#define MODULE_LICENSE(text)
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define MODULE_PARM_DESC(name, text)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define hotplug_memory_notifier(fn, priority) (0)
#define cpuhp_setup_state(state, name, up, down) (0)
#define cpuhp_setup_state_nocalls(state, name, up, down) (0)

#endif
