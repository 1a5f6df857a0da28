/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Keys are kept in lower case, in the order they were chosen in, each with how much of a query key
 * it has to be. Taking `key` back leaves api_key secret, which is what one wants who asks for that:
 * -*key is there for the rest.
 */
#include "run/secret_keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define GIVE "; give KEY, *KEY, -KEY, -*KEY or none"
#define BOTH (HDRTAP_SECRET_WHOLE | HDRTAP_SECRET_END)

/* One item of a list: what it says, and where it was given. */
struct item {
	const char *text;
	const char *place;
	bool remove;
	struct secret_key key;
};

static int refuse(const struct item *item, const char *why)
{
	return fail(EINVAL, "secret query key '%s'%s: %s", item->text, item->place, why);
}

static bool is_key_letter(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-._~", c));
}

static int parse_letters(struct item *item, const char *text)
{
	size_t size = strlen(text);

	if (!size || size > HDRTAP_SECRET_MAX)
		return fail(EINVAL, "secret query key '%s'%s: a key has 1 to %d letters" GIVE,
			    item->text, item->place, HDRTAP_SECRET_MAX);
	for (size_t i = 0; i < size; i++) {
		if (!is_key_letter(text[i]))
			return refuse(item, "a key has letters, digits and - . _ ~ only" GIVE);
		item->key.letters[i] = tolower((unsigned char)text[i]);
	}
	return 0;
}

static int parse(struct item *item)
{
	const char *text = item->text;

	item->remove = *text == '-';
	text += *text == '-' || *text == '+';
	item->key = (struct secret_key){ .where = HDRTAP_SECRET_WHOLE };
	if (*text == '*') {
		item->key.where = BOTH;
		text++;
	}
	return parse_letters(item, text);
}

static struct secret_key *find(struct secret_key_list *list, const char *letters)
{
	for (__u32 i = 0; i < list->count; i++)
		if (!strcmp(list->key[i].letters, letters))
			return &list->key[i];
	return NULL;
}

static int add(struct secret_key_list *list, const struct item *item)
{
	struct secret_key *known = find(list, item->key.letters);

	if (known) {
		known->where |= item->key.where;
		return 0;
	}
	if (list->count == SECRET_KEYS_MAX)
		return fail(EINVAL,
			    "secret query key '%s'%s: at most %d can be chosen; remove others with "
			    "-*KEY, or all with 'none' in front",
			    item->text, item->place, SECRET_KEYS_MAX);
	list->key[list->count++] = item->key;
	return 0;
}

static int take_back(struct secret_key_list *list, const struct item *item)
{
	struct secret_key *known = find(list, item->key.letters);

	if (!known || !(known->where & item->key.where))
		return refuse(item, "there is no such key to remove; SECRETS in hdrtap(1) lists "
				    "those that are secret by default");
	known->where &= ~item->key.where;
	if (!known->where) {
		list->count--;
		memmove(known, known + 1, (list->key + list->count - known) * sizeof(*known));
	}
	return 0;
}

static int choose_one(struct secret_key_list *list, struct item *item)
{
	int err;

	if (!strcmp(item->text, "none")) {
		list->count = 0;
		return 0;
	}
	err = parse(item);
	if (err)
		return err;
	return item->remove ? take_back(list, item) : add(list, item);
}

int secret_keys_choose(struct secret_key_list *list, const char *argument, const char *place)
{
	char *copy = strdup(argument), *rest = copy;
	struct item item = { .place = place };
	int err = 0;

	if (!copy)
		return fail(ENOMEM, "secret query key '%s': out of memory; free some memory",
			    argument);
	while (!err && (item.text = strsep(&rest, ",")))
		err = choose_one(list, &item);
	free(copy);
	return err;
}

static void fill(struct hdrtap_secret *to, const struct secret_key *key)
{
	__u8 *word = (__u8 *)to->word, *mask = (__u8 *)to->mask;

	to->length = strlen(key->letters);
	to->where = key->where;
	for (__u32 i = 0; i < to->length; i++) {
		word[i] = key->letters[i];
		mask[i] = isalpha(word[i]) ? 0xdf : 0xff;
		word[i] &= mask[i];
	}
}

/* Puts a key in front of a chain. */
static void chain(struct hdrtap_secrets *to, __u8 index, const char *end)
{
	__u32 tail = hdrtap_secret_tail(end[-3], end[-2], end[-1]);

	to->key[index].next = to->first[tail];
	to->first[tail] = index;
}

void secret_keys_build(struct hdrtap_secrets *to, const struct secret_key_list *list)
{
	__u8 shorter = 0;

	memset(to, 0, sizeof(*to));
	for (__u32 i = 0; i < list->count; i++)
		fill(&to->key[i + 1], &list->key[i]);
	for (__u8 i = 1; i <= list->count; i++) {
		if (to->key[i].length >= 3)
			continue;
		to->key[i].next = shorter;
		shorter = i;
	}
	memset(to->first, shorter, sizeof(to->first));
	for (__u8 i = 1; i <= list->count; i++)
		if (to->key[i].length >= 3)
			chain(to, i, list->key[i - 1].letters + to->key[i].length);
}
