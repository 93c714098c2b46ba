#include "base/status.h"

#include <stdarg.h>

typedef struct writer {
  char *at, *end; /* end points at the byte kept for NUL */
} writer;

static void put(writer *w, char c) {
  if (w->at < w->end) *w->at++ = c;
}

static void put_number(writer *w, unsigned long long value) {
  char digits[20];
  int n = 0;
  do {
    digits[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (n > 0) put(w, digits[--n]);
}

/* Text may come from a hostile file: control bytes become '?'. */
static void put_text(writer *w, const char *text, int limit) {
  for (int i = 0; (limit < 0 || i < limit) && text[i] != '\0'; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c == 0x7f) put(w, '?');
    else put(w, text[i]);
  }
}

mt_status mt_fail(mt_error *error, mt_status status, const char *format, ...) {
  if (error == NULL) return status;
  writer w = {error->message, error->message + MT_MESSAGE_BYTES - 1};
  va_list args;
  va_start(args, format);
  for (const char *f = format; *f != '\0'; f++) {
    if (*f != '%') {
      put(&w, *f);
      continue;
    }
    f++;
    if (*f == 's') put_text(&w, va_arg(args, const char *), -1);
    else if (*f == 'u') put_number(&w, va_arg(args, unsigned));
    else if (*f == 'c') put(&w, (char)va_arg(args, int));
    else if (*f == '%') put(&w, '%');
    else if (*f == 'd') {
      int value = va_arg(args, int);
      if (value < 0) put(&w, '-');
      put_number(&w, value < 0 ? 0ULL - (unsigned long long)value : (unsigned long long)value);
    } else if (*f == 'l' && f[1] == 'l' && f[2] == 'u') {
      f += 2;
      put_number(&w, va_arg(args, unsigned long long));
    } else if (*f == '.' && f[1] == '*' && f[2] == 's') {
      f += 2;
      int limit = va_arg(args, int);
      put_text(&w, va_arg(args, const char *), limit < 0 ? 0 : limit);
    } else {
      break; /* not in the vocabulary; the compiler's format check and a test keep this from happening */
    }
  }
  va_end(args);
  *w.at = '\0';
  error->status = status;
  return status;
}
