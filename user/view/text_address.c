/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Each address has one place, by the bytes in which neighbours differ.
 */
#include "view/text_address.h"

#include "view/text_put.h"

_Static_assert(TEXT_ADDRESS_MAX >= VIEW_ADDRESS_MAX - 1 + sizeof("[]:") - 1, "an address");

static void remember(struct text_address *place, const __u8 address[16])
{
	bool brackets = !view_is_ipv4(address);
	char *to = place->text;

	memcpy(place->address, address, sizeof(place->address));
	if (brackets)
		*to++ = '[';
	to += view_address(to, address);
	if (brackets)
		*to++ = ']';
	*to++ = ':';
	place->size = to - place->text;
}

static bool same_address(const __u8 a[16], const __u8 b[16])
{
	return hdrtap_load64(a) == hdrtap_load64(b) && hdrtap_load64(a + 8) == hdrtap_load64(b + 8);
}

static const struct text_address *find(struct text_addresses *addresses, const __u8 address[16])
{
	__u8 number = (address[15] ^ address[14] << 3 ^ address[13]) % TEXT_ADDRESS_PLACES;
	struct text_address *place = &addresses->place[number];

	if (!place->size || !same_address(place->address, address))
		remember(place, address);
	return place;
}

char *text_address_put(struct text_addresses *addresses, char *to, const __u8 address[16])
{
	const struct text_address *place = find(addresses, address);

	memcpy(to, place->text, TEXT_ADDRESS_MAX);
	return to + place->size;
}

char *text_address_put_bare(struct text_addresses *addresses, char *to, const __u8 address[16])
{
	const struct text_address *place = find(addresses, address);
	bool brackets = place->text[0] == '[';

	memcpy(to, place->text + brackets, TEXT_ADDRESS_MAX - 1);
	return to + place->size - 1 - 2 * brackets;
}
