#include "base/status.h"

#include <stdbool.h>

typedef struct writer {
  char *at, *end; /* end points at the byte kept for NUL */
} writer;

static void put(writer *w, char c) {
  if (w->at < w->end) *w->at++ = c;
}

static void put_number(writer *w, uint64_t value) {
  char digits[20];
  int n = 0;
  do {
    digits[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (n > 0) put(w, digits[--n]);
}

mt_status mt_fail_with(mt_error *error, mt_status status, const char *format, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                       uint64_t e) {
  if (error == NULL) return status;
  writer w = {error->message, error->message + MT_MESSAGE_BYTES - 1};
  const uint64_t given[] = {a, b, c, d, e}, *next = given;
  for (const char *f = format; *f != '\0'; f++) {
    if (*f != '%') {
      put(&w, *f);
      continue;
    }
    uint64_t value = *next++;
    if (*++f == 's') {
      for (const char *t = (const char *)(uintptr_t)value; *t != '\0'; t++) /* perhaps of a hostile file */
        put(&w, (unsigned char)*t < 0x20 || *t == 0x7f ? '?' : *t);
      continue;
    }
    bool minus = *f == 'd' && (int64_t)value < 0;
    if (minus) put(&w, '-');
    put_number(&w, minus ? 0 - value : value);
  }
  *w.at = '\0';
  error->status = status;
  return status;
}
