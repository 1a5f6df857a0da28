/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * POST to an Alertmanager or a webhook.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "deliver_inside.h"

#define ALERTS_PATH "/api/v2/alerts"

/* Keeps the beginning of the answer, for messages. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
	struct deliver_target *target = context;
	size_t room = sizeof(target->answer) - 1 - target->answer_size, all = size * count;
	size_t kept = all < room ? all : room;

	memcpy(target->answer + target->answer_size, bytes, kept);
	target->answer_size += kept;
	target->answer[target->answer_size] = '\0';
	return all;
}

static void make_url(const struct receiver *receiver, char *url, size_t size)
{
	size_t length = strlen(receiver->url);

	if (receiver->kind != RECEIVER_ALERTMANAGER) {
		snprintf(url, size, "%s", receiver->url);
		return;
	}
	while (length && receiver->url[length - 1] == '/')
		length--;
	snprintf(url, size, "%.*s" ALERTS_PATH, (int)length, receiver->url);
}

static void set_options(struct deliver_target *target)
{
	const struct receiver *receiver = target->receiver;
	char url[4096];

	make_url(receiver, url, sizeof(url));
	curl_easy_setopt(target->easy, CURLOPT_URL, url);
	curl_easy_setopt(target->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(target->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(target->easy, CURLOPT_TIMEOUT_MS, (long)receiver->timeout_ms);
	curl_easy_setopt(target->easy, CURLOPT_USERAGENT, "hdrtap-alert/" HDRTAP_VERSION);
	curl_easy_setopt(target->easy, CURLOPT_HTTPHEADER, target->headers);
	curl_easy_setopt(target->easy, CURLOPT_ERRORBUFFER, target->error);
	curl_easy_setopt(target->easy, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(target->easy, CURLOPT_WRITEDATA, target);
	curl_easy_setopt(target->easy, CURLOPT_PRIVATE, target);
	if (receiver->ca_file)
		curl_easy_setopt(target->easy, CURLOPT_CAINFO, receiver->ca_file);
}

static int open_easy(struct deliver_target *target)
{
	target->easy = curl_easy_init();
	target->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (target->headers)
		curl_slist_append(target->headers, "Expect:");
	if (target->headers && target->authorization)
		curl_slist_append(target->headers, target->authorization);
	if (!target->easy || !target->headers)
		return -ENOMEM;
	set_options(target);
	return 0;
}

int deliver_http_begin(struct deliver_loop *loop, struct deliver_target *target)
{
	int err = target->easy ? 0 : open_easy(target);

	if (err)
		return err;
	target->error[0] = target->answer[0] = '\0';
	target->answer_size = 0;
	curl_easy_setopt(target->easy, CURLOPT_POSTFIELDS, target->body.bytes);
	curl_easy_setopt(target->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)target->body.size);
	return curl_multi_add_handle(loop->multi, target->easy) ? -EIO : 0;
}

void deliver_http_drop(struct deliver_loop *loop, struct deliver_target *target)
{
	if (!target->easy)
		return;
	curl_multi_remove_handle(loop->multi, target->easy);
	curl_easy_cleanup(target->easy);
	curl_slist_free_all(target->headers);
}

/* Trying again helps against what is wrong with the receiver, not with what it is sent. */
static int judge(long status)
{
	if (status >= 200 && status < 300)
		return 0;
	return status >= 400 && status < 500 && status != 401 && status != 403 && status != 404 &&
			       status != 408 && status != 429
		       ? -EINVAL
		       : -EIO;
}

static void finish(struct deliver_loop *loop, struct deliver_target *target, CURLcode result)
{
	char why[64 + PRINTABLE_SIZE(sizeof(target->answer))];
	char answer[PRINTABLE_SIZE(sizeof(target->answer))];
	long status = 0;

	curl_easy_getinfo(target->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(loop->multi, target->easy);
	if (result) {
		deliver_done(loop, target, -EIO,
			     *target->error ? target->error : curl_easy_strerror(result));
		return;
	}
	target->answer[strcspn(target->answer, "\r\n")] = '\0';
	snprintf(why, sizeof(why), "status %ld: %s", status,
		 printable(answer, sizeof(answer), target->answer));
	deliver_done(loop, target, judge(status), why);
}

void deliver_http_finish(struct deliver_loop *loop)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(loop->multi, &left))) {
		struct deliver_target *target;
		CURLcode result = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&target);
		finish(loop, target, result);
	}
}
