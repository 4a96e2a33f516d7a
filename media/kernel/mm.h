/* SPDX-License-Identifier: MIT
 *
 * Nodes, zones, pages, folios and page_ext under the kernel's names, with what the series adds to their headers (flag bits, masks, fields); written for
 * the kmigrated explorer. A struct page is a handle with a list head: what it is (valid, online, whose, on the LRU) is asked of the machine.
 */
#ifndef KM_MM_H
#define KM_MM_H

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PMD_SHIFT 21
#define PMD_ORDER 9
#define HPAGE_PMD_ORDER 9
#define HPAGE_PMD_NR 512
#define pageblock_order 9
#define pageblock_nr_pages 512UL
#define MAX_PAGE_ORDER 10
#ifndef KM_SECTION_PAGES
#define KM_SECTION_PAGES 32768UL
#endif
#define PAGES_PER_SECTION KM_SECTION_PAGES
#define pfn_to_section_nr(pfn) ((pfn) / PAGES_PER_SECTION)
#define section_nr_to_pfn(nr) ((nr) * PAGES_PER_SECTION)
#define SECTION_ALIGN_UP(pfn) ALIGN(pfn, PAGES_PER_SECTION)
#define SECTION_ALIGN_DOWN(pfn) ALIGN_DOWN(pfn, PAGES_PER_SECTION)

#define NUMA_NO_NODE (-1)
#define MAX_NUMNODES 1024
#define NODES_SHIFT 10
enum node_states { N_POSSIBLE, N_ONLINE, N_NORMAL_MEMORY, N_MEMORY, N_CPU, NR_NODE_STATES };
KM_IMPORT(node_state) int km_node_state(int nid, int state);
#define node_state(nid, state) km_node_state(nid, state)
#define node_online(nid) km_node_state(nid, N_ONLINE)
#define for_each_node_state(nid, state) for ((nid) = 0; (nid) < MAX_NUMNODES; (nid)++) if (km_node_state(nid, state))
#define for_each_online_node(nid) for_each_node_state(nid, N_ONLINE)
#define for_each_node(nid) for_each_node_state(nid, N_ONLINE)
#define for_each_node_with_cpus(nid) for_each_node_state(nid, N_CPU)
#define nr_node_ids MAX_NUMNODES
KM_IMPORT(toptier) int km_toptier(int nid);
KM_IMPORT(distance) int km_distance(int from, int to);
#define node_is_toptier(nid) (km_toptier(nid) != 0)
#define node_distance(from, to) km_distance(from, to)
#define numa_node_id() km_cpu_to_node(km_cpu())
KM_IMPORT(cpu_to_node) int km_cpu_to_node(int cpu);
#define cpu_to_node(cpu) km_cpu_to_node(cpu)
#define cpumask_of_node(nid) (0)

enum zone_type { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, ZONE_DEVICE, MAX_NR_ZONES_ };
#define MAX_NR_ZONES 5
enum node_stat_item {
	NR_ISOLATED_ANON, NR_ISOLATED_FILE, PGPROMOTE_SUCCESS, PGPROMOTE_CANDIDATE, NR_ANON_MAPPED, NR_FILE_PAGES, NR_VM_NODE_STAT_ITEMS,
};
enum vm_event_item { NUMA_PAGE_MIGRATE, NUMA_HINT_FAULTS, PGMIGRATE_SUCCESS, PGMIGRATE_FAIL, NR_VM_EVENT_ITEMS };

/* What the series adds: a request flag of a node, and the fields of a flag word, with the masks as posted (made from the shifts). */
enum pgdat_flags { PGDAT_DIRTY, PGDAT_WRITEBACK, PGDAT_RECLAIM_LOCKED, PGDAT_KMIGRATED_ACTIVATE };
#ifndef KM_READY_BIT
#define KM_READY_BIT 2
#endif
enum page_ext_flags { PAGE_EXT_OWNER, PAGE_EXT_OWNER_ALLOCATED, PAGE_EXT_MIGRATE_READY = KM_READY_BIT };
#define PAGE_EXT_MIG_NID_WIDTH 10
#define PAGE_EXT_MIG_FREQ_WIDTH 3
#define PAGE_EXT_MIG_TIME_WIDTH 18
#define PAGE_EXT_MIG_NID_SHIFT (PAGE_EXT_MIGRATE_READY + 1)
#define PAGE_EXT_MIG_FREQ_SHIFT (PAGE_EXT_MIG_NID_SHIFT + PAGE_EXT_MIG_NID_WIDTH)
#define PAGE_EXT_MIG_TIME_SHIFT (PAGE_EXT_MIG_FREQ_SHIFT + PAGE_EXT_MIG_FREQ_WIDTH)
#define PAGE_EXT_MIG_NID_MASK ((1UL << PAGE_EXT_MIG_NID_SHIFT) - 1)
#define PAGE_EXT_MIG_FREQ_MASK ((1UL << PAGE_EXT_MIG_FREQ_SHIFT) - 1)
#define PAGE_EXT_MIG_TIME_MASK ((1UL << PAGE_EXT_MIG_TIME_SHIFT) - 1)

struct page_ext { unsigned long flags; };
struct page { unsigned long flags; struct list_head lru; unsigned long private; };
struct folio { union { struct { unsigned long flags; struct list_head lru; unsigned long private; }; struct page page; }; };
struct vm_area_struct;
struct mem_cgroup;
struct zone {
	struct pglist_data *zone_pgdat;
	unsigned long zone_start_pfn, spanned_pages, present_pages, managed;
	int node, idx;
	const char *name;
};
typedef struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	unsigned long flags;
	int node_id, nr_zones;
	unsigned long node_start_pfn, node_spanned_pages, node_present_pages;
	wait_queue_head_t kswapd_wait, kmigrated_wait;
	struct task_struct *kswapd, *kmigrated;
	/* room for what a change of the series may add */
	unsigned long kmigrated_private[4];
} pg_data_t;

extern struct pglist_data *km_node_data[MAX_NUMNODES];
#define NODE_DATA(nid) (km_node_data[nid])

/* The page array and the flag words lie where the machine has put them. */
extern struct page *km_pages;
extern struct page_ext *km_page_exts;
extern unsigned long km_pfns;
#define max_pfn km_pfns

static inline struct page *pfn_to_page(unsigned long pfn) { return pfn < km_pfns ? km_pages + pfn : NULL; }
static inline unsigned long page_to_pfn(const struct page *page) { return (unsigned long)(page - km_pages); }
#define page_folio_(page) ((struct folio *)(page))
static inline unsigned long folio_pfn(const struct folio *folio) { return page_to_pfn(&folio->page); }
static inline struct folio *pfn_folio(unsigned long pfn) { return (struct folio *)pfn_to_page(pfn); }
#define folio_page(folio, n) (&(folio)->page + (n))

KM_IMPORT(pfn_valid) int km_pfn_valid(double pfn);
KM_IMPORT(pfn_to_online_page) int km_pfn_online(double pfn);
KM_IMPORT(page_to_nid) int km_nid(double pfn);
KM_IMPORT(page_folio) double km_head(double pfn);
KM_IMPORT(folio_test_lru) int km_lru(double pfn);
KM_IMPORT(folio_order) int km_order(double pfn);
KM_IMPORT(page_ext_get) int km_ext_get(double pfn);
KM_IMPORT(page_ext_put) void km_ext_put(double pfn);
KM_IMPORT(folio_try_get) int km_try_get(double pfn);
KM_IMPORT(folio_put) void km_put(double pfn);
KM_IMPORT(folio_bits) int km_folio_bits(double pfn);
#define pfn_valid(pfn) (km_pfn_valid((double)(pfn)) != 0)
static inline struct page *pfn_to_online_page(unsigned long pfn) { return km_pfn_online((double)pfn) ? pfn_to_page(pfn) : NULL; }
static inline int page_to_nid(const struct page *page) { return km_nid((double)page_to_pfn(page)); }
static inline int pfn_to_nid(unsigned long pfn) { return km_nid((double)pfn); }
static inline struct folio *page_folio(const struct page *page) { return (struct folio *)(km_pages + (unsigned long)km_head((double)page_to_pfn(page))); }
static inline int folio_nid(const struct folio *folio) { return page_to_nid(&folio->page); }
static inline bool folio_test_lru(const struct folio *folio) { return km_lru((double)folio_pfn(folio)) != 0; }
static inline unsigned int folio_order(const struct folio *folio) { return (unsigned int)km_order((double)folio_pfn(folio)); }
static inline long folio_nr_pages(const struct folio *folio) { return 1L << folio_order(folio); }
static inline bool folio_test_large(const struct folio *folio) { return folio_order(folio) > 0; }
static inline bool folio_try_get(struct folio *folio) { return km_try_get((double)folio_pfn(folio)) != 0; }
static inline void folio_get(struct folio *folio) { (void)km_try_get((double)folio_pfn(folio)); }
static inline void folio_put(struct folio *folio) { km_put((double)folio_pfn(folio)); }
#define get_page(page) folio_get(page_folio(page))
#define put_page(page) folio_put(page_folio(page))
#define get_page_unless_zero(page) folio_try_get(page_folio(page))
#define PageLRU(page) folio_test_lru(page_folio(page))
enum { KM_BIT_FILE = 1, KM_BIT_DIRTY = 2, KM_BIT_LOCKED = 4, KM_BIT_WRITEBACK = 8, KM_BIT_PINNED = 16, KM_BIT_ACTIVE = 32 };
#define folio_is_file_lru(folio) ((km_folio_bits((double)folio_pfn(folio)) & KM_BIT_FILE) != 0)
#define folio_test_anon(folio) (!folio_is_file_lru(folio))
#define folio_test_dirty(folio) ((km_folio_bits((double)folio_pfn(folio)) & KM_BIT_DIRTY) != 0)
#define folio_test_locked(folio) ((km_folio_bits((double)folio_pfn(folio)) & KM_BIT_LOCKED) != 0)
#define folio_test_writeback(folio) ((km_folio_bits((double)folio_pfn(folio)) & KM_BIT_WRITEBACK) != 0)
#define folio_test_active(folio) ((km_folio_bits((double)folio_pfn(folio)) & KM_BIT_ACTIVE) != 0)
#define folio_test_hugetlb(folio) (0)
#define folio_is_zone_device(folio) (0)
#define folio_memcg(folio) ((struct mem_cgroup *)0)

static inline pg_data_t *page_pgdat(const struct page *page) { extern int km_pgdat_nid(double) KM_IMPORT(page_pgdat); return NODE_DATA(km_pgdat_nid((double)page_to_pfn(page))); }
static inline pg_data_t *folio_pgdat(const struct folio *folio) { return page_pgdat(&folio->page); }
static inline bool populated_zone(const struct zone *zone) { return zone->present_pages != 0; }
static inline bool managed_zone(const struct zone *zone) { return zone->managed != 0; }
static inline bool zone_is_zone_device(const struct zone *zone) { return zone->idx == ZONE_DEVICE; }
static inline unsigned long zone_end_pfn(const struct zone *zone) { return zone->zone_start_pfn + zone->spanned_pages; }
static inline bool zone_spans_pfn(const struct zone *zone, unsigned long pfn) { return pfn >= zone->zone_start_pfn && pfn < zone_end_pfn(zone); }
static inline int zone_to_nid(const struct zone *zone) { return zone->node; }
static inline unsigned long pgdat_end_pfn(const pg_data_t *pgdat) { return pgdat->node_start_pfn + pgdat->node_spanned_pages; }
#define zone_idx(zone) ((zone)->idx)
#define for_each_populated_zone(zone) \
	for (int km_n = 0; km_n < MAX_NUMNODES; km_n++) if (NODE_DATA(km_n)) \
		for (zone = NODE_DATA(km_n)->node_zones; zone < NODE_DATA(km_n)->node_zones + MAX_NR_ZONES; zone++) if (populated_zone(zone))

static inline struct page_ext *page_ext_get(const struct page *page)
{
	if (!page || !km_ext_get((double)page_to_pfn(page)))
		return NULL;
	return km_page_exts + page_to_pfn(page);
}
static inline void page_ext_put(struct page_ext *ext)
{
	if (ext)
		km_ext_put((double)(unsigned long)(ext - km_page_exts));
}
#define lookup_page_ext(page) page_ext_get(page)

/* migrate.h */
KM_IMPORT(prepare) int km_prepare(double pfn, int nid);
KM_IMPORT(batch) int km_batch(struct list_head *folios, int nid);
static inline int migrate_misplaced_folio_prepare(struct folio *folio, struct vm_area_struct *vma, int nid) { (void)vma; return km_prepare((double)folio_pfn(folio), nid); }
/* Takes every folio off the list: each was moved, or is back on its LRU. */
static inline int migrate_misplaced_folios_batch(struct list_head *folios, int nid)
{
	int ret = km_batch(folios, nid);

	INIT_LIST_HEAD(folios);
	return ret;
}
static inline int migrate_misplaced_folio(struct folio *folio, int nid)
{
	LIST_HEAD(one);

	list_add(&folio->lru, &one);
	return migrate_misplaced_folios_batch(&one, nid);
}
KM_IMPORT(isolate) int km_isolate(double pfn);
KM_IMPORT(putback) void km_putback(double pfn);
static inline bool folio_isolate_lru(struct folio *folio) { return km_isolate((double)folio_pfn(folio)) != 0; }
static inline void folio_putback_lru(struct folio *folio) { km_putback((double)folio_pfn(folio)); }
KM_IMPORT(balanced) int km_balanced(int nid, double pages);
static inline bool migrate_balanced_pgdat(pg_data_t *pgdat, unsigned long pages) { return km_balanced(pgdat->node_id, (double)pages) != 0; }

/* vmstat: the machine keeps its own counters; what a policy adds for itself is not shown. */
#define mod_node_page_state(pgdat, item, n) ((void)(pgdat), (void)(item), (void)(n))
#define node_stat_mod_folio(folio, item, n) ((void)(folio), (void)(item), (void)(n))
#define inc_node_page_state(page, item) ((void)(page), (void)(item))
#define count_vm_event(item) ((void)(item))
#define count_vm_events(item, n) ((void)(item), (void)(n))
#define count_vm_numa_event(item) ((void)(item))
#define count_vm_numa_events(item, n) ((void)(item), (void)(n))
#define count_memcg_events(memcg, item, n) ((void)(item), (void)(n))

/* slab */
#define GFP_KERNEL 0u
#define GFP_ATOMIC 1u
#define GFP_NOWAIT 2u
#define __GFP_ZERO 4u
#define __GFP_NOWARN 8u
void *km_alloc(size_t bytes);
void km_free(const void *at);
static inline void *kmalloc(size_t bytes, gfp_t gfp) { (void)gfp; return km_alloc(bytes); }
static inline void *kzalloc(size_t bytes, gfp_t gfp) { (void)gfp; void *at = km_alloc(bytes); if (at) __builtin_memset(at, 0, bytes); return at; }
#define kcalloc(n, bytes, gfp) kzalloc((n) * (bytes), gfp)
#define kmalloc_array(n, bytes, gfp) kmalloc((n) * (bytes), gfp)
#define kzalloc_node(bytes, gfp, node) kzalloc(bytes, gfp)
#define kmalloc_node(bytes, gfp, node) kmalloc(bytes, gfp)
#define kvmalloc kmalloc
#define kvzalloc kzalloc
#define kvcalloc kcalloc
#define vzalloc(bytes) kzalloc(bytes, 0)
#define vmalloc(bytes) kmalloc(bytes, 0)
static inline void kfree(const void *at) { km_free(at); }
#define kvfree kfree
#define vfree kfree
#define memset __builtin_memset
#define memcpy __builtin_memcpy

#endif
