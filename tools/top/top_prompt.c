/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_prompt.h"

#include <string.h>

void top_prompt_begin(struct top_prompt *prompt, const char *text)
{
	prompt->size = strnlen(text, TOP_PROMPT_MAX - 1);
	memcpy(prompt->text, text, prompt->size);
	prompt->text[prompt->size] = '\0';
	prompt->at = prompt->size;
}

static void insert(struct top_prompt *prompt, char c)
{
	if (prompt->size + 1 == TOP_PROMPT_MAX)
		return;
	memmove(prompt->text + prompt->at + 1, prompt->text + prompt->at,
		prompt->size - prompt->at + 1);
	prompt->text[prompt->at++] = c;
	prompt->size++;
}

/* The character at the cursor. */
static void erase(struct top_prompt *prompt)
{
	if (prompt->at == prompt->size)
		return;
	memmove(prompt->text + prompt->at, prompt->text + prompt->at + 1,
		prompt->size - prompt->at);
	prompt->size--;
}

static void edit(struct top_prompt *prompt, int key)
{
	switch (key) {
	case TOP_KEY_BACKSPACE:
		if (!prompt->at)
			break;
		prompt->at--;
		erase(prompt);
		break;
	case TOP_KEY_DELETE:
		erase(prompt);
		break;
	case TOP_KEY_LEFT:
		prompt->at -= prompt->at > 0;
		break;
	case TOP_KEY_RIGHT:
		prompt->at += prompt->at < prompt->size;
		break;
	case TOP_KEY_HOME:
		prompt->at = 0;
		break;
	case TOP_KEY_END:
		prompt->at = prompt->size;
		break;
	case TOP_KEY_ERASE_LINE:
		top_prompt_begin(prompt, "");
		break;
	default:
		if (key >= 0x20 && key < 0x7f)
			insert(prompt, key);
	}
}

enum top_prompt_result top_prompt_key(struct top_prompt *prompt, int key)
{
	if (key == TOP_KEY_ENTER)
		return TOP_PROMPT_DONE;
	if (key == TOP_KEY_ESCAPE)
		return TOP_PROMPT_LEFT;
	edit(prompt, key);
	return TOP_PROMPT_GOES_ON;
}

size_t top_prompt_first(const struct top_prompt *prompt, size_t columns)
{
	return prompt->at < columns ? 0 : prompt->at - columns + 1;
}
