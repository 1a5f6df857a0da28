/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "usage/usage_call.h"

const struct view *usage_call_view(struct usage_call *call)
{
	const struct transaction_head *head = call->request;

	if (call->view || !head)
		return call->view;
	view_init(&call->found.view, head->rec, call->meta, head->utc_offset, head->interface);
	return call->view = &call->found.view;
}

const struct api_name *usage_call_api(struct usage_call *call)
{
	struct api_request request;

	if (call->api || !call->request)
		return call->api;
	request = api_request_of(usage_call_view(call), call->host);
	api_name(&call->found.api, call->names, &request);
	return call->api = &call->found.api;
}
