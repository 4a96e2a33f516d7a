/* SPDX-License-Identifier: MIT
 *
 * Doubly linked lists under the kernel's names; written for the kmigrated explorer.
 */
#ifndef KM_LIST_H
#define KM_LIST_H

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
static inline void INIT_LIST_HEAD(struct list_head *list) { list->next = list->prev = list; }
static inline void km_list_between(struct list_head *item, struct list_head *left, struct list_head *right)
{
	item->prev = left;
	item->next = right;
	left->next = right->prev = item;
}
static inline void km_list_join(struct list_head *left, struct list_head *right)
{
	left->next = right;
	right->prev = left;
}
static inline void list_add(struct list_head *item, struct list_head *head) { km_list_between(item, head, head->next); }
static inline void list_add_tail(struct list_head *item, struct list_head *head) { km_list_between(item, head->prev, head); }
static inline void list_del(struct list_head *item)
{
	km_list_join(item->prev, item->next);
	item->next = item->prev = NULL;
}
static inline void list_del_init(struct list_head *item)
{
	km_list_join(item->prev, item->next);
	INIT_LIST_HEAD(item);
}
static inline void list_move(struct list_head *item, struct list_head *head) { km_list_join(item->prev, item->next); list_add(item, head); }
static inline void list_move_tail(struct list_head *item, struct list_head *head) { km_list_join(item->prev, item->next); list_add_tail(item, head); }
static inline bool list_empty(const struct list_head *head) { return READ_ONCE(head->next) == head; }
static inline bool list_is_singular(const struct list_head *head) { return !list_empty(head) && head->next == head->prev; }
static inline bool list_is_last(const struct list_head *item, const struct list_head *head) { return item->next == head; }
static inline bool list_is_first(const struct list_head *item, const struct list_head *head) { return item->prev == head; }
static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	km_list_join(list->prev, head->next);
	km_list_join(head, list->next);
}
static inline void list_splice_tail(const struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	km_list_join(head->prev, list->next);
	km_list_join(list->prev, head);
}
static inline void list_splice_init(struct list_head *list, struct list_head *head) { list_splice(list, head); INIT_LIST_HEAD(list); }
static inline void list_splice_tail_init(struct list_head *list, struct list_head *head) { list_splice_tail(list, head); INIT_LIST_HEAD(list); }
static inline size_t list_count_nodes(struct list_head *head)
{
	size_t n = 0;

	for (struct list_head *at = head->next; at != head; at = at->next)
		n++;
	return n;
}
#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) (list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, __typeof__(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_safe(pos, n, head) for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_entry(pos, head, member) \
	for (pos = list_first_entry(head, __typeof__(*pos), member); !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member) \
	for (pos = list_last_entry(head, __typeof__(*pos), member); !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member) \
	for (pos = list_first_entry(head, __typeof__(*pos), member), n = list_next_entry(pos, member); \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))

#endif
