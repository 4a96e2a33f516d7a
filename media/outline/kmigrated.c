// SPDX-License-Identifier: MIT
/*
 * OUTLINE. This is not kernel code: it is a sketch of the kmigrated explorer's own, in its own words, that stands in while no
 * kernel tree is open. Function names, flags and the order of what happens are those of "Kernel thread based async batch
 * migration", RFC v1 (June 2025); everything else was written anew. It compiles against the headers of media/kernel and runs
 * as a policy of the simulated machine; what stands around it in the kernel is at the end, for reading only.
 *
 * To read the real file, open a kernel tree that has mm/kmigrated.c, or name the file in the setting kmigrated.sourcePath.
 * The numbers above the functions come from the simulation that is open. "D2" and the like are entries of the defect
 * register: hover the statement to read them. Defects of the posting are kept as they are.
 */

#include <linux/mm.h>
#include <linux/migrate.h>
#include <linux/page_ext.h>
#include <linux/kthread.h>

#define KMIGRATE_DELAY  1000	/* ms: how long the thread sleeps when nothing is requested */
#define KMIGRATE_BATCH  512	/* folios (not pages) that a batch may hold */

/*
 * The flag word: one unsigned long of page_ext for every page frame. On a 64-bit kernel:
 *
 *	bit  2        PAGE_EXT_MIGRATE_READY: a request waits here
 *	bits 3..12    the target node, ten bits wide by intention
 *	bits 13..33   frequency and time: reserved, unused
 *
 * D1: the masks are made from the shifts, not from the widths. The target's mask is 0x7, so three bits are kept and
 * node 8 is stored as node 0, node 9 as node 1, ... and "no node" (-1) as 7.
 */
#define target_in(word)		(((word) >> PAGE_EXT_MIG_NID_SHIFT) & PAGE_EXT_MIG_NID_MASK)
#define without_target(word)	((word) & ~(PAGE_EXT_MIG_NID_MASK << PAGE_EXT_MIG_NID_SHIFT))
#define as_target(nid)		(((nid) & PAGE_EXT_MIG_NID_MASK) << PAGE_EXT_MIG_NID_SHIFT)

/* Puts a target into the flag word and gives the one that stood there; the other bits stay as they are. */
static int page_ext_xchg_nid(struct page_ext *ext, int nid)
{
	unsigned long seen, wanted;

	seen = READ_ONCE(ext->flags);
	do
		wanted = without_target(seen) | as_target(nid);
	while (!try_cmpxchg(&ext->flags, &seen, wanted));	/* another CPU was faster: look again */

	return target_in(seen);
}

/*
 * The producers' side: "move the page at this PFN to that node". A NUMA hint fault calls it. Nothing is checked: neither
 * whether the node exists, nor whether the page is there already (D3), nor whether it can move at all.
 */
int kmigrated_add_pfn(unsigned long pfn, int nid)
{
	struct page *p = pfn_to_page(pfn);
	struct page_ext *ext = page_ext_get(p);

	if (!ext)
		return -EINVAL;		/* no flag word, no request */

	/* Two atomics for one request. A consumer between them ends with READY and a target of 7 (D11). */
	page_ext_xchg_nid(ext, nid);
	set_bit(PAGE_EXT_MIGRATE_READY, &ext->flags);	/* marked before? nobody looks (D28) */
	page_ext_put(ext);

	/* On the node where the page is now. The thread sleeps on: nobody wakes it (D4). */
	set_bit(PGDAT_KMIGRATED_ACTIVATE, &page_pgdat(p)->flags);
	return 0;
}

/* The consumers' side: takes the request off a page, before anything is known about whether it can be met (D7). */
static int kmigrated_get_nid(struct page *p)
{
	struct page_ext *ext = page_ext_get(p);
	int target = NUMA_NO_NODE;

	if (ext == NULL)
		return target;
	if (test_and_clear_bit(PAGE_EXT_MIGRATE_READY, &ext->flags))
		target = page_ext_xchg_nid(ext, NUMA_NO_NODE);

	page_ext_put(ext);
	return target;
}

/* Walks every page frame of a zone's span, one after the other, holes as well (D6), and collects what is marked. */
static void kmigrated_walk_zone(unsigned long first, unsigned long past, int own_nid)
{
	int cur_nid = NUMA_NO_NODE;	/* where the collected folios will go */
	int held = 0;			/* how many are collected */
	LIST_HEAD(migrate_list);

	for (unsigned long at = first; at < past; at++) {
		struct page *p;
		struct folio *f;
		int asked;

		/* Is there a struct page at all? Not in a hole. */
		if (!pfn_valid(at))
			continue;

		/* Is its section online? */
		if (!(p = pfn_to_online_page(at)))
			continue;

		/* Spans of nodes may overlap: the page may be another node's. */
		if (page_to_nid(p) != own_nid)
			continue;

		/* Slab, page tables, free pages, pages on a per-CPU list: not movable now, and a mark is kept (D8, D9). */
		f = page_folio(p);
		if (!folio_test_lru(f))
			continue;

		/* From here on a mark is gone, whatever happens next (D7). */
		asked = kmigrated_get_nid(p);
		if (asked == NUMA_NO_NODE)
			continue;

		/* It wants to be where it is (D3), or its target was cut to three bits (D1). */
		if (asked == page_to_nid(p))
			continue;

		/* Room on the target, and off the LRU with it: one folio at a time (D14). */
		if (migrate_misplaced_folio_prepare(f, NULL, asked) != 0)
			continue;

		/* D2: "== NUMA_NO_NODE" was meant. As it stands, every folio from the second on turns the whole list its way. */
		if (cur_nid != NUMA_NO_NODE)
			cur_nid = asked;

		/* Full, or another target? After the line above the second can be true for the first folio only. */
		held++;
		if (held >= KMIGRATE_BATCH || cur_nid != asked) {
			/* All that is held goes to cur_nid; the first time nothing is held and cur_nid is no node. */
			migrate_misplaced_folios_batch(&migrate_list, cur_nid);
			held = 0;
			cur_nid = asked;
			cond_resched();		/* the only one: no candidate, no rest (D12) */
		}

		/* At the head: the last one in is the first to move. */
		list_add(&f->lru, &migrate_list);
	}

	/* What is left goes where the last folio wanted to go. */
	if (list_empty(&migrate_list))
		return;
	migrate_misplaced_folios_batch(&migrate_list, cur_nid);
}

/* One pass over a node. A mark set behind the cursor is not lost: it asks for another pass. */
static void kmigrated_do_work(pg_data_t *node)
{
	clear_bit(PGDAT_KMIGRATED_ACTIVATE, &node->flags);

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *z = node->node_zones + i;

		if (populated_zone(z) && !zone_is_zone_device(z))
			kmigrated_walk_zone(z->zone_start_pfn, zone_end_pfn(z), node->node_id);
	}
}

static bool kmigrated_work_requested(pg_data_t *node)
{
	return test_bit(PGDAT_KMIGRATED_ACTIVATE, &node->flags);
}

/*
 * Sleeps, unless a request came during the last pass. The queue exists, but nobody ever wakes it (D4), and what
 * woke the thread is not asked: a timeout without any request walks the node all the same (D5).
 */
static void kmigrated_wait_work(pg_data_t *node)
{
	long ticks = msecs_to_jiffies(KMIGRATE_DELAY);

	wait_event_timeout(node->kmigrated_wait, kmigrated_work_requested(node), ticks);
}

/* The thread of a node. */
static int kmigrated(void *data)
{
	pg_data_t *node = data;

	for (;;) {
		if (kthread_should_stop())
			return 0;
		kmigrated_wait_work(node);
		kmigrated_do_work(node);
	}
}

/* A thread on whatever CPU the scheduler picks (D20). */
static void kmigrated_run(int nid)
{
	pg_data_t *node = NODE_DATA(nid);
	struct task_struct *thread;

	if (node->kmigrated)
		return;		/* it has one */
	thread = kthread_create(kmigrated, node, "kmigrated%d", nid);
	if (IS_ERR(thread)) {
		pr_err("Failed to start kmigrated for node %d\n", nid);
		return;		/* this node's marks will never be read */
	}
	node->kmigrated = thread;
	wake_up_process(thread);
}

/* At boot, for each node with memory, the fast ones too (D21). A node that comes later gets no thread (D22). */
static int __init kmigrated_init(void)
{
	int nid;

	for_each_node_state(nid, N_MEMORY)
		kmigrated_run(nid);
	return 0;
}

subsys_initcall(kmigrated_init)

#ifdef KMIGRATED_AROUND
/*
 * What stands around it. In a kernel tree these functions are in mm/migrate.c; here only the steps that the simulation
 * has points for.
 */

/* Can this folio move to that node? If so it leaves the LRU. */
int migrate_misplaced_folio_prepare(struct folio *f, struct vm_area_struct *vma, int nid)
{
	pg_data_t *there = NODE_DATA(nid);	/* NULL for a node that does not exist: the next line is an oops */

	if (!migrate_balanced_pgdat(there, folio_nr_pages(f))) {
		/* below the high watermark: with memory tiering on, kswapd of that node is woken */
		return -EAGAIN;
	}
	if (!folio_isolate_lru(f))
		return -EAGAIN;
	return 0;
}

/* All folios of a list to one node. */
int migrate_misplaced_folios_batch(struct list_head *folios, int nid)
{
	unsigned int moved = 0;
	int left;

	left = migrate_pages(folios, alloc_misplaced_dst_folio, NULL, nid, MIGRATE_ASYNC, MR_NUMA_MISPLACED, &moved);
	if (left != 0)
		putback_movable_pages(folios);		/* on their LRU again; their marks are gone */

	/* NUMA_PAGE_MIGRATE and PGPROMOTE_SUCCESS count what moved, promotion or not (D15). */
	return left ? -EAGAIN : 0;
}

/* Up to 512 pages at a time: unmap all, flush once, then move one by one. */
static int migrate_pages_batch(struct list_head *from, struct list_head *unmapped)
{
	struct folio *f, *dst;

	list_for_each_entry(f, from, lru)
		migrate_folio_unmap(f, &dst);	/* whoever touches it from now on waits for the move */

	try_to_unmap_flush();

	list_for_each_entry(f, unmapped, lru)
		migrate_folio_move(f, dst);

	return 0;
}

#endif /* KMIGRATED_AROUND */
