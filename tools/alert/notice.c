/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "notice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define NEVER "\"0001-01-01T00:00:00Z\"" /* how Alertmanager writes that an alarm fires */

void notice_free(struct notice *notice)
{
	free(notice->labels);
	free(notice->annotations);
	free(notice->line);
	*notice = (struct notice){ 0 };
}

__u64 notice_episode(__u64 alarm, __u64 starts)
{
	const __u64 parts[] = { alarm, starts };

	return XXH3_64bits(parts, sizeof(parts));
}

void notice_pack(struct buffer *buffer, const struct notice *notice)
{
	buffer_number(buffer, notice->id);
	buffer_number(buffer, notice->alarm);
	buffer_number(buffer, notice->receivers);
	buffer_number(buffer, notice->starts);
	buffer_number(buffer, notice->ends);
	buffer_sized(buffer, notice->labels, strlen(notice->labels));
	buffer_sized(buffer, notice->annotations, strlen(notice->annotations));
	buffer_sized(buffer, notice->line, strlen(notice->line));
}

int notice_unpack(struct notice *notice, struct buffer_reader *reader)
{
	notice->id = buffer_read_number(reader);
	notice->alarm = buffer_read_number(reader);
	notice->receivers = buffer_read_number(reader);
	notice->starts = buffer_read_number(reader);
	notice->episode = notice_episode(notice->alarm, notice->starts);
	notice->ends = buffer_read_number(reader);
	notice->labels = buffer_read_copy(reader);
	notice->annotations = buffer_read_copy(reader);
	notice->line = buffer_read_copy(reader);
	if (!reader->failed)
		return 0;
	notice_free(notice);
	return -EBADMSG;
}

/* Alertmanager refuses an end before the start, and takes one in the future for firing. */
static __u64 end_of(const struct notice *notice, __u64 now, __u64 until)
{
	__u64 ends = notice->ends ? notice->ends : until;

	if (notice->ends && ends > now)
		ends = now;
	return ends > notice->starts ? ends : notice->starts + 1;
}

void notice_alert(struct buffer *buffer, const struct notice *notice, __u64 now, __u64 until)
{
	buffer_format(buffer, "{\"labels\":%s,\"annotations\":%s,\"startsAt\":", notice->labels,
		      notice->annotations);
	buffer_json_time(buffer, notice->starts);
	buffer_text(buffer, ",\"endsAt\":");
	buffer_json_time(buffer, end_of(notice, now, until));
	buffer_text(buffer, "}");
}

void notice_webhook(struct buffer *buffer, const struct notice *notice, const char *receiver)
{
	const char *status = notice->ends ? "resolved" : "firing";

	buffer_format(buffer,
		      "{\"version\":\"4\",\"groupKey\":\"hdrtap:%016llx\","
		      "\"truncatedAlerts\":0,\"status\":\"%s\",\"receiver\":",
		      notice->alarm, status);
	buffer_json(buffer, receiver, strlen(receiver));
	buffer_format(buffer,
		      ",\"groupLabels\":%s,\"commonLabels\":%s,\"commonAnnotations\":%s,"
		      "\"externalURL\":\"\",\"alerts\":[{\"status\":\"%s\",\"labels\":%s,"
		      "\"annotations\":%s,\"startsAt\":",
		      notice->labels, notice->labels, notice->annotations, status, notice->labels,
		      notice->annotations);
	buffer_json_time(buffer, notice->starts);
	buffer_text(buffer, ",\"endsAt\":");
	if (notice->ends)
		buffer_json_time(buffer, notice->ends);
	else
		buffer_text(buffer, NEVER);
	buffer_format(buffer, ",\"generatorURL\":\"\",\"fingerprint\":\"%016llx\"}]}\n",
		      notice->alarm);
}
