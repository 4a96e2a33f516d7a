/* SPDX-License-Identifier: MIT
 *
 * What stands behind the headers inside the module: the fuel meter, message arguments, a small allocator, and where things lie, for the machine to read.
 */
#include "km_kernel.h"

struct pglist_data *km_node_data[MAX_NUMNODES];
struct page *km_pages;
struct page_ext *km_page_exts;
unsigned long km_pfns;
/* Edges of the control flow that may still be passed before somebody asks whether this ever ends. */
static u64 km_fuel;
KM_IMPORT(out_of_fuel) void km_out_of_fuel(void);

/* -fsanitize-coverage=trace-pc calls it on every edge; this file is compiled without it. */
void __sanitizer_cov_trace_pc(void)
{
	if (unlikely(!km_fuel))
		km_out_of_fuel();
	km_fuel--;
}

KM_EXPORT(km_set_fuel) void km_set_fuel(double edges) { km_fuel = (u64)edges; }
KM_EXPORT(km_fuel_left) double km_fuel_left(void) { return (double)km_fuel; }

void km_printf(int level, const char *format, ...)
{
	__builtin_va_list args;

	__builtin_va_start(args, format);
	km_print(level, format, args);
	__builtin_va_end(args);
}

struct task_struct *km_kthread(int (*fn)(void *), void *data, int node, const char *format, ...)
{
	__builtin_va_list args;
	double made;

	__builtin_va_start(args, format);
	made = km_kthread_create(fn, data, node, format, args);
	__builtin_va_end(args);
	if (made < 0)
		return ERR_PTR((long)made);
	return (struct task_struct *)(unsigned long)made;
}

/* A bump allocator with free lists by power of two: block = [order][payload]. */
#define KM_ORDERS 40
static void *km_freed[KM_ORDERS];
static char *km_top, *km_past;

KM_EXPORT(km_heap) void km_heap(double from, double past)
{
	km_top = (char *)(unsigned long)from;
	km_past = (char *)(unsigned long)past;
}

void *km_alloc(size_t bytes)
{
	int order = 4;
	char *at;

	while (((size_t)1 << order) < bytes + 16)
		order++;
	if (km_freed[order]) {
		at = km_freed[order];
		km_freed[order] = *(void **)at;
		return at;
	}
	if (!km_top || (size_t)(km_past - km_top) < ((size_t)1 << order))
		return NULL;
	at = km_top;
	km_top += (size_t)1 << order;
	*(long *)at = order;
	return at + 16;
}

void km_free(const void *pointer)
{
	char *at = (char *)pointer;

	if (IS_ERR_OR_NULL(at))
		return;
	long order = *(long *)(at - 16);
	*(void **)at = km_freed[order];
	km_freed[order] = at;
}

/* Numbers that the machine needs to find its way in this memory; the order is that of src/policy/layout.ts. */
KM_EXPORT(km_layout) double km_layout(int what)
{
	switch (what) {
	case 0: return sizeof(struct page);
	case 1: return sizeof(struct page_ext);
	case 2: return sizeof(pg_data_t);
	case 3: return sizeof(struct zone);
	case 4: return offsetof(struct page, lru);
	case 5: return offsetof(pg_data_t, flags);
	case 6: return offsetof(pg_data_t, node_id);
	case 7: return offsetof(pg_data_t, kmigrated_wait);
	case 8: return PGDAT_KMIGRATED_ACTIVATE;
	case 9: return PAGE_EXT_MIGRATE_READY;
	case 10: return sizeof(unsigned long);
	case 11: return sizeof(struct task_struct);
	default: return -1;
	}
}

/* The machine is written down: pages and flag words from two addresses on. */
KM_EXPORT(km_set_pages) void km_set_pages(double pages, double exts, double pfns)
{
	km_pages = (struct page *)(unsigned long)pages;
	km_page_exts = (struct page_ext *)(unsigned long)exts;
	km_pfns = (unsigned long)pfns;
}

KM_EXPORT(km_set_node) void km_set_node(int nid, double at)
{
	km_node_data[nid] = (pg_data_t *)(unsigned long)at;
	km_node_data[nid]->node_id = nid;
	for (int i = 0; i < MAX_NR_ZONES; i++) {
		km_node_data[nid]->node_zones[i].zone_pgdat = km_node_data[nid];
		km_node_data[nid]->node_zones[i].node = nid;
		km_node_data[nid]->node_zones[i].idx = i;
	}
	km_node_data[nid]->nr_zones = MAX_NR_ZONES;
}

KM_EXPORT(km_set_zone) void km_set_zone(int nid, int idx, double start, double spanned, double present, double managed)
{
	pg_data_t *pgdat = km_node_data[nid];
	struct zone *zone = pgdat->node_zones + idx;

	zone->zone_start_pfn = (unsigned long)start;
	zone->spanned_pages = (unsigned long)spanned;
	zone->present_pages = (unsigned long)present;
	zone->managed = (unsigned long)managed;
	if (!present)
		return;
	if (!pgdat->node_spanned_pages || start < pgdat->node_start_pfn)
		pgdat->node_start_pfn = (unsigned long)start;
	if (start + spanned > pgdat->node_start_pfn + pgdat->node_spanned_pages)
		pgdat->node_spanned_pages = (unsigned long)(start + spanned) - pgdat->node_start_pfn;
	pgdat->node_present_pages += (unsigned long)present;
}

/* The thread function of a kthread is called with its data. */
KM_EXPORT(km_call_thread) int km_call_thread(int (*fn)(void *), void *data) { return fn(data); }
