/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "usage/usage_call.h"

const struct view *usage_call_view(struct usage_call *call)
{
	const struct transaction_head *head = call->request;

	if (!head)
		return NULL;
	if (!call->viewed)
		view_init(&call->view, head->rec, call->meta, head->utc_offset, head->interface);
	call->viewed = true;
	return &call->view;
}

const struct api_name *usage_call_api(struct usage_call *call)
{
	const struct view *view = usage_call_view(call);
	struct api_request request;

	if (!view)
		return NULL;
	if (!call->named) {
		request = api_request_of(view, call->host);
		api_name(&call->api, call->names, &request);
	}
	call->named = true;
	return &call->api;
}
