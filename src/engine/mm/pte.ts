/** The state of one page table entry (or PMD of a THP) in eight bits, as far as NUMA balancing and migration look at it. */

/** Bits 0-1: what stands in the entry. */
export const PTE_STATE = 3;
export const PTE_NONE = 0;
/** Present and accessible. */
export const PTE_PRESENT = 1;
/** PROT_NONE by the NUMA scanner: the next touch is a hint fault. */
export const PTE_PROTNONE = 2;
/** A migration entry: a touch waits until the page has moved. */
export const PTE_MIGRATION = 3;
/** Writable now (for a migration entry: will be writable afterwards). */
export const PTE_WRITE = 1 << 2;
/** A CPU may hold a translation of it: it was accessed since it became present. */
export const PTE_CACHED = 1 << 3;
/** The entry was PROT_NONE when migrate_pages() unmapped it. */
export const PTE_WAS_PROTNONE = 1 << 4;

/** Whether an access of this kind faults on (or waits at) the entry. */
export const faults = (pte: number, write: boolean): boolean => (pte & PTE_STATE) !== PTE_PRESENT || (write && !(pte & PTE_WRITE));
